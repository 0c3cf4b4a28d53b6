"""A training in a thread of its own: the window polls what grows, signals report only its life cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.run import Run, Value
from engine.training.pace import FULL
from gui.threads.messages import Order, Phase, Snapshot
from gui.threads.trainer import Trainer
from gui.threads.worker import WorkerThread

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.rewinding import CheckpointRing


class Training(QObject):
    """GUI-thread side of a training."""

    run_started = Signal(object, float)  # Run, pace in steps a second
    phase_changed = Signal(object)  # Phase
    ended = Signal(str)  # reason
    failed = Signal(str)
    refused = Signal(str, str)

    _start = Signal(object)
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
        self._start.connect(trainer.start)
        self._load.connect(trainer.load)
        self._pause.connect(trainer.pause)
        self._resume.connect(trainer.resume)
        self._step.connect(trainer.step)
        self._stop.connect(trainer.stop)
        self._turn.connect(trainer.turn)
        self._set_pace.connect(trainer.set_pace)
        self._switch_probe.connect(trainer.switch_probe)
        trainer.started.connect(self._on_started)
        trainer.loading.connect(self._on_loading)
        trainer.paused.connect(self._on_paused)
        trainer.resumed.connect(self._on_resumed)
        trainer.ended.connect(self._on_ended)
        trainer.failed.connect(self._on_failed)
        trainer.refused.connect(self.refused)

    # Requests

    def load(self) -> None:
        """Import torch in the thread, so that a start need not wait for it."""
        self._thread.ensure()
        self._load.emit()

    def start(self, order: Order) -> None:
        """Stop what trains now and start a new training."""
        self._thread.ensure()
        self._order = order
        self._set_phase(Phase.LOADING)
        self._start.emit(order)

    def cancel_start(self) -> None:
        """Cancel a start in preparation; an import of torch under way runs to completion."""
        if self.phase is Phase.LOADING:
            self._trainer.cancelled_order = self._order
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
        """Turn a probe of the current run on or off."""
        self._switch_probe.emit(name, is_on)

    def set_pace(self, pace: float) -> None:
        """Set the pace in steps per second, or `FULL`."""
        self.pace = pace
        self._set_pace.emit(pace)

    def close(self) -> None:
        """End the thread after at most the current step."""
        self._trainer.is_closing = True
        self._thread.close()

    # State to poll

    @property
    def snapshot(self) -> Snapshot | None:
        """The current run and its events."""
        return self._trainer.snapshot

    def snapshot_of(self, run: Run) -> Snapshot | None:
        """The snapshot of the current run or of the previous one; callable from any thread."""
        found = (self._trainer.snapshot, self._trainer.finished_snapshot)
        return next((snapshot for snapshot in found if snapshot is not None and snapshot.run is run), None)

    def checkpoint_of(self, run: Run) -> Checkpoint | None:
        """The latest checkpoint of the current run; callable from any thread."""
        kept = self._trainer.checkpoint
        return kept[1] if kept is not None and kept[0] is run else None

    def rewind_points_of(self, run: Run) -> CheckpointRing | None:
        """The checkpoints of a recently trained run; callable from any thread."""
        return self._trainer.rewinding.of(run)

    @property
    def is_live(self) -> bool:
        """Whether a run is training or paused."""
        return self.phase in (Phase.RUNNING, Phase.PAUSED)

    # Signals of the thread

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)

    @Slot()
    def _on_loading(self) -> None:
        if not self._is_cancelled(self._order):
            self._set_phase(Phase.LOADING)

    def _is_cancelled(self, order: Order | None) -> bool:
        return order is not None and order is self._trainer.cancelled_order

    @Slot(object, object, float)
    def _on_started(self, order: Order, run: Run, pace: float) -> None:
        if self._is_cancelled(order):  # too late for the thread to notice
            if order is self._order:  # else another start was requested, which ends this one
                self._stop.emit()
            return
        self.pace = pace
        self.run_started.emit(run, pace)
        self._set_phase(Phase.RUNNING)

    @Slot()
    def _on_paused(self) -> None:
        self._set_phase(Phase.PAUSED)

    @Slot()
    def _on_resumed(self) -> None:
        self._set_phase(Phase.RUNNING)

    @Slot(str)
    def _on_ended(self, reason: str) -> None:
        self._set_phase(Phase.ENDED)
        self.ended.emit(reason)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._set_phase(Phase.ENDED)
        self.failed.emit(text)
