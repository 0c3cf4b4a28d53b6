"""Draws the small curves of the library's list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.runs.library.model import SIGHT
from gui.runs.start.picture import paint_curve


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
