"""Rails: a column whose docks are all folded is no wider than their upright titles."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui.shell.dock_title import DockTitle

SIDES = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)


class Rails(QObject):
    """Narrows the columns at the sides of a window while all their docks are folded.

    Parameters
    ----------
    docks : mapping of str to QDockWidget
        The docks of the window, which grow in number while it is built.
    """

    def __init__(self, window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._widths: dict[Qt.DockWidgetArea, int] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.fit)

    def watch(self, dock: QDockWidget) -> None:
        """Fit the columns whenever this dock is shown, hidden, moved or floated."""
        for signal in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            signal.connect(lambda *_args: self._timer.start(0))

    def expect(self, area: Qt.DockWidgetArea, width: int) -> None:
        """Give a column this width when it stops being a rail."""
        self._widths[area] = width

    def fit(self) -> None:
        """Make each column as wide as its docks need."""
        for area in SIDES:
            self._fit_column(area, [dock for dock in self._docks.values() if self._is_in(dock, area)])
        for dock in self._docks.values():
            if dock.isFloating():
                _title(dock).set_upright(False)

    def _is_in(self, dock: QDockWidget, area: Qt.DockWidgetArea) -> bool:
        return self._window.dockWidgetArea(dock) == area and not dock.isFloating() and not dock.isHidden()

    def _fit_column(self, area: Qt.DockWidgetArea, docks: list[QDockWidget]) -> None:
        is_rail = bool(docks) and all(_title(dock).is_folded for dock in docks)
        was_rail = any(_title(dock).is_upright for dock in docks)
        if is_rail and not was_rail:
            self._widths[area] = docks[0].width()
        for dock in docks:
            _title(dock).set_upright(is_rail)
        if was_rail and not is_rail and area in self._widths:
            self._window.resizeDocks(docks[:1], [self._widths[area]], Qt.Orientation.Horizontal)


def _title(dock: QDockWidget) -> DockTitle:
    title = dock.titleBarWidget()
    assert isinstance(title, DockTitle)
    return title
