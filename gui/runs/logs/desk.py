"""Opens logs from menu, drop, recent files and the last session, with progress and errors."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from engine.i18n import _, ngettext, number
from engine.run import Run
from engine.run_warnings import WarningKind
from gui.runs.document import Runs
from gui.runs.library.desk import LibraryDesk
from gui.shell.notice import Answer, Notice
from gui.shell.remembered import Remembered
from gui.shell.working import Job, Working
from gui.threads.messages import Snapshot
from gui.threads.reading import LogOpening, Reading

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions


class LogDesk(QObject):
    """Reads logs and adds their runs; a failure is reported and changes nothing.

    Signals
    -------
    opened : list of Run, of one log
    prepared : list of RunLines, ready to draw, of the runs that are added next
    recent_changed : the list of recent files has changed
    import_wanted : Path of a file to open with options
    """

    opened = Signal(object)
    prepared = Signal(object)
    recent_changed = Signal()
    import_wanted = Signal(object)

    def __init__(
        self,
        opening: LogOpening,
        runs: Runs,
        library: LibraryDesk,
        working: Working,
        notice: Notice,
        remembered: Remembered,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._opening, self._runs, self._library, self._window = opening, runs, library, parent
        self._working, self._notice, self._remembered = working, notice, remembered
        opening.opened.connect(self._on_opened)
        opening.failed.connect(self._on_failed)
        opening.events_found.connect(self._on_events_found)
        opening.undone.connect(runs.add_beside)
        library.log_wanted.connect(lambda path, options: self.open_files([path], options))

    def ask(self) -> None:
        """Let the user choose files."""
        self._choose_in(str(self._remembered.recent[0].parent) if self._remembered.recent else "")

    def _choose_in(self, folder: str) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self._window, _("Open logs"), folder, file_filter())
        self.open_files(map(Path, names))

    def open_files(self, paths: Iterable[Path], options: ReadOptions | None = None) -> None:
        """Read logs, one after the other."""
        for path in paths:
            self._read(path, options or self._remembered.choices_for(path))

    def ask_folder(self) -> None:
        """Let the user choose a folder."""
        start = str(self._remembered.recent[0].parent) if self._remembered.recent else ""
        if name := QFileDialog.getExistingDirectory(self._window, _("Open folder"), start):
            self.open_files([Path(name)])

    def ask_address(self) -> None:
        """Let the user type the address of a log."""
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(_("Open address"))
        dialog.setLabelText(_("Address of a log, such as https://… or s3://…"))
        dialog.resize(480, dialog.sizeHint().height())
        dialog.textValueSelected.connect(self.open_address)
        dialog.open()

    def open_address(self, address: str) -> None:
        """Read a log at an address, or a file."""
        address = address.strip()
        if "://" not in address:
            self.open_files([Path(address)] if address else [])
            return
        self._read(Path(address.rstrip("/").rpartition("/")[2] or address), None, address)

    def _read(self, path: Path, options: ReadOptions | None, address: str = "") -> None:
        is_at_work = bool(self._opening.waiting)
        self._opening.read(path, options, address)
        if not is_at_work:
            self._working.add(Job(self._text, lambda: not self._opening.waiting, self._opening.cancel, self._share))

    def _share(self) -> float:
        return self._opening.waiting[0].share

    def _text(self) -> str:
        waiting = self._opening.waiting
        text = _("Reading {name}…").format(name=waiting[0].path.name)
        rest = len(waiting) - 1
        if rest:
            text += "  " + ngettext("{n} more waiting", "{n} more waiting", rest).format(n=rest)
        return text

    def undo_mean(self, event_id: str) -> None:
        """Add the per-step losses behind the running mean that an event of the active run reports."""
        shown = self._runs.active
        event = next((e for e in shown.listed if e.id == event_id), None) if shown else None
        if shown is not None and event is not None:
            self._opening.undo(shown.run, event)

    def remember_open(self) -> None:
        """Store which files are open, to reopen them next time."""
        paths = [shown.run.origin.path for shown in self._runs.all]
        self._remembered.session = list(dict.fromkeys(path for path in paths if path is not None))

    def _on_opened(self, reading: Reading, runs: list[Run]) -> None:
        self._working.update_display()
        if not reading.address:
            self._library.remember(reading.path, runs, reading.options)
            self._remembered.add_recent([reading.path])
            self.recent_changed.emit()
        self.prepared.emit(reading.prepared)
        self._runs.put_log(runs)
        self._report_left_out(reading.path, runs)
        self.opened.emit(runs)

    def _report_left_out(self, folder: Path, runs: list[Run]) -> None:
        found = [warning for run in runs for warning in run.warnings if warning.what is WarningKind.LEFT_OUT]
        if found:
            shown = number(len(runs))
            text = _("{shown} of {all} logs of {folder} are shown.")
            text = text.format(shown=shown, all=number(len(runs) + found[0].count), folder=folder.name)
            self._notice.show_message(text, Answer(_("Choose…"), lambda: self._choose_in(str(folder))))

    def _on_failed(self, reading: Reading, why: str) -> None:
        self._working.update_display()
        if not why:
            return
        answers = []
        if isinstance(reading, Reading) and not reading.address and reading.path.is_file():
            path = reading.path
            answers = [Answer(_("Import with options…"), lambda: self.import_wanted.emit(path))]
            why = why.replace(str(path), path.name)  # the message has one line: what is wrong comes before where
        self._notice.show_message(why, *answers)

    def _on_events_found(self, snapshot: Snapshot) -> None:
        self._runs.set_events(snapshot.run, snapshot.events, snapshot.perhaps)


def file_filter() -> str:
    """The filters of the file dialog."""
    logs = "*.csv *.tsv *.txt *.log *.json *.jsonl *.ndjson *.parquet *.gz *.zst *.tfevents.* *.dat *.out"
    return f"{_('Logs')} ({logs});;{_('All files')} (*)"
