"""Between the window and the work: the only file that knows threads.

The worker is a `QObject` in a `QThread` and drives a training, a plain iterator, in short slices; between two of them
its event loop delivers what the window asked for. What grows at every step is pulled by the window; only life-cycle
changes are signals. Only bound methods of `QObject`s are connected across threads: anything else would run in the
thread of the sender.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from engine.detectors.watch import Watch
from engine.events import Event
from engine.i18n import _
from engine.run import Run, Value
from engine.training.settings import SettingError
from gui.errors import write
from gui.pace import FULL, Throttle, watchable

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

SLICE_SECONDS = 0.012
WATCH_SECONDS = 0.05
CHECKPOINT_SECONDS = 2.0
PROBES = "default,weights"  # the weights of tiny models alone: their path through the landscape
CLOSE_MILLISECONDS = 5000


class Phase(StrEnum):
    """Where a training stands."""

    IDLE = "idle"
    LOADING = "loading"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class Resumed:
    """An interrupted run and the checkpoint that it goes on from."""

    run: Run
    checkpoint: bytes


@dataclass(frozen=True)
class Order:
    """A training that was asked for; `pace` None means: so that a person can follow."""

    scenario: str
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)
    pace: float | None = None
    is_paused: bool = False
    resumed: Resumed | None = None
    make: Callable[[], TrainingSession] | None = None  # called in the thread that trains


@dataclass(frozen=True)
class Seen:
    """What the detectors have said of a run so far; replaced as a whole, never changed."""

    run: Run
    events: tuple[Event, ...] = ()
    detector_share: float = 0.0


class _Trainer(QObject):
    """Lives in the worker thread."""

    loading = Signal()
    started = Signal(object, float)  # Run, pace
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
        self.is_closing = False  # set from the window's thread; looked at after every step
        self._session: TrainingSession | None = None
        self._watch: Watch | None = None
        self._throttle = Throttle(FULL, 0.0)
        self._is_paused = False
        self._timer: QTimer | None = None
        self._watched_at = self._began_at = self._watching = self._kept_at = 0.0

    @Slot()
    def prepare(self) -> None:
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._slice)

    @Slot()
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
        self.loading.emit()
        try:
            session = _session(order)
        except Exception as error:
            self._fail(error)
            return
        pace = order.pace if order.pace is not None else watchable(session.total_steps)
        self._session = session
        self._watch = Watch(session.run.table, session.run.series, session.run.clock)
        self._throttle = Throttle(pace, time.perf_counter())
        self._is_paused = order.is_paused
        self._watching, self._began_at = 0.0, time.perf_counter()
        self.seen = Seen(session.run)
        self.started.emit(session.run, pace)
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
            while due and not self.is_closing:
                next(session)
                due -= 1
                if time.perf_counter() - began > SLICE_SECONDS:
                    break
        except StopIteration:
            reason = session.end_reason
            self._conclude(reason.value if reason is not None else "complete")
            return
        except Exception as error:
            self._fail(error)
            return
        self._throttle.give_back(due)
        self._look()
        if began - self._kept_at > CHECKPOINT_SECONDS:
            self._keep()
        self._continue(self._throttle.wait())

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
        share = self._watching / max(time.perf_counter() - self._began_at, 1e-9)
        self.seen = Seen(self._session.run, self._watch.events, share)

    def _conclude(self, reason: str) -> None:
        """The run is over: the detectors say their last."""
        if self._session is None:
            return
        if self._watch is not None:
            self._watch.finish()
        self._publish()
        self.concluded = self.seen
        self._session = self._watch = None
        self.ended.emit(reason)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, SettingError):
            write("".join(traceback.format_exception(error)))
        self._publish()
        self.concluded = self.seen
        self._session = self._watch = None
        text = str(error) if isinstance(error, SettingError) else f"{type(error).__name__}: {error}"
        self.failed.emit(text)

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
            next(session)
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
        return TrainingSession(order.scenario, order.seed, order.settings, PROBES)
    return TrainingSession.resume(Checkpoint.from_bytes(order.resumed.checkpoint), before=order.resumed.run)


class Training(QObject):
    """The window's side of a training in a thread of its own."""

    run_started = Signal(object, float)  # Run, pace in steps a second
    phase_changed = Signal(object)  # Phase
    ended = Signal(str)  # reason
    failed = Signal(str)
    refused = Signal(str, str)

    _begin = Signal(object)
    _load = Signal()
    _pause = Signal()
    _resume = Signal()
    _step = Signal()
    _stop = Signal()
    _turn = Signal(str, object)
    _set_pace = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.IDLE
        self.pace = FULL
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self._trainer = _Trainer()
        self._connect()

    def _connect(self) -> None:
        trainer = self._trainer
        trainer.moveToThread(self._thread)
        self._thread.started.connect(trainer.prepare)
        self._thread.finished.connect(trainer.rest, Qt.ConnectionType.DirectConnection)
        self._begin.connect(trainer.begin)
        self._load.connect(trainer.load)
        self._pause.connect(trainer.pause)
        self._resume.connect(trainer.resume)
        self._step.connect(trainer.step)
        self._stop.connect(trainer.stop)
        self._turn.connect(trainer.turn)
        self._set_pace.connect(trainer.set_pace)
        trainer.started.connect(self._was_started)
        trainer.loading.connect(self._is_loading)
        trainer.paused.connect(self._was_paused)
        trainer.resumed.connect(self._was_resumed)
        trainer.ended.connect(self._has_ended)
        trainer.failed.connect(self._has_failed)
        trainer.refused.connect(self.refused)

    # What the window asks for

    def load(self) -> None:
        """Import torch in the thread, so that a start does not wait for it."""
        self._ensure_thread()
        self._load.emit()

    def begin(self, order: Order) -> None:
        """Train something else; what runs now is stopped."""
        self._ensure_thread()
        self._set_phase(Phase.LOADING)
        self._begin.emit(order)

    def pause(self) -> None:
        self._pause.emit()

    def resume(self) -> None:
        self._resume.emit()

    def step(self) -> None:
        """Make one step, and pause."""
        self._step.emit()

    def stop(self) -> None:
        self._stop.emit()

    def turn(self, key: str, value: Value) -> None:
        """Change a setting of the run."""
        self._turn.emit(key, value)

    def set_pace(self, pace: float) -> None:
        """Steps a second, or `FULL`."""
        self.pace = pace
        self._set_pace.emit(pace)

    def close(self) -> None:
        """End the thread; at most the step under way is waited for."""
        self._trainer.is_closing = True
        self._thread.quit()
        self._thread.wait(CLOSE_MILLISECONDS)

    # What the window pulls

    @property
    def seen(self) -> Seen | None:
        """The run and its events as they stand now."""
        return self._trainer.seen

    def seen_of(self, run: Run) -> Seen | None:
        """What was seen of the run under way or of the one before it; may be asked from any thread."""
        found = (self._trainer.seen, self._trainer.concluded)
        return next((seen for seen in found if seen is not None and seen.run is run), None)

    def checkpoint_of(self, run: Run) -> Checkpoint | None:
        """The newest checkpoint of the run under way; may be asked from any thread."""
        kept = self._trainer.checkpoint
        return kept[1] if kept is not None and kept[0] is run else None

    @property
    def is_live(self) -> bool:
        """Whether there is a run that can go on."""
        return self.phase in (Phase.RUNNING, Phase.PAUSED)

    # What the thread tells

    def _ensure_thread(self) -> None:
        if not self._thread.isRunning():
            self._thread.start()

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)

    @Slot()
    def _is_loading(self) -> None:
        self._set_phase(Phase.LOADING)

    @Slot(object, float)
    def _was_started(self, run: Run, pace: float) -> None:
        self.pace = pace
        self.run_started.emit(run, pace)
        self._set_phase(Phase.RUNNING)

    @Slot()
    def _was_paused(self) -> None:
        self._set_phase(Phase.PAUSED)

    @Slot()
    def _was_resumed(self) -> None:
        self._set_phase(Phase.RUNNING)

    @Slot(str)
    def _has_ended(self, reason: str) -> None:
        self._set_phase(Phase.ENDED)
        self.ended.emit(reason)

    @Slot(str)
    def _has_failed(self, text: str) -> None:
        self._set_phase(Phase.ENDED)
        self.failed.emit(text)


