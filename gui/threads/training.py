"""A training beside the window, which pulls what grows at every step; only life-cycle changes are signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.run import Run, Value
from engine.training.pace import FULL
from gui.threads.messages import Order, Phase, Seen
from gui.threads.trainer import Trainer
from gui.threads.worker import WorkerThread

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.rewinding import CheckpointRing


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
    _switch_probe = Signal(str, bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.phase = Phase.IDLE
        self.pace = FULL
        self._order: Order | None = None
        self._trainer = Trainer()
        self._thread = WorkerThread("training", self._trainer, self)
        self._connect()

    def _connect(self) -> None:
        trainer = self._trainer
        self._begin.connect(trainer.begin)
        self._load.connect(trainer.load)
        self._pause.connect(trainer.pause)
        self._resume.connect(trainer.resume)
        self._step.connect(trainer.step)
        self._stop.connect(trainer.stop)
        self._turn.connect(trainer.turn)
        self._set_pace.connect(trainer.set_pace)
        self._switch_probe.connect(trainer.switch_probe)
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
        self._thread.ensure()
        self._load.emit()

    def begin(self, order: Order) -> None:
        """Train something else; what runs now is stopped."""
        self._thread.ensure()
        self._order = order
        self._set_phase(Phase.LOADING)
        self._begin.emit(order)

    def call_off(self) -> None:
        """Let what is being made ready not begin; torch, half imported, is imported to its end."""
        if self.phase is Phase.LOADING:
            self._trainer.called_off = self._order
            self._set_phase(Phase.IDLE)

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

    def switch_probe(self, name: str, is_on: bool) -> None:
        """Let a probe measure in the run under way, or no longer."""
        self._switch_probe.emit(name, is_on)

    def set_pace(self, pace: float) -> None:
        """Steps a second, or `FULL`."""
        self.pace = pace
        self._set_pace.emit(pace)

    def close(self) -> None:
        """End the thread; at most the step under way is waited for."""
        self._trainer.is_closing = True
        self._thread.close()

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

    def rewind_points_of(self, run: Run) -> CheckpointRing | None:
        """Checkpoints of a run that was trained lately; may be asked from any thread."""
        return self._trainer.rewinding.of(run)

    @property
    def is_live(self) -> bool:
        """Whether there is a run that can go on."""
        return self.phase in (Phase.RUNNING, Phase.PAUSED)

    # What the thread tells

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)

    @Slot()
    def _is_loading(self) -> None:
        if not self._is_called_off(self._order):
            self._set_phase(Phase.LOADING)

    def _is_called_off(self, order: Order | None) -> bool:
        return order is not None and order is self._trainer.called_off

    @Slot(object, object, float)
    def _was_started(self, order: Order, run: Run, pace: float) -> None:
        if self._is_called_off(order):  # too late for the thread to see
            if order is self._order:  # else the thread has been told to begin another, which ends this one
                self._stop.emit()
            return
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
