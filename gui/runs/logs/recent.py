"""The menu of recent files."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.shell.remembered import Remembered


class RecentMenu(QObject):
    """Fills the menu when it is opened.

    Signals
    -------
    files_wanted : list of paths to open
    """

    files_wanted = Signal(object)

    def __init__(self, menu: QMenu, remembered: Remembered, parent: QObject) -> None:
        super().__init__(parent)
        self._menu, self._remembered = menu, remembered
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the recent files that still exist, the latest first."""
        self._menu.clear()
        for path in self._remembered.recent:
            action = QAction(path.name.replace("&", "&&"), self._menu)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, wanted=path: self.files_wanted.emit([wanted]))
            self._menu.addAction(action)
        self._menu.setEnabled(True)