@dataclass
class Reading:
    """A log that is to be read; the window writes `is_cancelled`, the thread writes `share`."""

    path: Path
    options: ReadOptions | None = None
    share: float = 0.0
    is_cancelled: bool = False

    def progress(self, share: float) -> bool:
        self.share = share
        return not self.is_cancelled


class _Reader(QObject):
    """Lives in the reading thread."""

    opened = Signal(object, object)  # Reading, list of Run
    failed = Signal(object, str)  # Reading, why; empty when cancelled
    judged = Signal(object)  # Seen

    def __init__(self) -> None:
        super().__init__()
        self.is_closing = False

    @Slot(object)
    def read(self, reading: Reading) -> None:
        if self.is_closing:
            return
        runs = self._runs(reading)
        if runs is None:
            return
        self.opened.emit(reading, runs)
        for run in runs:
            if not self.is_closing:
                watch = Watch(run.table, run.series, run.clock)
                watch.finish()
                self.judged.emit(Seen(run, watch.events))

    def _runs(self, reading: Reading) -> list[Run] | None:
        from engine.logs.errors import Cancelled, LogError
        from engine.logs.reading import open_log

        try:
            return _with_points(open_log(reading.path, reading.options, reading.progress), reading.path)
        except Cancelled:
            self.failed.emit(reading, "")
        except LogError as error:
            self.failed.emit(reading, str(error))
        except Exception as error:  # one file that trips the program must not cost the others
            write("".join(traceback.format_exception(error)))
            text = _("{path}: cannot be read: {reason}")
            self.failed.emit(reading, text.format(path=reading.path, reason=f"{type(error).__name__}: {error}"))
        return None


