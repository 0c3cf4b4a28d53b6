"""The bridge's second part: a proof in a thread of its own, beside the training that it is about.

The thread drives the experiment's generator; the forks themselves run in processes. Records are appended to a list that
the window reads at its own pace; only the end is a signal.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.events import Event
from engine.run import Run
from engine.training.settings import SettingError
from gui.shell.errors import write

if TYPE_CHECKING:
    from collections.abc import Generator

    from engine.experiments.proof import Proof
    from engine.experiments.records import Record
    from engine.training.checkpoints import CheckpointRing

CLOSE_MILLISECONDS = 6000  # running forks are given five seconds to end


@dataclass
class Trial:
    """A proof that was asked for; the window writes `is_cancelled`, the thread appends `records`."""

    run: Run
    event: Event
    forks: int = 12
    seconds: float = 180.0
    with_cure: bool = False
    checkpoints: CheckpointRing | None = None  # of the run, where it was trained in this window
    is_cancelled: bool = False
    records: list[Record] = field(default_factory=list)


class _Prover(QObject):
    """Lives in the proof's thread."""

    ended = Signal(object, object)  # Trial, Proof
    failed = Signal(object, str)

    @Slot(object)
    def prove(self, trial: Trial) -> None:
        from engine.experiments.reference import CannotProve

        if trial.is_cancelled:
            return
        try:
            proof = _followed(trial, _course(trial))
        except (CannotProve, SettingError) as error:
            self.failed.emit(trial, str(error))
        except Exception as error:  # whatever an experiment trips over must not cost the training
            write("".join(traceback.format_exception(error)))
            self.failed.emit(trial, f"{type(error).__name__}: {error}")
        else:
            self.ended.emit(trial, proof)


def _course(trial: Trial) -> Generator[Record, None, Proof]:
    from engine.experiments.proof import prove
    from engine.experiments.reference import from_run
    from engine.training.session import TrainingSession

    run, origin = trial.run, trial.run.origin
    samples = 0
    if origin.scenario is not None:
        samples = TrainingSession(origin.scenario, origin.seed or 0, run.settings, "none").samples
    reference = from_run(run, trial.checkpoints, trial.event.kind, samples, event=trial.event)
    return prove(
        reference, trial.forks, None, trial.seconds, None, lambda: trial.is_cancelled, with_cure=trial.with_cure
    )


def _followed(trial: Trial, course: Generator[Record, None, Proof]) -> Proof:
    while True:
        try:
            trial.records.append(next(course))
        except StopIteration as end:
            return end.value


class Proving(QObject):
    """The window's side of a proof."""

    ended = Signal(object, object)  # Trial, Proof
    failed = Signal(object, str)

    _prove = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trial: Trial | None = None  # the one under way
        self._thread = QThread(self)
        self._thread.setObjectName("proof")
        self._prover = _Prover()
        self._prover.moveToThread(self._thread)
        self._prove.connect(self._prover.prove)
        self._prover.ended.connect(self._has_ended)
        self._prover.failed.connect(self._has_failed)

    def begin(self, trial: Trial) -> None:
        """Put an event to the test; one at a time."""
        self._thread.start()
        self.trial = trial
        self._prove.emit(trial)

    def cancel(self) -> None:
        """End the proof under way; what had finished is kept."""
        if self.trial is not None:
            self.trial.is_cancelled = True

    def close(self) -> None:
        """End the thread and its processes."""
        self.cancel()
        self._thread.quit()
        self._thread.wait(CLOSE_MILLISECONDS)

    @Slot(object, object)
    def _has_ended(self, trial: Trial, proof: Proof) -> None:
        self.trial = None
        self.ended.emit(trial, proof)

    @Slot(object, str)
    def _has_failed(self, trial: Trial, why: str) -> None:
        self.trial = None
        self.failed.emit(trial, why)
