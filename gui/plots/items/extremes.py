"""Marks minimum, maximum and last value of each curve in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from engine.i18n import number
from engine.table import Floats
from gui.look.colours import faded
from gui.look.fonts import plot_font
from gui.look.theme import Theme
from gui.plots.axes.view import View
from gui.plots.curves.line import Drawn
from gui.plots.items.pixel_item import PixelItem


@dataclass(frozen=True)
class Point:
    """A value to mark, in data units of the axis."""

    x: float
    y: float
    text: str
    colour: QColor
    is_filled: bool = False


def notable(drawn: Drawn, left: float, right: float, is_log: bool, colour: QColor) -> list[Point]:
    """Lowest, highest and last point of a line between two x."""
    inside = np.flatnonzero((drawn.x >= left) & (drawn.x <= right) & np.isfinite(drawn.y))
    if not len(inside):
        return []
    y: Floats = drawn.y[inside]
    chosen = dict.fromkeys(int(inside[i]) for i in (int(np.argmin(y)), int(np.argmax(y)), len(inside) - 1))
    return [
        Point(float(drawn.x[i]), float(drawn.y[i]), number(float(10 ** drawn.y[i] if is_log else drawn.y[i])), colour)
        for i in chosen
    ]


class Extremes(PixelItem):
    """Draws rings with numbers; a number that would cover another one is left out."""

    def __init__(self, box: pg.ViewBox, theme: Theme) -> None:
        super().__init__(box, z=9)
        self.theme = theme
        self._points: Sequence[Point] = ()

    def show_points(self, points: Sequence[Point], view: View) -> None:
        self._points = points
        self.setVisible(bool(points))  # an empty item too would cost a call in every frame
        self.set_view(view)

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(plot_font())
        metrics = QFontMetricsF(painter.font())
        taken: list[QRectF] = []
        for point in self._points:
            x, y = self.view.x_pixel(point.x), self.view.y_pixel(point.y)
            if 0 <= y <= self.view.height:
                painter.setPen(QPen(QColor(self.theme.surface) if point.is_filled else point.colour, 1.6))
                painter.setBrush(point.colour if point.is_filled else QColor(self.theme.surface))
                painter.drawEllipse(QPointF(x, y), 4.0, 4.0)
                self._write(painter, metrics, point, x, y, taken)

    def _write(
        self, painter: QPainter, metrics: QFontMetricsF, point: Point, x: float, y: float, taken: list[QRectF]
    ) -> None:
        width, height = metrics.horizontalAdvance(point.text) + 6, metrics.height()
        left = x + 6 if x + 6 + width < self.view.width else x - 6 - width
        top = min(max(y - height - 3, 0.0), self.view.height - height)
        rect = QRectF(left, top, width, height)
        if any(rect.intersects(other) for other in taken):
            return
        taken.append(rect)
        painter.fillRect(rect, faded(self.theme.surface, 0.8))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, point.text)
