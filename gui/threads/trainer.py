"""What trains, in the thread of a training.

The worker drives a training, a plain iterator, in short slices; between two of them its event loop delivers what the
window asked for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot

from engine.detectors.watch import Watch
from engine.probes.standing import Standing, standings
from engine.run import Run, Value
from engine.training.pace import FULL, Throttle, watchable
from engine.training.rewinding import RewindPoints
from engine.training.settings import SettingError
from gui.threads.messages import Order, Seen
from gui.threads.worker import Resident, failure

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

SLICE_SECONDS = 0.03
WATCH_SECONDS = 0.2  # as often as a training at full speed is drawn
CHECKPOINT_SECONDS = 2.0
STANDING_SECONDS = 0.5


class Trainer(Resident):
    """Lives in the worker thread."""

    loading = Signal()
    started = Signal(object, object, float)  # Order, Run, pace
    paused = Signal()
    resumed = Signal()
    ended = Signal(str)
    failed = Signal(str)
    refused = Signal(str, str)  # key of the setting, why

    def __init__(self) -> None:
        super().__init__()
        self.seen: Seen | None = None
        self.concluded: Seen | None = None  # the run before, to its last event
        self.checkpoint: tuple[Run, Checkpoint] | None = None
        self.called_off: Order | None = None  # set from the window's thread while it is made ready
        self.rewinding = RewindPoints()
        self.is_closing = False  # set from the window's thread; looked at after every step
        self._session: TrainingSession | None = None
        self._watch: Watch | None = None
        self._throttle = Throttle(FULL, 0.0)
        self._is_paused = False
        self._timer: QTimer | None = None
        self._watched_at = self._began_at = self._watching = self._kept_at = 0.0
        self._trained = self._stood_at = 0.0  # seconds of training; when the probes' standing was last looked at
        self._standing: tuple[Standing, ...] = ()

    def prepare(self) -> None:
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._slice)

    def rest(self) -> None:
        """The thread ends: a timer is destroyed in the thread that it lives in; the run can be resumed from here."""
        self._timer = None
        self._keep()

    @Slot()
    def load(self) -> None:
        """Import torch before it is needed; its threads and the window's are told apart from then on."""
        import engine.training.session  # noqa: F401

    @Slot(object)
    def begin(self, order: Order) -> None:
        self._conclude("")
        if order is self.called_off:
            return
        self.loading.emit()
        try:
            session = _session(order)
        except Exception as error:
            self._fail(error)
            return
        if order is self.called_off:
            return
        pace = order.pace if order.pace is not None else watchable(session.total_steps)
        self._session = session
        self._watch = Watch(session.run.table, session.run.series, session.run.clock)
        self._throttle = Throttle(pace, time.perf_counter())
        self._is_paused = order.is_paused
        self._watching, self._began_at = 0.0, time.perf_counter()
        self._trained, self._stood_at = 0.0, 0.0
        self.rewinding.begin(session)
        self._publish()
        self.started.emit(order, session.run, pace)
        if order.is_paused:
            self.paused.emit()
        else:
            self._continue(0.0)

    def _keep(self) -> None:
        """Take a checkpoint to resume from; it is made into bytes elsewhere."""
        if self._session is not None:
            self.checkpoint = self._session.run, self._session.checkpoint()
            self._kept_at = time.perf_counter()

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
            self._conclude(reason.value if reason is not None else "complete")
            return
        except Exception as error:
            self._fail(error)
            return
        self._throttle.give_back(due)
        self._look()
        self.rewinding.follow(session, self._trained)
        if began - self._kept_at > CHECKPOINT_SECONDS:
            self._keep()
        self._continue(self._throttle.wait())

    def _train(self, session: TrainingSession, due: int) -> int:
        """Make steps for one slice; how many of those due are left. The slice in which a run ends counts too."""
        began = time.perf_counter()
        try:
            while due and not self.is_closing:
                next(session)
                due -= 1
                if time.perf_counter() - began > SLICE_SECONDS:
                    break
        finally:
            self._trained += time.perf_counter() - began
        return due

    def _look(self, is_due: bool = False) -> None:
        now = time.perf_counter()
        if self._watch is None or self._session is None or not (is_due or now - self._watched_at > WATCH_SECONDS):
            return
        self._watch.advance()
        self._watched_at = time.perf_counter()
        self._watching += self._watched_at - now
        self._publish()

    def _publish(self) -> None:
        if self._watch is None or self._session is None:
            return
        session, now = self._session, time.perf_counter()
        if now - self._stood_at > STANDING_SECONDS:
            self._standing, self._stood_at = standings(session.probing, session.settings, self._trained), now
        share = self._watching / max(now - self._began_at, 1e-9)
        self.seen = Seen(session.run, self._watch.events, share, self._standing, session.device)

    def _conclude(self, reason: str) -> None:
        """The run is over: the detectors say their last."""
        if self._session is None:
            return
        if self._watch is not None:
            self._watch.finish()
        self._stood_at = 0.0
        self._publish()
        self.concluded = self.seen
        self._session = self._watch = None
        self.ended.emit(reason)

    def _fail(self, error: Exception) -> None:
        self._publish()
        self.concluded = self.seen
        self._session = self._watch = None
        self.failed.emit(failure(error, SettingError))

    @Slot()
    def pause(self) -> None:
        if self._session is not None and not self._is_paused:
            self._is_paused = True
            self._look(is_due=True)
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
            self._conclude("complete")
        except Exception as error:
            self._fail(error)
        else:
            self._look(is_due=True)

    @Slot()
    def stop(self) -> None:
        self._conclude("stopped")

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
            self._stood_at = 0.0
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
