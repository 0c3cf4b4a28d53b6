"""Reads logs, runs their detectors and undoes running means in a thread of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event
from engine.i18n import _
from engine.run import Run
from gui.threads.following import stamp_of
from gui.threads.messages import Snapshot
from gui.threads.worker import Cancelled, InTurns, Publish, Task, Worker, failure

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions


@dataclass(eq=False)
class Reading(Task):
    """A log to read; publishes its runs, then a snapshot with the events of each.

    Attributes
    ----------
    path : Path
        For a remote log, only its name is meaningful.
    address : str
        Address of a remote log, such as ``https://…``; empty for a file.
    prepare : callable
        Called in the thread with the runs, to prepare what the window draws first.
    prepared : list
        What it returns, one for each run.
    """

    path: Path
    prepare: Callable[[Sequence[Run]], Sequence[object]]
    options: ReadOptions | None = None
    address: str = ""
    prepared: Sequence[object] = ()

    def work(self, publish: Publish) -> None:
        runs = self._runs()
        self.prepared = self.prepare(runs)
        publish(runs)
        _load_words()
        _publish_events(runs, publish, lambda: self.is_closing)

    def _runs(self) -> list[Run]:
        from engine.brought.live import LiveRun
        from engine.logs import errors
        from engine.logs.reading import open_log

        stamp = None if self.address else stamp_of(self.path)
        try:
            found = _with_points(open_log(self.address or self.path, self.options, self.progress), self.path)
        except errors.Cancelled:
            raise Cancelled from None
        live = LiveRun.of(found[0])
        for run in found:
            run.stamp, run.ending = stamp, live.ending if live is not None else None
        return found

    def error_text(self, error: Exception) -> str:
        from engine.logs.errors import LogError

        if isinstance(error, LogError):
            return str(error)
        return _("{path}: cannot be read: {reason}").format(path=self.path, reason=failure(error))


@dataclass(eq=False)
class Preparing(Task):
    """Loads what reading needs, before there is something to read."""

    def work(self, publish: Publish) -> None:
        import engine.logs.reading
        import engine.logs.run_blocks  # noqa: F401

        _load_words()


def _load_words() -> None:
    """Load what the window needs to say something of a run, so that it need not do so itself."""
    import engine.diagnosis.explanation
    import engine.diagnosis.run_story
    import engine.tasks.own_settings  # noqa: F401
    from engine.diagnosis.declared import known_causes
    from engine.diagnosis.measures.base import all_measures
    from engine.diagnosis.remarks.base import all_remarks
    from engine.diagnosis.traits.base import all_groups

    all_measures()
    all_remarks()
    known_causes()
    all_groups()


@dataclass(eq=False)
class Undoing(Task):
    """A running mean to undo; publishes the run of per-step losses, then a snapshot with its events."""

    run: Run
    event: Event

    def work(self, publish: Publish) -> None:
        from engine.derived import undone_run

        made = undone_run(self.run, self.event)
        publish(made)
        _publish_events([made], publish, lambda: self.is_closing)


def _publish_events(runs: Sequence[Run], publish: Publish, is_closing: Callable[[], bool]) -> None:
    """Judge the runs, the one that the window shows first, and publish a snapshot of each."""
    from engine.judging import judge_all

    for some in (runs[-1:], runs[:-1]):
        for run, found in judge_all(some, is_closing):
            run.restart_rows = found.restarts
            for series in run.usable_series():
                run.table.first_non_finite(series.name)  # known from now on: the window must not look through all rows
            publish(Snapshot(run, found.events, perhaps=found.perhaps))


def _with_points(runs: list[Run], path: Path) -> list[Run]:
    """The runs with enough points for the detectors, by the criterion of the command line."""
    from engine.logs.errors import LogError

    found = [run for run in runs if run.usable_series()]
    if not found:
        raise LogError(_("{path}: fewer than two points of a loss were found").format(path=path))
    return found


class LogOpening(QObject):
    """GUI-thread side of reading logs, one after the other.

    Parameters
    ----------
    prepare : callable
        Called with the runs of a log in the reading thread, before `opened`.

    Signals
    -------
    opened : Reading, list of Run
    failed : Reading or Undoing, error text; empty when it was cancelled
    events_found : Snapshot
    undone : Run of per-step losses, the Run with the running mean
    """

    opened = Signal(object, object)
    failed = Signal(object, str)
    events_found = Signal(object)
    undone = Signal(object, object)

    def __init__(self, prepare: Callable[[Sequence[Run]], Sequence[object]], parent: QObject) -> None:
        super().__init__(parent)
        self._prepare = prepare
        self.waiting: list[Reading] = []  # whose runs have not arrived
        self._worker = Worker("reading", self)
        self._turns = InTurns(self)
        self._worker.progressed.connect(self._on_found)
        self._worker.cancelled.connect(self._on_cancelled)
        self._worker.failed.connect(self._on_failed)

    @Slot()
    def prepare(self) -> None:
        """Get ready for a log that is about to come, so that its first rows are drawn sooner."""
        self._worker.submit(Preparing())

    def undo(self, run: Run, event: Event) -> None:
        """Recover the per-step losses from a running mean."""
        self._worker.submit(Undoing(run, event))

    def read(self, path: Path, options: ReadOptions | None = None, address: str = "") -> None:
        """Queue a log to read."""
        reading = Reading(path, self._prepare, options, address)
        self.waiting.append(reading)
        self._worker.submit(reading)

    def cancel(self) -> None:
        """Cancel what is being read and what waits."""
        for reading in self.waiting:
            reading.cancel()

    def close(self) -> None:
        """End the thread."""
        self._worker.close()
        self._turns.clear()

    @Slot(object, object)
    def _on_found(self, task: Reading | Undoing, what: Snapshot | Run | list[Run]) -> None:
        self._turns.add(self._show, task, what)

    def _show(self, task: Reading | Undoing, what: Snapshot | Run | list[Run]) -> None:
        if isinstance(what, Snapshot):
            self.events_found.emit(what)
        elif isinstance(task, Undoing):
            self.undone.emit(what, task.run)
        else:
            self.waiting.remove(task)
            self.opened.emit(task, what)

    @Slot(object)
    def _on_cancelled(self, task: Reading | Undoing) -> None:
        self._turns.add(self._fail, task, "")

    @Slot(object, str)
    def _on_failed(self, task: Reading | Undoing, why: str) -> None:
        self._turns.add(self._fail, task, why)

    def _fail(self, task: Reading | Undoing, why: str) -> None:
        if task in self.waiting:
            self.waiting.remove(task)
        self.failed.emit(task, why)
