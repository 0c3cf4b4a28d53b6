"""The crosshair: a thin line at the cursor with a dot on every curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.look.theme import Theme
from gui.plots.axes.view import View
from gui.plots.items.pixel_item import PixelItem

REACH = 6.0


class Crosshair(PixelItem):
    """Covers only a strip of the pane, so that little is repainted when it moves."""

    def __init__(self, box: pg.ViewBox, theme: Theme) -> None:
        super().__init__(box, z=20)
        self.theme = theme
        self._x = 0.0
        self._dots: Sequence[tuple[float, QColor]] = ()
        self.setVisible(False)

    def show_at(self, x: float, dots: Sequence[tuple[float, QColor]], view: View) -> None:
        """Show the line at `x`, with a coloured dot at each given y."""
        self.prepareGeometryChange()
        self.view = view
        self._x = round(view.x_pixel(x)) + 0.5
        self._dots = [(view.y_pixel(y), colour) for y, colour in dots]
        self.setVisible(True)

    def boundingRect(self) -> QRectF:
        return QRectF(self._x - REACH, 0, 2 * REACH, self.view.height)

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setPen(QPen(QColor(self.theme.text_quiet), 1))
        painter.drawLine(QLineF(self._x, 0, self._x, self.view.height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.surface), 1.5))
        for y, colour in self._dots:
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(self._x, y), 3.5, 3.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
