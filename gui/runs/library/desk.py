"""Controller of the run library: records every training, opens stored runs, resumes interrupted ones."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from engine.events import Event
from engine.i18n import _
from engine.library import Entry, Library, LibraryError, Recorder
from engine.run import Run
from gui.runs.document import Runs
from gui.threads.messages import Resumed
from gui.threads.training import Training

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions

POLL_MILLISECONDS = 1000
PATIENCE_SECONDS = 1.0  # the window is blocked while another one writes
NOTE, PROOF = "note", "proof"


class LibraryDesk(QObject):
    """Records trainings in the library, opens stored runs, and resumes interrupted ones.

    Signals
    -------
    message_ready : a message for the user
    interrupted : Entry of a run whose training was interrupted
    resume_wanted : Resumed
    log_wanted : Path and ReadOptions of a log to open
    changed : the content of the library may have changed
    """

    message_ready = Signal(str)
    interrupted = Signal(object)
    resume_wanted = Signal(object)
    log_wanted = Signal(object, object)
    changed = Signal()

    def __init__(self, training: Training, runs: Runs, parent: QObject, path: Path | None = None) -> None:
        super().__init__(parent)
        self._window = parent if isinstance(parent, QWidget) else None
        self._training, self._runs, self._path = training, runs, path
        self._recorder: Recorder | None = None
        self._ending: list[Recorder] = []
        self._library: Library | None = None
        self._poll_timer = QTimer(self)
        self._poll_timer.setInterval(POLL_MILLISECONDS)
        self._poll_timer.timeout.connect(self._check_recorders)
        training.run_started.connect(self._record)
        training.ended.connect(self._finish)
        training.failed.connect(self._finish)

    # Recording trainings

    def _record(self, run: Run, _pace: float) -> None:
        self._finish()
        kept = _Kept(self._training, run)
        self._recorder = Recorder(self._path, run, kept.events, kept.checkpoint)
        self._recorder.start()
        self._poll_timer.start()

    def _finish(self, _why: str = "") -> None:
        if self._recorder is not None:
            self._recorder.stop(waits=False)
            self._ending.append(self._recorder)
            self._recorder = None

    def _check_recorders(self) -> None:
        working = [self._recorder] if self._recorder is not None else []
        for recorder in [*working, *self._ending]:
            self._check_recorder(recorder)
        done = [recorder for recorder in self._ending if not recorder.is_working]
        if done:
            self._ending = [recorder for recorder in self._ending if recorder not in done]
            self.changed.emit()
        if not working and not self._ending:
            self._poll_timer.stop()

    def _check_recorder(self, recorder: Recorder) -> None:
        if recorder.problem is not None:
            self.message_ready.emit(_("{problem} The training continues in memory.").format(problem=recorder.problem))
            recorder.problem = None
        if recorder.set_aside is not None:
            self._report_set_aside(recorder.set_aside)
            recorder.set_aside = None

    def _report_set_aside(self, path: Path) -> None:
        self.message_ready.emit(_("The run library was damaged and has been moved to {path}.").format(path=path))

    def close(self) -> None:
        """Write the rest and close the library; a training under way can be resumed at the next start.

        To be called after the training thread has ended.
        """
        self._poll_timer.stop()
        if self._recorder is not None:
            self._recorder.stop(is_finished=False)
        for recorder in self._ending:
            recorder.stop()
        if self._library is not None:
            self._purge(self._library)
            self._library.close()
            self._library = None

    @staticmethod
    def _purge(library: Library) -> None:
        """Purge runs deleted over a month ago; done on closing, when nobody waits for the window."""
        with contextlib.suppress(LibraryError):
            library.purge()

    # Stored runs

    @property
    def library(self) -> Library:
        """The library, opened on first use.

        Raises
        ------
        LibraryError
            If it cannot be opened.
        """
        if self._library is None:
            self._library = Library(self._path, PATIENCE_SECONDS)
            if self._library.set_aside is not None:
                self._report_set_aside(self._library.set_aside)
        return self._library

    def find_interrupted(self) -> None:
        """Emit `interrupted` with the training that was interrupted last."""
        try:
            found = [entry for entry in self.library.interrupted() if entry.rows]
        except LibraryError as error:
            self.message_ready.emit(str(error))
            return
        if found:
            self.interrupted.emit(found[0])

    def latest(self) -> list[Entry]:
        """The stored trainings, the newest first; none where the library cannot be read, which was reported."""
        try:
            return self.library.trainings()
        except LibraryError:
            return []

    def open(self, run_id: str) -> Run | None:
        """Open a stored run with its events; an open one is activated, a log is read again (None)."""
        at = next((i for i, shown in enumerate(self._runs.all) if shown.run.id == run_id), None)
        if at is not None:
            self._runs.activate(at)
            return self._runs.all[at].run
        try:
            if link := self.library.link(run_id):
                self.log_wanted.emit(link.path, link.options)
                return None
            run, events = self.library.load(run_id)
        except LibraryError as error:
            self.message_ready.emit(str(error))
            return None
        self._runs.add(run)
        self._runs.set_events(run, events)
        return run

    def remember(self, path: Path, runs: Sequence[Run], options: ReadOptions | None) -> None:
        """Register the runs of a log, whose numbers stay in their file, and set the ids and names they are known by."""
        from engine.library.links import Link, log_id
        from engine.logs.options import ReadOptions

        linked = [(run, Link(path.absolute(), run.name, options or ReadOptions())) for run in runs]
        for run in runs:
            run.id = log_id(path, run.name)
        try:
            names = self.library.remember_all(linked)
        except LibraryError as error:
            self.message_ready.emit(str(error))
            return
        for run in runs:
            run.name = names[run.id]
        self.changed.emit()

    def keep_settings(self, run: Run) -> None:
        """Keep what the user has told of a run with it, if the library has it."""
        try:
            self.library.describe(run)
        except LibraryError as error:
            self.message_ready.emit(str(error))

    def notes(self, run_id: str) -> dict[int, str]:
        """The stored notes on a run: row to text."""
        return {int(row): str(json.loads(text)) for row, text in self._items(run_id, NOTE).items()}

    def keep_notes(self, run_id: str, notes: Mapping[int, str]) -> None:
        """Store the notes on a run.

        Raises
        ------
        LibraryError
            If the library cannot do it.
        """
        self.library.put_items(run_id, NOTE, {str(row): json.dumps(text) for row, text in notes.items()})

    def proofs(self, run_id: str) -> dict[str, list[str]]:
        """The stored verdicts on a run's events: lines of text, by event id."""
        return {event: [str(line) for line in json.loads(text)] for event, text in self._items(run_id, PROOF).items()}

    def keep_proofs(self, run_id: str, proofs: Mapping[str, Sequence[str]]) -> None:
        """Store verdicts on a run's events, in addition to earlier ones."""
        found = {**self.proofs(run_id), **proofs}
        try:
            self.library.put_items(run_id, PROOF, {event: json.dumps(list(lines)) for event, lines in found.items()})
        except LibraryError as error:
            stays = _(
                "{problem} The proof was not saved; it remains available while this window is open and is included "
                "in reports."
            )
            self.message_ready.emit(stays.format(problem=error))

    def _items(self, run_id: str, kind: str) -> dict[str, str]:
        try:
            return self.library.items(run_id, kind)
        except LibraryError:
            return {}  # reported when the run was to be stored

    def ask_name(self, run: Run) -> None:
        """Let the user rename an open run."""
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(_("Rename"))
        dialog.setLabelText(_("Name"))
        dialog.setTextValue(run.name)
        dialog.textValueSelected.connect(lambda text: self.rename(run, text.strip()))
        dialog.open()

    def rename(self, run: Run, name: str) -> None:
        """Rename an open run, and the stored one."""
        if not name:
            return
        try:
            self.library.rename(run.id, name)
        except LibraryError as error:
            self.message_ready.emit(str(error))
        self._runs.rename(run.id, name)
        self.changed.emit()

    def on_renamed(self, run_id: str, name: str) -> None:
        """Rename the open run when its stored one was renamed."""
        self._runs.rename(run_id, name)

    def export(self, run_id: str, path: Path) -> None:
        """Export a stored run: its table as CSV or Parquet, all of it as ``.overshoot``.

        Raises
        ------
        LibraryError, OSError
            If the run cannot be read or the file cannot be written.
        """
        from engine.export import write_table
        from engine.library.exchange import export_run, remarks_of

        run, events = self.library.load(run_id)
        if path.suffix.lower() in (".csv", ".parquet"):
            write_table(run.table, path)
        else:
            export_run(run, events, path, remarks_of(self.library, run_id))

    def import_run(self, path: Path) -> None:
        """Import an exported run into the library.

        Raises
        ------
        LibraryError, OSError
            If the file cannot be read or is not an exported run.
        """
        from engine.library.exchange import import_run, put

        put(self.library, *import_run(path))

    def resume(self, entry: Entry) -> None:
        """Resume an interrupted training from its last checkpoint, with the rows before it."""
        try:
            run, _events = self.library.load(entry.id)
            checkpoint = self.library.checkpoint(entry.id)
        except LibraryError as error:
            self.message_ready.emit(str(error))
            return
        if checkpoint is None or run.origin.scenario is None:
            self.message_ready.emit(
                _("{name} has no checkpoint to continue from; it is opened as it is.").format(name=entry.name)
            )
            self.dismiss(entry)
            self.open(entry.id)
            return
        self.resume_wanted.emit(Resumed(run, checkpoint[1]))

    def open_as_it_is(self, entry: Entry) -> None:
        """Open an interrupted run and mark it as complete."""
        self.dismiss(entry)
        self.open(entry.id)

    def dismiss(self, entry: Entry) -> None:
        """Stop asking about a run; it stays in the library."""
        try:
            self.library.finish(entry.id)
        except LibraryError as error:
            self.message_ready.emit(str(error))
        self.changed.emit()


class _Kept:
    """What the recorder's thread polls of a training."""

    def __init__(self, training: Training, run: Run) -> None:
        self._training, self._run = training, run
        self._events: tuple[Event, ...] = ()
        self._step = -1

    def events(self) -> tuple[Event, ...]:
        snapshot = self._training.snapshot_of(self._run)
        if snapshot is not None:
            self._events = snapshot.events
        return self._events

    def checkpoint(self) -> tuple[int, bytes] | None:
        """The latest checkpoint with its step; None if it was returned before."""
        found = self._training.checkpoint_of(self._run)
        if found is None or found.step == self._step:
            return None
        self._step = found.step
        return found.step, found.to_bytes()
