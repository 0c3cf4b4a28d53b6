"""Texts beside the dashed lines of marks."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui.look.colours import faded
from gui.look.fonts import plot_font
from gui.look.theme import Theme
from gui.plots.axes.view import View
from gui.plots.items.pixel_item import PixelItem
from gui.plots.labels.label_layout import LabelRequest, Placed, place
from gui.plots.shown.scenery import MarkLine

ROWS = 2


class MarkTexts(PixelItem):
    """Draws the texts at the bottom of the first pane, where they cover least."""

    def __init__(self, box: pg.ViewBox, theme: Theme) -> None:
        super().__init__(box, z=7)
        self.theme = theme
        self._texts: dict[str, str] = {}
        self._placed: list[Placed] = []

    def show_marks(self, marks: list[MarkLine], view: View) -> None:
        """Lay out the texts of the marks in view, leaving out those without room."""
        self.set_view(view)
        metrics = QFontMetricsF(plot_font())
        shown = [mark for mark in marks if view.left <= mark.x <= view.right]
        self._texts = {str(i): mark.text for i, mark in enumerate(shown)}
        requests = [
            LabelRequest(str(i), view.x_pixel(mark.x) + 3, metrics.horizontalAdvance(mark.text) + 6)
            for i, mark in enumerate(shown)
        ]
        self._placed = [p for p in place(requests, view.width, ROWS, 0.0) if not p.is_fold]
        self.setVisible(bool(self._placed))

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setFont(plot_font())
        height = QFontMetricsF(painter.font()).height() + 2
        for placed in self._placed:
            rect = QRectF(placed.left, self.view.height - (placed.row + 1) * height - 2, placed.width, height)
            painter.fillRect(rect, faded(self.theme.surface, 0.75))
            painter.setPen(QColor(self.theme.text_quiet))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._texts[placed.keys[0]])
