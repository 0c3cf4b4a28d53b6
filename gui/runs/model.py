"""Qt list model of the open runs, a thin adapter over the document."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap

from engine.run import OriginKind
from gui.look.colours import run_colour
from gui.look.theme import current_theme
from gui.runs.document import Runs, RunsChange, Shown

SWATCH = 12
LINE_HEIGHT = 26
Index = QModelIndex | QPersistentModelIndex


class RunListModel(QAbstractListModel):
    """A line for each run, with its colour and visibility."""

    def __init__(self, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._runs = runs
        runs.observers.connect(self._on_runs_changed)

    def _on_runs_changed(self, change: RunsChange) -> None:
        if change.lines:
            self.beginResetModel()
            self.endResetModel()
        elif change.appearance and len(self._runs):
            self.dataChanged.emit(self.index(0), self.index(len(self._runs) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = self._runs.all[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shown.run.name
        if role == Qt.ItemDataRole.ToolTipRole:
            origin = shown.run.origin
            return str(origin.path) if origin.kind is OriginKind.LOG and origin.path else shown.run.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._colour(shown)
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, LINE_HEIGHT)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if shown.is_visible else Qt.CheckState.Unchecked
        return None

    def _colour(self, shown: Shown) -> QIcon | None:
        visible = self._runs.visible
        return _swatch(run_colour(visible.index(shown.run), current_theme())) if shown.run in visible else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self._runs.set_visible(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable


def _swatch(colour: str) -> QIcon:
    """An icon of one colour; a plain colour would be tinted in a selected line."""
    square = QPixmap(SWATCH, SWATCH)
    square.fill(QColor(colour))
    made = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        made.addPixmap(square, mode)
    return made
