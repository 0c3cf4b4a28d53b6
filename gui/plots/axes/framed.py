"""Paints the frame of a small plot: grid, ticks and names around a view."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui.look.colours import blend
from gui.look.fonts import plot_font
from gui.look.theme import Theme
from gui.plots.axes.axes import TICK_WIDTH, Ticks, y_ticks
from gui.plots.axes.ticks import linear_ticks, tick_text
from gui.plots.axes.view import View

LEFT, TOP, RIGHT, BOTTOM = 64.0, 28.0, 16.0, 40.0
LABEL_HEIGHT = 18.0


@dataclass(frozen=True)
class Names:
    """Names of the axes."""

    x: str
    y: str


def inside(width: float, height: float) -> QRectF:
    """The rectangle inside the frame, in pixels."""
    return QRectF(LEFT, TOP, max(width - LEFT - RIGHT, 2.0), max(height - TOP - BOTTOM, 2.0))


def paint_frame(painter: QPainter, view: View, names: Names, theme: Theme) -> None:
    """Paint grid, ticks and names; the painter's origin is the upper left corner of the view."""
    painter.setFont(plot_font())
    metrics = QFontMetricsF(painter.font())
    at, step = linear_ticks(view.left, view.right, max(2, int(view.width / TICK_WIDTH)))
    x = Ticks(at, [tick_text(float(value), step) for value in at])
    y = y_ticks(view.bottom, view.top, view.height, is_log=False)
    grid = blend(theme.border, theme.surface, 0.45)
    painter.setPen(QColor(theme.text_quiet))
    for text, pixel in zip(x.texts, view.x_pixels(x.at), strict=True):
        painter.fillRect(QRectF(round(pixel), 0, 1, view.height), grid)
        width = metrics.horizontalAdvance(text)
        painter.drawText(QPointF(min(pixel - width / 2, view.width + RIGHT - width), view.height + LABEL_HEIGHT), text)
    align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for text, pixel in zip(y.texts, view.y_pixels(y.at), strict=True):
        painter.fillRect(QRectF(0, round(pixel), view.width, 1), grid)
        painter.drawText(QRectF(-LEFT, pixel - 10, LEFT - 8, 20), align, text)
    # A name wider than the view may use the margins; one wider than those is elided.
    name = metrics.elidedText(names.x, Qt.TextElideMode.ElideRight, LEFT + view.width)
    left = min((view.width - metrics.horizontalAdvance(name)) / 2, view.width - metrics.horizontalAdvance(name))
    painter.drawText(QPointF(max(left, -LEFT + 4), view.height + BOTTOM - 4), name)
    painter.setFont(plot_font(is_strong=True))
    painter.setPen(QColor(theme.text))
    strong = QFontMetricsF(painter.font())
    painter.drawText(QPointF(0, -10), strong.elidedText(names.y, Qt.TextElideMode.ElideRight, view.width))
