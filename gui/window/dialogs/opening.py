"""Opens the window's dialogs; each is loaded when it is first wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.i18n import _
from gui.look.language import switch_language
from gui.runs.logs.desk import file_filter

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions
    from gui.look.theme import ThemeKeeper
    from gui.runs.library.desk import LibraryDesk
    from gui.shell.remembered import Remembered


class WindowDialogs(QObject):
    """All dialogs that the menus open.

    Parameters
    ----------
    parent : QWidget
        What the dialogs stand before.

    Signals
    -------
    import_wanted : list of paths, and ReadOptions
    """

    import_wanted = Signal(object, object)

    def __init__(self, remembered: Remembered, themes: ThemeKeeper, library: LibraryDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self._remembered, self._themes, self._library, self._parent = remembered, themes, library, parent

    def import_log(self) -> None:
        """Choose a log and how it is read."""
        name, _kind = QFileDialog.getOpenFileName(self._parent, _("Import a log"), "", file_filter())
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """Ask how this log is read, and open it so."""
        from gui.runs.logs.import_dialog import ImportLog

        dialog = ImportLog(path, self._remembered.choices_for(path), self._parent)
        dialog.accepted.connect(lambda: self._import(path, dialog.options))
        dialog.open()

    def _import(self, path: Path, options: ReadOptions) -> None:
        self._remembered.remember_choices(path, options)
        self.import_wanted.emit([path], options)

    def preferences(self) -> None:
        """Language, theme and what is reopened."""
        from gui.window.dialogs.preferences import Preferences

        dialog = Preferences(self._remembered, self._parent)
        dialog.theme_chosen.connect(self._themes.set_mode)
        dialog.language_chosen.connect(lambda code: switch_language(code or None))
        dialog.open()

    def library(self) -> None:
        """The runs that were kept."""
        from gui.runs.library.dialog import LibraryDialog

        LibraryDialog(self._library, self._parent).show()

    def shortcuts(self) -> None:
        """All shortcuts on one sheet."""
        from gui.window.dialogs.shortcuts import Shortcuts

        Shortcuts(self._parent).open()

    def about(self) -> None:
        """Versions, and where errors are written."""
        from gui.window.dialogs.about import About

        About(self._parent).open()
