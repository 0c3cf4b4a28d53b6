"""Draws the bands around the medians of groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from gui.plots.axes.view import View
from gui.plots.curves.line import Drawn
from gui.plots.items.pixel_item import PixelItem

OPACITY = 0.22


class RibbonsItem(PixelItem):
    """Fills between a lower and an upper line."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box, z=3)
        self._ribbons: list[tuple[QPolygonF, QColor]] = []

    def show_ribbons(self, ribbons: Sequence[tuple[Drawn, Drawn, QColor]], view: View) -> None:
        """Fill between pairs of lines, each in its colour."""
        self._ribbons = [(_outline(low, high, view), colour) for low, high, colour in ribbons]
        self.setVisible(bool(ribbons))
        self.set_view(view)

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for outline, colour in self._ribbons:
            colour.setAlphaF(OPACITY)
            painter.setBrush(colour)
            painter.drawPolygon(outline)


def _outline(low: Drawn, high: Drawn, view: View) -> QPolygonF:
    """The polygon along the upper line and back along the lower one."""
    points: list[QPointF] = []
    for line, direction in ((high, 1), (low, -1)):
        is_there = np.isfinite(line.y)
        x, y = view.x_pixels(line.x[is_there])[::direction], view.y_pixels(line.y[is_there])[::direction]
        points += [QPointF(a, b) for a, b in zip(x, y, strict=True)]
    return QPolygonF(points)
