"""Reads logs beside the window, and works out what it is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.derived import undone_run
from engine.detectors.watch import Watch
from engine.events import Event
from engine.i18n import _
from engine.run import Run
from gui.threads.messages import Seen
from gui.threads.worker import Cancelled, Task, Tell, Worker, failure

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions


@dataclass(eq=False)
class Reading(Task):
    """A log that is to be read: it passes on its runs, then what the detectors say of each.

    Attributes
    ----------
    path : Path
        Of a log elsewhere only its name is good for anything.
    address : str
        Where a log elsewhere is, such as ``https://…``; empty for a file.
    prepare : callable
        Makes in the thread what the window draws of a run first, so that it need not wait for it.
    prepared : list
        What that made, of each run.
    """

    path: Path
    prepare: Callable[[Run], object]
    options: ReadOptions | None = None
    address: str = ""
    prepared: list[object] = field(default_factory=list)

    def work(self, tell: Tell) -> None:
        runs = self._runs()
        self.prepared = [self.prepare(run) for run in runs]
        tell(runs)
        import engine.diagnosis.explanation  # noqa: F401  (what the window speaks from when it is judged)

        for run in runs:
            if not self.is_closing:
                tell(_judged(run))

    def _runs(self) -> list[Run]:
        from engine.logs import errors
        from engine.logs.reading import open_log

        try:
            return _with_points(open_log(self.address or self.path, self.options, self.progress), self.path)
        except errors.Cancelled:
            raise Cancelled from None

    def why(self, error: Exception) -> str:
        from engine.logs.errors import LogError

        if isinstance(error, LogError):
            return str(error)
        return _("{path}: cannot be read: {reason}").format(path=self.path, reason=failure(error))


@dataclass(eq=False)
class Undoing(Task):
    """A run whose loss is a running mean: it passes on the run of single steps, then what the detectors say of it."""

    run: Run
    event: Event

    def work(self, tell: Tell) -> None:
        made = undone_run(self.run, self.event)
        tell(made)
        if not self.is_closing:
            tell(_judged(made))


def _judged(run: Run) -> Seen:
    watch = Watch(run.table, run.series, run.clock)
    watch.finish()
    run.begun = watch.begun
    return Seen(run, watch.events)


def _with_points(runs: list[Run], path: Path) -> list[Run]:
    """The runs that have enough points to say anything, as the command line counts them."""
    from engine.logs.errors import LogError

    found = [run for run in runs if run.usable_series()]
    if not found:
        raise LogError(_("{path}: fewer than two points of a loss were found").format(path=path))
    return found


class LogOpening(QObject):
    """The window's side of reading logs, one after the other.

    Parameters
    ----------
    prepare : callable
        Called with each run in the thread that reads, before it is told of.

    Signals
    -------
    opened : Reading, list of Run
    failed : Reading or Undoing, why; empty when it was called off
    judged : Seen
    undone : Run, the Run it was made of
    """

    opened = Signal(object, object)
    failed = Signal(object, str)
    judged = Signal(object)
    undone = Signal(object, object)

    def __init__(self, prepare: Callable[[Run], object], parent: QObject) -> None:
        super().__init__(parent)
        self._prepare = prepare
        self.waiting: list[Reading] = []  # for its runs
        self._worker = Worker("reading", self)
        self._worker.progressed.connect(self._has_found)
        self._worker.cancelled.connect(self._was_cancelled)
        self._worker.failed.connect(self._has_failed)

    def undo(self, run: Run, event: Event) -> None:
        """Work out the loss of single steps behind a running mean."""
        self._worker.begin(Undoing(run, event))

    def read(self, path: Path, options: ReadOptions | None = None, address: str = "") -> None:
        """Read a log; several wait for each other."""
        reading = Reading(path, self._prepare, options, address)
        self.waiting.append(reading)
        self._worker.begin(reading)

    def cancel(self) -> None:
        """Call off what is being read and what waits."""
        for reading in self.waiting:
            reading.cancel()

    def close(self) -> None:
        """End the thread."""
        self._worker.close()

    @Slot(object, object)
    def _has_found(self, task: Reading | Undoing, what: Seen | Run | list[Run]) -> None:
        if isinstance(what, Seen):
            self.judged.emit(what)
        elif isinstance(task, Undoing):
            self.undone.emit(what, task.run)
        else:
            self.waiting.remove(task)
            self.opened.emit(task, what)

    @Slot(object)
    def _was_cancelled(self, task: Reading | Undoing) -> None:
        self._has_failed(task, "")

    @Slot(object, str)
    def _has_failed(self, task: Reading | Undoing, why: str) -> None:
        if task in self.waiting:
            self.waiting.remove(task)
        self.failed.emit(task, why)
