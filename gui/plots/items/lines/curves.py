"""Draws the curves of a pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt import internals
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.plots.axes.view import View
from gui.plots.curves.line import Drawn
from gui.plots.items.lines import columns
from gui.plots.items.pixel_item import PixelItem

CROWDED = 12  # pixels of line per pixel of width; beyond this an antialiased line is a blur, and slow
COLUMN = 1.0  # pixels; a wider line does not fit into columns
SPACE = 24  # pixels per point; from here on each is shown as a dot


@dataclass(frozen=True)
class Stroke:
    """A line to draw; `width` in pixels, dashed for a limit."""

    drawn: Drawn
    colour: QColor
    width: float = 1.0
    is_dashed: bool = False


class CurvesItem(PixelItem):
    """Draws strokes in their order.

    Qt strokes a path wider than one pixel as one outline, 300 times slower than the same segments drawn one by one
    (318 against 1.4 ms for 2 400 noisy points), so everything is drawn as segments. Of a line that goes up and down
    within every column of pixels these are the columns, from its lowest to its highest point: the same picture of a
    third of the segments.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box, z=5)
        self._strokes: Sequence[Stroke] = ()
        self._ready: list[_Ready] = []

    def show_strokes(self, strokes: Sequence[Stroke], view: View) -> None:
        """Draw strokes in a view; unchanged ones are reused."""
        known = (
            {_key(s): ready for s, ready in zip(self._strokes, self._ready, strict=True)} if view == self.view else {}
        )
        self._strokes = strokes
        self._ready = [known.get(_key(stroke)) or _prepared(stroke, view) for stroke in strokes]
        self.set_view(view)

    def paint(self, painter: QPainter, *_: Any) -> None:
        for ready in self._ready:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, ready.is_smooth)
            painter.setPen(ready.pen)
            if len(ready.segments):
                painter.drawLines(*ready.segments.drawargs())
            if ready.dots:
                painter.setPen(ready.dot_pen)
                painter.drawPoints(ready.dots)


@dataclass(frozen=True)
class _Ready:
    segments: Any
    dots: list[QPointF]
    pen: QPen
    dot_pen: QPen
    is_smooth: bool


def _key(stroke: Stroke) -> tuple:
    return id(stroke.drawn), stroke.colour.rgba(), stroke.width, stroke.is_dashed


def _prepared(stroke: Stroke, view: View) -> _Ready:
    x, y = view.x_pixels(stroke.drawn.x), view.y_pixels(stroke.drawn.y)
    is_there = np.isfinite(y)
    joins = is_there[:-1] & is_there[1:]
    is_airy = _is_airy(y, view)
    if is_airy or stroke.is_dashed or stroke.width > COLUMN or not columns.fit(x, is_there):
        ends = x[:-1][joins], y[:-1][joins], x[1:][joins], y[1:][joins]
    else:
        ends = columns.of(x, y, view)
    segments = internals.PrimitiveArray(QLineF, 4)  # internal to pyqtgraph, hence the version bounds in pyproject.toml
    segments.resize(len(ends[0]))
    if len(segments):
        memory = segments.ndarray()
        for place, end in enumerate(ends):
            memory[:, place] = end
    pen, dot_pen = QPen(stroke.colour, stroke.width), QPen(stroke.colour, stroke.width + 3)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if stroke.is_dashed else Qt.PenCapStyle.SquareCap)
    dot_pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if stroke.is_dashed:
        pen.setDashPattern([4, 3])
    is_sparse = len(x) * SPACE <= view.width and not stroke.is_dashed
    dots = [QPointF(a, b) for a, b in zip(x[is_there], y[is_there])] if is_sparse else _lone(x, y, is_there, joins)
    return _Ready(segments, dots, pen, dot_pen, is_airy)


def _is_airy(y: np.ndarray, view: View) -> bool:
    if len(y) > CROWDED * view.width:
        return False
    inside = np.minimum(np.maximum(y, 0), view.height)
    length = np.abs(inside[1:] - inside[:-1])
    return bool(length.sum(where=length == length) + len(y) <= CROWDED * view.width)


def _lone(x: np.ndarray, y: np.ndarray, is_there: np.ndarray, joins: np.ndarray) -> list[QPointF]:
    """Values between two gaps, which are on no segment."""
    if joins.all() and len(joins):
        return []
    is_joined = np.zeros(len(y), bool)
    is_joined[:-1] |= joins
    is_joined[1:] |= joins
    alone = np.flatnonzero(is_there & ~is_joined)
    return [QPointF(x[i], y[i]) for i in alone]
