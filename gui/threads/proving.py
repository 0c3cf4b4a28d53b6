"""Runs proofs in a thread of their own, beside the training.

The thread drives the experiment's generator; the forks run in processes. Records are appended to a list that the
window polls.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Signalled
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event
from engine.i18n import _
from engine.run import Run
from engine.tasks.settings import SettingError
from gui.threads.worker import Publish, Task, Worker, failure

if TYPE_CHECKING:
    from engine.brought.checks import Checked
    from engine.experiments.costs import Cost
    from engine.experiments.proof import Proof
    from engine.experiments.records import Record
    from engine.experiments.traces import Growing
    from engine.training.rewinding import CheckpointRing

SECONDS = 180.0  # the usual time until a proof rests
MOST_STRETCH, SPARE = 3.0, 1.2


def stretched(seconds: float, record: object) -> float:
    """The time that a proof needs at least, with a little to spare, if a record tells how fast this machine is."""
    from engine.experiments.costs import Cost

    return min(SPARE * record.seconds[0], MOST_STRETCH * seconds) if isinstance(record, Cost) else seconds


@dataclass(eq=False)
class Trial(Task):
    """A proof to make; cancelled, it ends with the forks finished so far.

    Attributes
    ----------
    seconds : float
        It rests after so long and waits for `go_on`: a verdict does not depend on how busy the machine is. The usual
        time is longer on a slow machine, as far as the shortest proof needs it and up to `MOST_STRETCH` times.
    is_resting : bool
        Whether it waits; polled by the window.
    worked : float
        Seconds so far, without those it rested.
    """

    run: Run
    event: Event
    forks: int = 12
    seconds: float = SECONDS
    with_cure: bool = False
    checkpoints: CheckpointRing | None = None  # of the run, if it was trained in this window
    records: list[Record | Checked | Cost] = field(default_factory=list)
    traces: Path | None = field(default=None, init=False)  # where the forks that train write their curves
    is_resting: bool = field(default=False, init=False)
    worked: float = field(default=0.0, init=False)
    _wakes: Signalled = field(default_factory=Signalled, init=False)

    def cancel(self) -> None:
        super().cancel()
        self._wakes.set()

    def go_on(self) -> None:
        """Continue for as long again."""
        self._wakes.set()

    def work(self, _publish: Publish) -> Proof:
        with TemporaryDirectory(prefix="overshoot-forks-", ignore_cleanup_errors=True) as folder:
            self.traces = Path(folder)
            return self._work()

    def growing(self) -> list[Growing]:
        """The curves so far of the forks that train."""
        from engine.experiments.traces import growing

        return list(growing(self.traces)) if self.traces is not None else []

    def _work(self) -> Proof:
        course = _proof_records(self)
        began, limit = time.monotonic(), self.seconds
        while True:
            if time.monotonic() > began + limit:
                self.worked += time.monotonic() - began
                self._rest()
                began = time.monotonic()
            try:
                record = next(course)
            except StopIteration as end:
                return end.value
            self.records.append(record)
            if self.seconds == SECONDS:
                limit = max(limit, stretched(self.seconds, record))

    def _rest(self) -> None:
        """Wait for `go_on` or `cancel`; forks that have begun are finished meanwhile."""
        if self.is_cancelled:
            return
        self._wakes.clear()
        self.is_resting = not self.is_cancelled
        if self.is_resting:
            self._wakes.wait()
        self.is_resting = False

    def error_text(self, error: Exception) -> str:
        from engine.brought.errors import BroughtError
        from engine.experiments.reference import CannotProve

        return failure(error, BroughtError, CannotProve, SettingError)


def _proof_records(trial: Trial) -> Generator[Record | Checked | Cost, None, Proof]:
    from engine.experiments.costs import with_cost
    from engine.experiments.proof import prove
    from engine.experiments.reference import from_run
    from engine.training.session import TrainingSession

    run, origin = trial.run, trial.run.origin
    if origin.is_own:
        return _own_records(trial)
    samples = 0
    if origin.scenario is not None:
        samples = TrainingSession(origin.scenario, origin.seed or 0, run.settings, "none").samples
    reference = from_run(run, trial.checkpoints, trial.event.kind, samples, event=trial.event)
    is_cancelled = lambda: trial.is_cancelled
    course = prove(reference, trial.forks, is_cancelled=is_cancelled, with_cure=trial.with_cure, traces=trial.traces)
    return with_cost(course, reference, trial.forks)


def _own_records(trial: Trial) -> Generator[Record | Checked | Cost, None, Proof]:
    """Train a watched or brought run again up to its event, which was confirmed, and prove it."""
    import os

    from engine.experiments.brought_forks import CREW, Interpreters
    from engine.experiments.brought_runs import source_of
    from engine.experiments.own_proofs import prepare
    from engine.experiments.proof import prove

    assert trial.run.origin.path is not None
    source, seed, knobs = source_of(trial.run.origin.path)
    turns = trial.run.turns() if source.can_restore else {}
    is_cancelled = lambda: trial.is_cancelled
    try:
        with (
            TemporaryDirectory(prefix="overshoot-states-") as folder,
            Interpreters(os.cpu_count() or 1) as backend,
        ):
            wishes = trial.event.kind, Path(folder), trial.forks
            reference = yield from prepare(source, seed, knobs, turns, *wishes, is_cancelled)
            return (yield from prove(reference, trial.forks, None, None, backend, is_cancelled, traces=trial.traces))
    finally:
        CREW.close()


class Proving(QObject):
    """GUI-thread side of proofs.

    Signals
    -------
    ended : Trial, Proof
    failed : Trial, error text
    """

    ended = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.trial: Trial | None = None  # the running one
        self._worker = Worker("proof", self)
        self._worker.finished.connect(self._on_ended)
        self._worker.cancelled.connect(self._on_cancelled)
        self._worker.failed.connect(self._on_failed)

    def start(self, trial: Trial) -> None:
        """Start the proof of an event; one at a time."""
        self.trial = trial
        self._worker.submit(trial)

    def cancel(self) -> None:
        """Cancel the running proof; what has finished is kept."""
        if self.trial is not None:
            self.trial.cancel()

    def close(self) -> None:
        """End the thread and its processes."""
        self._worker.close()

    @Slot(object, object)
    def _on_ended(self, trial: Trial, proof: Proof) -> None:
        self.trial = None
        self.ended.emit(trial, proof)

    @Slot(object)
    def _on_cancelled(self, trial: Trial) -> None:
        self._on_failed(trial, _("Cancelled; finished forks are kept"))

    @Slot(object, str)
    def _on_failed(self, trial: Trial, why: str) -> None:
        self.trial = None
        self.failed.emit(trial, why)
