"""The list of open runs: which is active, which are visible."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from engine.i18n import N_
from gui.look.language import set_translated
from gui.runs.document import Runs
from gui.runs.model import LINE_HEIGHT, RunListModel

SEEN_RUNS = 3  # visible at least, if there are as many


class RunList(QListView):
    """A line for each run with colour, visibility and name; the current line is the active run."""

    def __init__(self, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self.setIconSize(QSize(12, 12))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_translated(self.setAccessibleName, N_("Runs"))
        self._runs = runs
        self._lines = RunListModel(runs, self)
        self.setModel(self._lines)
        runs.changed.connect(self._on_runs_changed)
        self.selectionModel().currentChanged.connect(self._moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())  # keep the active run in view

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self._runs.activate(now.row())

    def _on_runs_changed(self) -> None:
        self.setMinimumHeight(LINE_HEIGHT * min(SEEN_RUNS, len(self._runs)) + 4)
        active = self._runs.active
        if active is not None:
            row = self._runs.all.index(active)
            if self.currentIndex().row() != row:
                self.setCurrentIndex(self._lines.index(row))
