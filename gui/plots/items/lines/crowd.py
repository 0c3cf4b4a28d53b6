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
from gui.plots.curves.crowds.blocks import Grid, Spans
from gui.plots.curves.crowds.raster import Cover, cover
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
        self._cover: Cover | None = None
        self._pixels: NDArray[np.uint32] = np.empty((0, 0), np.uint32)
        self._step = 1
        self._shown: tuple[Spans | Grid | None, View | None] = (None, None)
        self._colours: Sequence[str] = ()
        self._names: list[str] = []
        self._colour_of: NDArray[np.intp] = np.empty(0, np.intp)

    @staticmethod
    def step(lines: int) -> int:
        """Width of a column in pixels for a number of lines."""
        return max(1 + (lines > MANY) + (lines > VERY_MANY), min(lines // LINES_A_PIXEL, 9))

    def show_spans(self, spans: Spans | Grid | None, colours: Sequence[str], view: View) -> None:
        """Draw spans, each line in its colour, or in the first one beyond `MOST_COLOURS`; None draws nothing."""
        is_same = colours is self._colours or list(colours) == list(self._colours)
        if (spans, view) != self._shown:
            self._cover = None
        elif spans is not None and is_same:
            return
        self._shown = spans, view
        if not is_same:
            self._take(colours)
        self._image = None
        if spans is not None:
            self._step = self.step(len(colours))
            if self._cover is None:
                self._cover = cover(spans, self._colour_of, view, self._step)
            self._pixels = self._cover.painted([_premultiplied(name) for name in self._names])
            height, width = self._pixels.shape
            image_format = QImage.Format.Format_ARGB32_Premultiplied
            # The image keeps no copy, so the array must live as long as it.
            self._image = QImage(self._pixels.data, width, height, 4 * width, image_format)
        self.setVisible(self._image is not None)
        self.set_view(view)

    def _take(self, colours: Sequence[str]) -> None:
        self._colours, self._names = colours, list(dict.fromkeys(colours))[:MOST_COLOURS]
        place = {name: at for at, name in enumerate(self._names)}
        colour_of = np.array([place.get(colour, 0) for colour in colours], np.intp)
        if not np.array_equal(colour_of, self._colour_of):
            self._colour_of, self._cover = colour_of, None

    def paint(self, painter: QPainter, *_: Any) -> None:
        if self._image is not None:
            painter.drawImage(QRectF(0, 0, self._image.width() * self._step, self._image.height()), self._image)


def _premultiplied(name: str) -> int:
    colour = QColor(name)
    alpha = round(255 * OPACITY)
    red, green, blue = (round(part * OPACITY) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue
