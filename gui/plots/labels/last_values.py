"""The last value of each curve, in the margin to the right of a pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gui.look.colours import blend
from gui.look.fonts import in_plots
from gui.look.theme import Theme

WIDTH = 80.0
BAR = 3.0
MOST = 8


@dataclass(frozen=True)
class LastValue:
    """A value at a height in pixels, in the colour of its curve."""

    y: float
    text: str
    colour: str


def spread(wanted: Sequence[float], size: float, height: float) -> list[float]:
    """Tops of tags of one size near the wanted middles, without overlap and within the height as far as they fit.

    Examples
    --------
    >>> spread([50.0, 52.0, 90.0], 10.0, 100.0)
    [45.0, 55.0, 85.0]
    >>> spread([99.0, 98.0], 10.0, 100.0)
    [90.0, 80.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    tops = [0.0] * len(wanted)
    last = 0.0
    for i in order:
        last = tops[i] = max(wanted[i] - size / 2, last)
        last += size
    limit = height
    for i in reversed(order):
        tops[i] = max(min(tops[i], limit - size), 0.0)
        limit = tops[i]
    return tops


class LastValues(pg.GraphicsWidget):
    """Paints a tag for each curve, beside its last point."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.values: Sequence[LastValue] = ()
        self.setFixedWidth(WIDTH)

    def show_values(self, values: Sequence[LastValue]) -> None:
        if tuple(values) != tuple(self.values):
            self.values = tuple(values)
            self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = in_plots()
        painter.setFont(font.font)
        size, shown = font.height + 2, self.values[:MOST]
        for top, value in zip(spread([v.y for v in shown], size, self.size().height()), shown, strict=True):
            width = min(font.advance(value.text) + BAR + 8, WIDTH - 4)
            rect = QRectF(4, top, width, size - 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(value.colour, self.theme.surface, 0.2))
            painter.drawRoundedRect(rect, 2, 2)
            painter.fillRect(QRectF(4, top, BAR, size - 1), QColor(value.colour))
            painter.setPen(QColor(self.theme.text))
            text = value.text
            if font.advance(text) > width - BAR - 4:
                text = font.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - BAR - 4)
            painter.drawText(rect.adjusted(BAR + 3, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
