"""Draws the names and the small curves of the library's list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.runs.library.model import SIGHT, LibraryEntries
from gui.runs.start.picture import paint_curve
from gui.runs.table.cells import PAD, NamesInRoom


class CurveCells(QStyledItemDelegate):
    """Paints the curve of a run with its gravest event."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_curve(painter, QRectF(option.rect).adjusted(4, 4, -4, -4), index.data(SIGHT).curve)
        painter.restore()


class NameCells(QStyledItemDelegate):
    """Paints the names such that they stay told apart where they do not fit."""

    def __init__(self, entries: LibraryEntries, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries, self._names = entries, NamesInRoom()

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        room = option.rect.width() - 2 * PAD
        if room > 0:
            option.text = self._names.shown(option.text, self._entries.short, room, option)