def _with_points(runs: list[Run], path: Path) -> list[Run]:
    """The runs that have enough points to say anything, as the command line counts them."""
    from engine.commands.series_records import usable
    from engine.logs.errors import LogError

    found = [run for run in runs if any(usable(run))]
    if not found:
        raise LogError(_("{path}: fewer than two points of a loss were found").format(path=path))
    return found


class LogOpening(QObject):
    """The window's side of reading logs, one after the other, in a thread of its own."""

    opened = Signal(object, object)
    failed = Signal(object, str)
    judged = Signal(object)

    _read = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waiting: list[Reading] = []
        self._thread = QThread(self)
        self._thread.setObjectName("reading")
        self._reader = _Reader()
        self._reader.moveToThread(self._thread)
        self._read.connect(self._reader.read)
        self._reader.opened.connect(self._has_opened)
        self._reader.failed.connect(self._has_failed)
        self._reader.judged.connect(self.judged)

    def read(self, path: Path, options: ReadOptions | None = None) -> None:
        """Read a log; several wait for each other."""
        if not self._thread.isRunning():
            self._thread.start()
        reading = Reading(path, options)
        self.waiting.append(reading)
        self._read.emit(reading)

    def cancel(self) -> None:
        """Call off what is being read and what waits."""
        for reading in self.waiting:
            reading.is_cancelled = True

    def close(self) -> None:
        """End the thread."""
        self._reader.is_closing = True
        self.cancel()
        self._thread.quit()
        self._thread.wait(CLOSE_MILLISECONDS)

    @Slot(object, object)
    def _has_opened(self, reading: Reading, runs: list[Run]) -> None:
        self.waiting.remove(reading)
        self.opened.emit(reading, runs)

    @Slot(object, str)
    def _has_failed(self, reading: Reading, text: str) -> None:
        self.waiting.remove(reading)
        self.failed.emit(reading, text)
