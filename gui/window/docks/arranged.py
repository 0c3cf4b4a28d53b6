"""The docks of a window and their layout."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from gui.look.language import set_translated
from gui.shell.dock_title import DockTitle
from gui.shell.remembered import Remembered
from gui.window.docks.rails import Rails

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
LAYOUT_VERSION = 4
WIDTHS = [264, 336]  # of the docks on the left and on the right
WIDTH_OF_RUNS = 312  # on the left, where a table of runs has names and verdicts to show
TITLE_HEIGHT = 64  # of a dock, and some space below its content
RUNS_HEIGHT, LEAST_KNOBS_HEIGHT = 120, 200
PROOF_HEIGHT, PROOF_WITH_NUMBERS = 190, 330
FOR_TRAINING = ("demos", "knobs")  # docks that a log has no use for


class Docks(dict[str, QDockWidget]):
    """The docks of one window, by object name, and their layout."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__()
        self._window = window
        # No tabbed docks: Qt 6.11 leaves stray tab bars behind when a layout is restored.
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks)
        # The knobs keep their height when a proof opens below the plots.
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self._first_state = QByteArray()
        self._by_hand: set[str] = set()  # docks that the person has folded or unfolded
        self._rails = Rails(window, self)

    @property
    def titles(self) -> dict[str, DockTitle]:
        """The titles of the docks, by object name."""
        found = ((name, dock.titleBarWidget()) for name, dock in self.items())
        return {name: title for name, title in found if isinstance(title, DockTitle)}

    def _on_folded(self, name: str, _is_folded: bool) -> None:
        self._by_hand.add(name)
        self._rails.fit()

    def make_room(self, is_log: bool) -> bool:
        """Fold what a log has no use for, and unfold it for a training, unless a person has decided otherwise.

        Returns
        -------
        bool
            Whether anything was folded or unfolded.
        """
        before = [title.is_folded for title in self.titles.values()]
        for name in FOR_TRAINING:
            if name in self and name not in self._by_hand:
                self.titles[name].set_folded(is_log)
        self._rails.fit()
        return before != [title.is_folded for title in self.titles.values()]

    def apply_current_theme(self) -> None:
        """Redraw the icons of the titles in the current theme's colours."""
        for title in self.titles.values():
            title.apply_current_theme()

    def add(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, is_shown: bool = True) -> None:
        """Add a dock; `title` is a message marked with `N_`."""
        dock = self[name] = QDockWidget(self._window)
        dock.setObjectName(name)
        set_translated(dock.setWindowTitle, title)
        dock.setWidget(content)
        dock.setTitleBarWidget(DockTitle(dock))
        self.titles[name].folded.connect(lambda is_folded: self._on_folded(name, is_folded))
        self._window.addDockWidget(area, dock)
        self._rails.watch(dock)
        if not is_shown:
            dock.hide()

    def arrange(self, demos_height: int, has_several: bool = False) -> None:
        """Set the initial sizes of the docks at the sides; `demos_height` pixels show all demos."""
        resize, height = self._window.resizeDocks, demos_height + TITLE_HEIGHT
        widths = [WIDTH_OF_RUNS if has_several else WIDTHS[0], WIDTHS[1]]
        for area, width in zip((LEFT, RIGHT), widths, strict=True):
            self._rails.expect(area, width)
        resize([self["demos"], self["happened"]], widths, Qt.Orientation.Horizontal)
        heights = [height, RUNS_HEIGHT, max(LEAST_KNOBS_HEIGHT, self._window.height() - height)]
        resize([self["demos"], self["runs"], self["knobs"]], heights, Qt.Orientation.Vertical)

    def raise_proof(self) -> None:
        """Show the proof dock in front."""
        if self["proof"].isHidden():
            self["proof"].show()
            self._window.resizeDocks([self["proof"]], [PROOF_HEIGHT], Qt.Orientation.Vertical)
        self["proof"].raise_()

    def fit_proof(self, has_numbers: bool) -> None:
        """Give the proof the height of what it shows."""
        height = PROOF_WITH_NUMBERS if has_numbers else PROOF_HEIGHT
        self._window.resizeDocks([self["proof"]], [height], Qt.Orientation.Vertical)

    def mark_first(self) -> None:
        """Store the present arrangement for `reset`."""
        self._first_state = self._window.saveState(LAYOUT_VERSION)

    def restore(self, remembered: Remembered) -> bool:
        """Restore window and docks to where they were, and return False where a stored layout no longer fits."""
        self._window.restoreGeometry(remembered.layout("geometry"))
        kept = remembered.layout("docks")
        has_restored = self._window.restoreState(kept, LAYOUT_VERSION)
        for name, title in self.titles.items():
            if remembered.flag(f"folded/{name}", False):
                self._by_hand.add(name)
                title.set_folded(True)
        self._rails.fit()
        return has_restored or kept.isEmpty()

    def remember(self, remembered: Remembered) -> None:
        """Store the geometry of window and docks."""
        remembered.set_layout("geometry", self._window.saveGeometry())
        remembered.set_layout("docks", self._window.saveState(LAYOUT_VERSION))
        for name, title in self.titles.items():
            remembered.set_flag(f"folded/{name}", name in self._by_hand and title.is_folded)

    def reset(self, remembered: Remembered, has_several: bool) -> None:
        """Restore the initial arrangement of all docks; several runs keep their table, the only way to switch."""
        self._by_hand.clear()
        for title in self.titles.values():
            title.set_folded(False)
        self._rails.fit()
        self._window.restoreState(self._first_state, LAYOUT_VERSION)
        self["runs"].setVisible(has_several)
        remembered.clear_layout()
