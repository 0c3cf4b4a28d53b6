"""Opens the window's dialogs, each loaded on first use."""

from __future__ import annotations

from collections.abc import Sequence
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
    from gui.window.dialogs.palette import Found


class WindowDialogs(QObject):
    """The dialogs of the menus.

    Parameters
    ----------
    parent : QWidget
        Parent of the dialogs.

    Signals
    -------
    import_wanted : list of paths, and ReadOptions
    axis_chosen : "linear", "log", or empty for what suits the data
    """

    import_wanted = Signal(object, object)
    axis_chosen = Signal(str)

    def __init__(self, remembered: Remembered, themes: ThemeKeeper, library: LibraryDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self._remembered, self._themes, self._library, self._parent = remembered, themes, library, parent

    def import_log(self) -> None:
        """Let the user choose a log and how to read it."""
        name, _kind = QFileDialog.getOpenFileName(self._parent, _("Import a log"), "", file_filter())
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """Let the user choose how to read a log, and open it."""
        from gui.runs.logs.import_dialog import ImportLog

        dialog = ImportLog(path, self._remembered.choices_for(path), self._parent)
        dialog.accepted.connect(lambda: self._import(path, dialog.options))
        dialog.open()

    def _import(self, path: Path, options: ReadOptions) -> None:
        self._remembered.remember_choices(path, options)
        self.import_wanted.emit([path], options)

    def preferences(self) -> None:
        """Open the preferences."""
        from gui.window.dialogs.preferences import Preferences

        dialog = Preferences(self._remembered, self._parent)
        dialog.theme_chosen.connect(self._themes.set_mode)
        dialog.text_chosen.connect(self._themes.set_text_percent)
        dialog.axis_chosen.connect(self.axis_chosen)
        dialog.language_chosen.connect(lambda code: switch_language(code or None))
        dialog.open()

    def library(self) -> None:
        """Open the run library."""
        from gui.runs.library.dialog import LibraryDialog

        LibraryDialog(self._library, self._parent).show()

    def palette(self, entries: Sequence[Found]) -> None:
        """Open the command palette."""
        from gui.window.dialogs.palette import Palette

        Palette(entries, self._parent).open()

    def shortcuts(self) -> None:
        """Open the sheet of shortcuts."""
        from gui.window.dialogs.shortcuts import Shortcuts

        Shortcuts(self._parent).open()

    def about(self) -> None:
        """Open the About dialog."""
        from gui.window.dialogs.about import About

        About(self._parent).open()
