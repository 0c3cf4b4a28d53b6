"""The run library at work: every training is kept while it runs, and an interrupted one can go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.events import Event
from engine.i18n import _
from engine.library import Entry, Library, LibraryError, Recorder
from engine.run import Run
from gui.bridge import Training
from gui.bridge_messages import Resumed
from gui.models.runs import Runs

LOOK_MILLISECONDS = 1000


class LibraryDesk(QObject):
    """Keeps trainings in the library, opens kept runs, and resumes interrupted ones.

    Signals
    -------
    told : a sentence for the person
    interrupted : Entry of a run whose training was broken off
    resume_wanted : Resumed
    changed : what the library holds may be different now
    """

    told = Signal(str)
    interrupted = Signal(object)
    resume_wanted = Signal(object)
    changed = Signal()

    def __init__(self, training: Training, runs: Runs, parent: QObject, path: Path | None = None) -> None:
        super().__init__(parent)
        self._training, self._runs, self._path = training, runs, path
        self._recorder: Recorder | None = None
        self._ending: list[Recorder] = []
        self._library: Library | None = None
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MILLISECONDS)
        self._look.timeout.connect(self._hear_problems)
        training.run_started.connect(self._record)
        training.ended.connect(self._finish)
        training.failed.connect(self._finish)

    # Keeping what trains

    def _record(self, run: Run, _pace: float) -> None:
        self._finish()
        kept = _Kept(self._training, run)
        self._recorder = Recorder(self._path, run, kept.events, kept.checkpoint)
        self._recorder.start()
        self._look.start()

    def _finish(self, _why: str = "") -> None:
        if self._recorder is not None:
            self._recorder.stop(waits=False)
            self._ending.append(self._recorder)
            self._recorder = None

    def _hear_problems(self) -> None:
        working = [self._recorder] if self._recorder is not None else []
        for recorder in [*working, *self._ending]:
            self._hear(recorder)
        done = [recorder for recorder in self._ending if not recorder.is_working]
        if done:
            self._ending = [recorder for recorder in self._ending if recorder not in done]
            self.changed.emit()
        if not working and not self._ending:
            self._look.stop()

    def _hear(self, recorder: Recorder) -> None:
        if recorder.problem is not None:
            self.told.emit(_("{problem} The training goes on in memory.").format(problem=recorder.problem))
            recorder.problem = None
        if recorder.set_aside is not None:
            self._tell_set_aside(recorder.set_aside)
            recorder.set_aside = None

    def _tell_set_aside(self, path: Path) -> None:
        self.told.emit(_("The run library was damaged; it was set aside as {path}.").format(path=path))

    def close(self) -> None:
        """Write the rest; a training that is under way can be resumed at the next start. The training has ended."""
        self._look.stop()
        if self._recorder is not None:
            self._recorder.stop(is_finished=False)
        for recorder in self._ending:
            recorder.stop()
        if self._library is not None:
            self._library.close()

    # What is kept

    @property
    def library(self) -> Library:
        """The library, opened when it is first needed.

        Raises
        ------
        LibraryError
            If it cannot be opened.
        """
        if self._library is None:
            self._library = Library(self._path)
            if self._library.set_aside is not None:
                self._tell_set_aside(self._library.set_aside)
        return self._library

    def look_for_interrupted(self) -> None:
        """Say which training was broken off last."""
        try:
            found = [entry for entry in self.library.interrupted() if entry.rows]
        except LibraryError as error:
            self.told.emit(str(error))
            return
        if found:
            self.interrupted.emit(found[0])

    def open(self, run_id: str) -> Run | None:
        """Show a kept run with its events; one that is shown already is activated."""
        at = next((i for i, shown in enumerate(self._runs.all) if shown.run.id == run_id), None)
        if at is not None:
            self._runs.activate(at)
            return self._runs.all[at].run
        try:
            run, events = self.library.load(run_id)
        except LibraryError as error:
            self.told.emit(str(error))
            return None
        self._runs.add(run)
        self._runs.judge(run, events)
        return run

    def follow_name(self, run_id: str, name: str) -> None:
        """A kept run has another name: so has the open one."""
        for shown in self._runs.all:
            if shown.run.id == run_id:
                shown.run.name = name
                self._runs.changed.emit()

    def export(self, run_id: str, path: Path) -> None:
        """Write a kept run: as CSV or Parquet its numbers, as ``.overshoot`` all of it.

        Raises
        ------
        LibraryError, OSError
            If the run cannot be read or the file cannot be written.
        """
        from engine.export import write_table
        from engine.library.exchange import export_run

        run, events = self.library.load(run_id)
        if path.suffix.lower() in (".csv", ".parquet"):
            write_table(run.table, path)
        else:
            export_run(run, events, path)

    def bring(self, path: Path) -> None:
        """Put an exported run into the library.

        Raises
        ------
        LibraryError, OSError
            If the file cannot be read or is none of ours.
        """
        from engine.library.exchange import import_run

        run, events = import_run(path)
        self.library.add(run)
        self.library.write(run, 0, events)
        self.library.finish(run.id)

    def resume(self, entry: Entry) -> None:
        """Let an interrupted training go on from its last checkpoint, with its rows before it."""
        try:
            run, _events = self.library.load(entry.id)
            checkpoint = self.library.checkpoint(entry.id)
        except LibraryError as error:
            self.told.emit(str(error))
            return
        if checkpoint is None or run.origin.scenario is None:
            self.told.emit(_("{name} has no checkpoint to go on from; it is opened as it is.").format(name=entry.name))
            self.dismiss(entry)
            self.open(entry.id)
            return
        self.resume_wanted.emit(Resumed(run, checkpoint[1]))

    def open_as_it_is(self, entry: Entry) -> None:
        """Show an interrupted run; it counts as complete."""
        self.dismiss(entry)
        self.open(entry.id)

    def dismiss(self, entry: Entry) -> None:
        """Do not ask about this run again; it stays in the library."""
        try:
            self.library.finish(entry.id)
        except LibraryError as error:
            self.told.emit(str(error))
        self.changed.emit()


class _Kept:
    """What the recorder's thread asks of a training."""

    def __init__(self, training: Training, run: Run) -> None:
        self._training, self._run = training, run
        self._events: tuple[Event, ...] = ()
        self._step = -1

    def events(self) -> tuple[Event, ...]:
        seen = self._training.seen_of(self._run)
        if seen is not None:
            self._events = seen.events
        return self._events

    def checkpoint(self) -> tuple[int, bytes] | None:
        """The newest checkpoint, once."""
        found = self._training.checkpoint_of(self._run)
        if found is None or found.step == self._step:
            return None
        self._step = found.step
        return found.step, found.to_bytes()
