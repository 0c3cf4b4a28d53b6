"""Shades the range of x that the user is selecting to zoom to."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.look.colours import faded
from gui.look.theme import Theme
from gui.plots.axes.view import View
from gui.plots.items.pixel_item import PixelItem


class StretchItem(PixelItem):
    """Shades between two pixels while the mouse button is down."""

    def __init__(self, box: pg.ViewBox, theme: Theme) -> None:
        super().__init__(box, z=15)
        self.theme = theme
        self._pixels: tuple[float, float] | None = None

    def show_pixels(self, pixels: tuple[float, float] | None, view: View) -> None:
        """Shade from the first pixel to the second; None removes the shade."""
        self._pixels = pixels
        self.setVisible(pixels is not None)
        self.set_view(view)

    def paint(self, painter: QPainter, *_: Any) -> None:
        if self._pixels is not None:
            left, right = self._pixels
            painter.fillRect(QRectF(left, 0, right - left, self.view.height), faded(self.theme.accent, 0.2))
            for edge in self._pixels:
                painter.fillRect(QRectF(edge, 0, 1, self.view.height), faded(self.theme.accent, 0.9))
