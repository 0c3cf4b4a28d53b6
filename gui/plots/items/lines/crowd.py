"""Draws a crowd of curves in a pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.plots.axes.view import View
from gui.plots.curves.crowd import Spans, rasterise
from gui.plots.items.pixel_item import PixelItem

MANY, VERY_MANY = 60, 150  # lines; from here on a column is two or three pixels wide
LINES_A_PIXEL = 110  # beyond, so that a thousand lines are drawn at screen rate
OPACITY = 0.85
MOST_COLOURS = 6


class CrowdItem(PixelItem):
    """Draws an image that is rendered for each view."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box, z=4)
        self._image: QImage | None = None
        self._pixels: NDArray[np.uint32] = np.empty((0, 0), np.uint32)
        self._step = 1
        self._shown: tuple[Spans | None, View | None, list[str]] = (None, None, [])

    @staticmethod
    def step(lines: int) -> int:
        """Width of a column in pixels for a number of lines."""
        return max(1 + (lines > MANY) + (lines > VERY_MANY), min(lines // LINES_A_PIXEL, 9))

    def show_spans(self, spans: Spans | None, colours: Sequence[str], lines: int, view: View) -> None:
        """Draw spans, their lines cycling through `colours`; None draws nothing."""
        if spans is not None and (spans, view, list(colours)) == self._shown:
            return
        self._shown = spans, view, list(colours)
        self._image = None
        if spans is not None:
            self._step = self.step(lines)
            names = list(dict.fromkeys(colours))[:MOST_COLOURS]
            colour_of = np.array([names.index(colour) % MOST_COLOURS if colour in names else 0 for colour in colours])
            self._pixels = rasterise(spans, [_premultiplied(name) for name in names], colour_of, view, self._step)
            height, width = self._pixels.shape
            image_format = QImage.Format.Format_ARGB32_Premultiplied
            # The image keeps no copy, so the array must live as long as it.
            self._image = QImage(self._pixels.data, width, height, 4 * width, image_format)
        self.setVisible(self._image is not None)
        self.set_view(view)

    def paint(self, painter: QPainter, *_: Any) -> None:
        if self._image is not None:
            painter.drawImage(QRectF(0, 0, self._image.width() * self._step, self._image.height()), self._image)


def _premultiplied(name: str) -> int:
    colour = QColor(name)
    alpha = round(255 * OPACITY)
    red, green, blue = (round(part * OPACITY) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue
