"""Opens the window's dialogs; each is loaded when it is first wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from engine.i18n import _
from gui.language import switch
from gui.log_desk import file_filter

if TYPE_CHECKING:
    from gui.main_window import MainWindow


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
        from gui.dialogs.import_log import ImportLog

        remembered = self._window.remembered
        dialog = ImportLog(path, remembered.choices_for(path), self._window)
        dialog.accepted.connect(lambda: self._import(path, dialog))
        dialog.open()

    def _import(self, path: Path, dialog) -> None:
        self._window.remembered.remember_choices(path, dialog.options)
        self._window.logs.open_files([path], dialog.options)

    def preferences(self) -> None:
        """Language, theme and what is reopened."""
        from gui.dialogs.preferences import Preferences

        window = self._window
        dialog = Preferences(window.remembered, window)
        dialog.theme_chosen.connect(window.themes.set_mode)
        dialog.language_chosen.connect(lambda code: switch(code or None))
        dialog.open()

    def shortcuts(self) -> None:
        """All shortcuts on one sheet."""
        from gui.dialogs.shortcuts import Shortcuts

        Shortcuts(self._window).open()

    def about(self) -> None:
        """Versions, and where errors are written."""
        from gui.dialogs.about import About

        About(self._window).open()

    def prove(self, event_id: str) -> None:
        """Find out by experiment what caused an event."""
        self._window.notice.tell(
            _("Run the proof on the command line: main.py prove {name}").format(
                name=self._window.runs.active.run.origin.scenario if self._window.runs.active else ""
            )
        )
