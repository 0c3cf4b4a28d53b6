"""Opens the window's dialogs; each is loaded when it is first wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from engine.i18n import _
from gui.look.language import switch
from gui.runs.logs.desk import file_filter

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow


class WindowDialogs(QObject):
    """All dialogs of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def import_log(self) -> None:
        """Choose a log and how it is read."""
        name, _kind = QFileDialog.getOpenFileName(self._window, _("Import a log"), "", file_filter())
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """Ask how this log is read, and open it so."""
        from gui.runs.logs.import_dialog import ImportLog

        remembered = self._window.remembered
        dialog = ImportLog(path, remembered.choices_for(path), self._window)
        dialog.accepted.connect(lambda: self._import(path, dialog))
        dialog.open()

    def _import(self, path: Path, dialog) -> None:
        self._window.remembered.remember_choices(path, dialog.options)
        self._window.logs.open_files([path], dialog.options)

    def preferences(self) -> None:
        """Language, theme and what is reopened."""
        from gui.window.dialogs.preferences import Preferences

        window = self._window
        dialog = Preferences(window.remembered, window)
        dialog.theme_chosen.connect(window.themes.set_mode)
        dialog.language_chosen.connect(lambda code: switch(code or None))
        dialog.open()

    def library(self) -> None:
        """The runs that were kept."""
        from gui.runs.library.dialog import LibraryDialog

        LibraryDialog(self._window.library, self._window).show()

    def shortcuts(self) -> None:
        """All shortcuts on one sheet."""
        from gui.window.dialogs.shortcuts import Shortcuts

        Shortcuts(self._window).open()

    def about(self) -> None:
        """Versions, and where errors are written."""
        from gui.window.dialogs.about import About

        About(self._window).open()

    def export_report(self) -> None:
        """Write the active run's report, with what was proved of it."""
        window = self._window
        active = window.runs.active
        if active is None:
            return
        kinds = ";;".join((_("Web page (*.html)"), _("Markdown (*.md)")))
        name, kind = QFileDialog.getSaveFileName(window, _("Export report"), f"{active.run.name}.html", kinds)
        if not name:
            return
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(".md" if "*.md" in kind else ".html")
        self.write_report(path)

    def write_report(self, path: Path) -> None:
        """Write the active run's report to a file."""
        from engine.report import ReportError, write_report

        window = self._window
        active = window.runs.active
        if active is None:
            return
        try:
            proofs = window.deeper.proof_lines(active.run.id)
            write_report(active.run, active.listed, path, proofs=proofs, notes=window.notes.of(active.run))
        except ReportError as error:
            window.notice.tell(str(error))
        else:
            window.notice.tell(_("The report is in {path}").format(path=path))
