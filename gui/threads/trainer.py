"""Trains, in the training thread.

The training, a plain iterator, is driven in short slices, between which the event loop delivers the window's requests.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot

from engine.probes.status import ProbeStatus, statuses
from engine.run import Run, Value
from engine.tasks.settings import SettingError
from engine.training.pace import FULL, Throttle, watchable
from engine.training.rewinding import RewindPoints
from gui.threads.messages import Order, Snapshot
from gui.threads.worker import Resident, failure

if TYPE_CHECKING:
    from engine.detectors.watch import Watch
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

SLICE_SECONDS = 0.03
DETECTOR_SECONDS = 0.2  # between two passes of the detectors; a training at full speed is drawn as often
CHECKPOINT_SECONDS = 2.0
STATUS_SECONDS = 0.5


class Trainer(Resident):
    """Drives a training session; lives in the training thread."""

    loading = Signal()
    started = Signal(object, object, float)  # Order, Run, pace
    paused = Signal()
    resumed = Signal()
    ended = Signal(str)
    failed = Signal(str)
    refused = Signal(str, str)  # key of the setting, error text

    def __init__(self) -> None:
        super().__init__()
        self.snapshot: Snapshot | None = None
        self.finished_snapshot: Snapshot | None = None  # of the previous run, with its last events
        self.checkpoint: tuple[Run, Checkpoint] | None = None
        self.cancelled_order: Order | None = None  # set by the GUI thread while the session is prepared
        self.rewinding = RewindPoints()
        self.is_closing = False  # set by the GUI thread; read after every step
        self._session: TrainingSession | None = None
        self._watch: Watch | None = None
        self._throttle = Throttle(FULL, 0.0)
        self._is_paused = False
        self._timer: QTimer | None = None
        self._detected_at = self._began_at = self._detector_seconds = self._checkpoint_at = 0.0
        self._trained_seconds = self._status_at = 0.0  # seconds of training; when the probes' states were last read
        self._status: tuple[ProbeStatus, ...] = ()

    def set_up(self) -> None:
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._slice)

    def tear_down(self) -> None:
        """Destroy the timer in its own thread, and take a checkpoint from which the run can be resumed."""
        self._timer = None
        self._take_checkpoint()

    @Slot()
    def load(self) -> None:
        """Import torch, and what the window says of events with, before they are needed."""
        import engine.diagnosis.run_story
        import engine.training.session  # noqa: F401

    @Slot(object)
    def start(self, order: Order) -> None:
        self._finish("")
        if order is self.cancelled_order:
            return
        self.loading.emit()
        try:
            from engine.detectors.watch import Watch  # loaded with the first training, not with the window

            session = _session(order)
        except Exception as error:
            self._fail(error)
            return
        if order is self.cancelled_order:
            return
        pace = order.pace if order.pace is not None else watchable(session.total_steps)
        self._session = session
        session.run.ending = None  # one that goes on where it was left
        self._watch = Watch(session.run.table, session.run.series, session.run.clock)
        self._throttle = Throttle(pace, time.perf_counter())
        self._is_paused = order.is_paused
        self._detector_seconds, self._began_at = 0.0, time.perf_counter()
        self._trained_seconds, self._status_at = 0.0, 0.0
        self.rewinding.start(session)
        self._publish()
        self.started.emit(order, session.run, pace)
        if order.is_paused:
            self.paused.emit()
        else:
            self._continue(0.0)

    def _take_checkpoint(self) -> None:
        """Take a checkpoint to resume from; it is serialised elsewhere."""
        if self._session is not None:
            self.checkpoint = self._session.run, self._session.checkpoint()
            self._checkpoint_at = time.perf_counter()

    def _continue(self, seconds: float) -> None:
        if self._timer is not None and not self.is_closing:
            self._timer.start(int(min(seconds, 0.05) * 1000))

    @Slot()
    def _slice(self) -> None:
        session = self._session
        if session is None or self._is_paused or self.is_closing:
            return
        began = time.perf_counter()
        due = self._throttle.due(began)
        try:
            due = self._train(session, due)
        except StopIteration:
            reason = session.end_reason
            self._finish(reason.value if reason is not None else "complete")
            return
        except Exception as error:
            self._fail(error)
            return
        self._throttle.give_back(due)
        self._run_detectors()
        self.rewinding.take_if_due(session, self._trained_seconds)
        if began - self._checkpoint_at > CHECKPOINT_SECONDS:
            self._take_checkpoint()
        self._continue(self._throttle.wait())

    def _train(self, session: TrainingSession, due: int) -> int:
        """Make the steps of one slice and return how many of those due are left.

        The time of the slice in which a run ends counts too.
        """
        began = time.perf_counter()
        try:
            while due and not self.is_closing:
                next(session)
                due -= 1
                if time.perf_counter() - began > SLICE_SECONDS:
                    break
        finally:
            self._trained_seconds += time.perf_counter() - began
        return due

    def _run_detectors(self, is_due: bool = False) -> None:
        now = time.perf_counter()
        if self._watch is None or self._session is None or not (is_due or now - self._detected_at > DETECTOR_SECONDS):
            return
        self._watch.advance()
        self._detected_at = time.perf_counter()
        self._detector_seconds += self._detected_at - now
        self._publish()

    def _publish(self) -> None:
        if self._watch is None or self._session is None:
            return
        session, now = self._session, time.perf_counter()
        if now - self._status_at > STATUS_SECONDS:
            self._status, self._status_at = statuses(session.probing, session.settings, self._trained_seconds), now
        share = self._detector_seconds / max(now - self._began_at, 1e-9)
        self.snapshot = Snapshot(
            session.run, self._watch.events, share, self._status, session.device, self._watch.perhaps
        )

    def _finish(self, reason: str) -> None:
        """End the run: let the detectors finish, and publish the last snapshot."""
        if self._session is None:
            return
        if self._watch is not None:
            self._watch.finish()
        self._session.run.ending = ""
        self._status_at = 0.0
        self._publish()
        self.finished_snapshot = self.snapshot
        self._session = self._watch = None
        self.ended.emit(reason)

    def _fail(self, error: Exception) -> None:
        self._publish()
        self.finished_snapshot = self.snapshot
        self._session = self._watch = None
        self.failed.emit(failure(error, SettingError))

    @Slot()
    def pause(self) -> None:
        if self._session is not None and not self._is_paused:
            self._is_paused = True
            self._run_detectors(is_due=True)
            self.paused.emit()

    @Slot()
    def resume(self) -> None:
        if self._session is not None and self._is_paused:
            self._is_paused = False
            self._throttle = Throttle(self._throttle.pace, time.perf_counter())
            self.resumed.emit()
            self._continue(0.0)

    @Slot()
    def step(self) -> None:
        session = self._session
        if session is None:
            return
        self.pause()
        try:
            self._train(session, 1)
        except StopIteration:
            self._finish("complete")
        except Exception as error:
            self._fail(error)
        else:
            self._run_detectors(is_due=True)

    @Slot()
    def stop(self) -> None:
        self._finish("stopped")

    @Slot(str, object)
    def turn(self, key: str, value: Value) -> None:
        if self._session is None:
            return
        try:
            self._session.turn(key, value)
        except SettingError as error:
            self.refused.emit(key, str(error))

    @Slot(str, bool)
    def switch_probe(self, name: str, is_on: bool) -> None:
        if self._session is not None:
            self._session.probing.switch(name, is_on)
            self._status_at = 0.0
            self._publish()

    @Slot(float)
    def set_pace(self, pace: float) -> None:
        self._throttle = Throttle(pace, time.perf_counter())
        if self._session is not None and not self._is_paused:
            self._continue(0.0)


def _session(order: Order) -> TrainingSession:
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

    if order.make is not None:
        return order.make()
    if order.resumed is None:
        return TrainingSession(order.scenario, order.seed, order.settings, order.probes, device=order.device)
    return TrainingSession.resume(Checkpoint.from_bytes(order.resumed.checkpoint), before=order.resumed.run)
