"""Marks at the edge of a pane for values that cannot be drawn: NaN, infinity, ≤ 0 on a logarithmic axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.events import Severity
from engine.table import Floats
from gui.look.fonts import plot_font
from gui.look.theme import Theme
from gui.plots.curves.pyramid import OffAxis
from gui.plots.items.pixel_item import PixelItem

GROUP = 14.0  # pixels; closer marks become one bar with one sign
SIGN = 4.0
NAMES = {
    OffAxis.NAN: "NaN",
    OffAxis.POSITIVE_INFINITY: "∞",
    OffAxis.NEGATIVE_INFINITY: "−∞",
    OffAxis.NOT_POSITIVE: "≤ 0",
}
AT_TOP = (OffAxis.NAN, OffAxis.POSITIVE_INFINITY)


@dataclass(frozen=True)
class Stretch:
    """A group of marks of one kind, from its first to its last pixel."""

    off_axis: OffAxis
    left: float
    right: float


def stretches(x: Floats, off_axis: NDArray[np.uint8]) -> list[Stretch]:
    """Group the marks of each kind by their distance in pixels.

    Examples
    --------
    >>> stretches(np.array([3.0, 5.0, 90.0]), np.array([1, 1, 1], np.uint8))
    [Stretch(off_axis=<OffAxis.NAN: 1>, left=3.0, right=5.0), Stretch(off_axis=<OffAxis.NAN: 1>, left=90.0, right=90.0)]
    """
    found = []
    for sort in OffAxis:
        at = np.sort(x[(off_axis & sort) > 0])
        if len(at):
            parts = np.split(at, np.flatnonzero(np.diff(at) > GROUP) + 1)
            found += [Stretch(sort, float(part[0]), float(part[-1])) for part in parts]
    return found


class EdgeMarks(PixelItem):
    """Draws NaN as a cross and +∞ as an arrow at the upper edge, −∞ and ≤ 0 as arrows at the lower edge."""

    def __init__(self, box: pg.ViewBox, theme: Theme) -> None:
        super().__init__(box, z=8)
        self.theme = theme
        self.stretches: list[Stretch] = []

    def show_off_axis(self, x: Floats, off_axis: NDArray[np.uint8]) -> None:
        """Mark values at the given x by their `OffAxis` flags."""
        self.setVisible(bool(len(x)))
        if not len(x):
            self.stretches = []
            return
        pixels = self.view.x_pixels(x)
        is_near = (pixels >= -1) & (pixels <= self.view.width + 1)
        self.stretches = stretches(pixels[is_near], off_axis[is_near])
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setFont(plot_font())
        taken: list[QRectF] = []
        for stretch in sorted(self.stretches, key=lambda stretch: stretch.left):
            self._paint_stretch(painter, stretch, taken)

    def _paint_stretch(self, painter: QPainter, stretch: Stretch, taken: list[QRectF]) -> None:
        is_loud = stretch.off_axis is not OffAxis.NOT_POSITIVE
        colour = QColor(self.theme.severity[Severity.CRITICAL] if is_loud else self.theme.text_quiet)
        at_top = stretch.off_axis in AT_TOP
        y = SIGN + 4 if at_top else self.view.height - SIGN - 4
        bar = QRectF(stretch.left, 0 if at_top else self.view.height - 2, max(stretch.right - stretch.left, 2.0), 2)
        painter.fillRect(bar, colour)
        x = min(max(stretch.left, SIGN + 2), self.view.width - SIGN - 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if stretch.off_axis is OffAxis.NAN:
            painter.setPen(QPen(colour, 1.6))
            painter.drawLine(QPointF(x - SIGN, y - SIGN), QPointF(x + SIGN, y + SIGN))
            painter.drawLine(QPointF(x - SIGN, y + SIGN), QPointF(x + SIGN, y - SIGN))
        else:
            self._paint_arrow(painter, x, y, up=at_top, colour=colour)
        sign = QRectF(x - SIGN, y - SIGN, 2 * SIGN, 2 * SIGN)
        self._paint_name(painter, sign, stretch, colour, taken)

    @staticmethod
    def _paint_arrow(painter: QPainter, x: float, y: float, up: bool, colour: QColor) -> None:
        tip, foot = (y - SIGN, y + SIGN) if up else (y + SIGN, y - SIGN)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x, tip), QPointF(x + SIGN, foot), QPointF(x - SIGN, foot)]))

    def _paint_name(
        self, painter: QPainter, sign: QRectF, stretch: Stretch, colour: QColor, taken: list[QRectF]
    ) -> None:
        """Write the name beside the sign, unless it would cover another one; the shapes differ as well."""
        text = NAMES[stretch.off_axis]
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(text) + 4
        left = sign.right() + 3 if sign.right() + width < self.view.width else sign.left() - width
        rect = QRectF(left, sign.center().y() - metrics.height() / 2, width, metrics.height())
        signs_ahead = (
            s.left
            for s in self.stretches
            if s is not stretch and (s.off_axis in AT_TOP) == (stretch.off_axis in AT_TOP)
        )
        is_covering = any(left - 2 * SIGN < x < left + width + 2 * SIGN for x in signs_ahead)
        if not is_covering and not any(rect.intersects(other) for other in taken):
            painter.setPen(colour)
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            taken.append(rect)
