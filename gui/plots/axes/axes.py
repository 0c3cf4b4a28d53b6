"""Axes: ticks and their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from engine.i18n import _
from gui.look.fonts import in_plots
from gui.look.theme import Theme
from gui.plots.axes.ticks import linear_ticks, log_texts, log_ticks, tick_text
from gui.plots.axes.view import View

TICK_HEIGHT = 34.0  # least distance between y ticks in pixels
TICK_WIDTH = 92.0
BOTTOM_HEIGHT = 38.0
MILLION = 1e6
WHEEL_ZOOM = 1.0015  # per eighth of a degree; a usual notch (120) zooms by a fifth
REACH = 32.0  # pixels by which numbers may exceed a bottom axis on either side


@dataclass(frozen=True)
class Ticks:
    """Positions in data units (exponents on a logarithmic axis) and the texts beside them."""

    at: np.ndarray
    texts: Sequence[str]


def y_ticks(low: float, high: float, height: float, is_log: bool) -> Ticks:
    """Ticks of a vertical axis of `height` pixels."""
    most = max(2, int(height / TICK_HEIGHT))
    if is_log:
        at = log_ticks(low, high, most)
        return Ticks(at, log_texts(at))
    at, step = linear_ticks(low, high, most)
    return Ticks(at, [tick_text(float(value), step) for value in at])


def x_ticks(low: float, high: float, width: float, is_counted: bool = False) -> tuple[Ticks, bool]:
    """Ticks of a horizontal axis of `width` pixels, and whether they count in millions.

    Where x is counted, as steps and rows are, there is no tick between two whole numbers.
    """
    at, step = linear_ticks(low, high, max(2, int(width / TICK_WIDTH)))
    if is_counted and step < 1 and math.floor(high) >= math.ceil(low):
        at, step = np.arange(math.ceil(low), math.floor(high) + 1.0), 1.0
    in_millions = max(abs(low), abs(high)) >= MILLION
    unit = MILLION if in_millions else 1.0
    return Ticks(at, [tick_text(float(value) / unit, step / unit) for value in at]), in_millions


class LeftAxis(pg.GraphicsWidget):
    """Numbers to the left of a pane, right-aligned; dragging moves y, the wheel zooms it, a double click asks for it.

    Signals
    -------
    y_dragged : pixels
    y_zoomed : factor, fixed pixel
    limits_wanted : the user wants to type the ends of y
    """

    y_dragged = Signal(float)
    y_zoomed = Signal(float, float)
    limits_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.theme = theme
        self.ticks = Ticks(np.empty(0), [])
        self._pixels: np.ndarray = np.empty(0)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the tool tip in the current language."""
        self.setToolTip(_("Drag to move y, turn the wheel to zoom it, double-click to type its ends"))

    def show_ticks(self, ticks: Ticks, view: View) -> None:
        self.ticks, self._pixels = ticks, view.y_pixels(ticks.at)
        self.update()

    def disconnect_all(self) -> None:
        """Disconnect all slots: one that references the pane keeps both alive."""
        for signal in (self.y_dragged, self.y_zoomed, self.limits_wanted):
            signal.disconnect()

    def mouseDragEvent(self, ev: Any) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.y_dragged.emit(ev.pos().y() - ev.lastPos().y())

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.double():
            ev.accept()
            self.limits_wanted.emit()

    def wheelEvent(self, ev: Any) -> None:
        self.y_zoomed.emit(WHEEL_ZOOM ** -ev.delta(), ev.pos().y())
        ev.accept()

    def wanted_width(self) -> float:
        """Width of the widest number in pixels."""
        return max(map(in_plots().advance, self.ticks.texts), default=0.0) + 16.0

    def paint(self, painter: QPainter, *_: Any) -> None:
        font = in_plots()
        painter.setFont(font.font)
        painter.setPen(QColor(self.theme.text_quiet))
        half, height, right = font.height / 2, self.size().height(), self.size().width() - 8
        rise = font.metrics.ascent()
        for text, y in zip(self.ticks.texts, self._pixels, strict=True):
            top = min(max(y - half, 0.0), max(height - 2 * half, 0.0))
            painter.drawText(QPointF(right - font.advance(text), top + rise), text)


class BottomAxis(pg.GraphicsWidget):
    """Numbers below the last pane, the name of x below them, and the x at the cursor."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.ticks = Ticks(np.empty(0), [])
        self._view = View(0, 1, 0, 1, 1, 1)
        self._name = ""
        self._cursor: tuple[float, str] | None = None
        self.setFixedHeight(BOTTOM_HEIGHT)

    def show_ticks(self, ticks: Ticks, view: View, name: str) -> None:
        self.ticks, self._view, self._name = ticks, view, name
        self.update()

    def show_cursor(self, x: float | None, text: str = "") -> None:
        """Show the x at the cursor over the ticks; None hides it."""
        self._cursor = None if x is None else (x, text)
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        font = in_plots()
        painter.setFont(font.font)
        painter.setPen(QColor(self.theme.text_quiet))
        for text, x in zip(self.ticks.texts, self._view.x_pixels(self.ticks.at), strict=True):
            painter.drawText(self._centred(font.advance(text), x, font.metrics), text)
        painter.drawText(QPointF((self._view.width - font.advance(self._name)) / 2, 34), self._name)
        if self._cursor is not None:
            self._paint_cursor(painter, font.metrics, *self._cursor)

    def boundingRect(self) -> QRectF:
        """Includes the margins, since only what is inside is erased when the numbers move."""
        return QRectF(-REACH, 0, self.size().width() + 2 * REACH, self.size().height())

    def _centred(self, width: float, x: float, metrics: QFontMetricsF) -> QPointF:
        # The last number may extend into the right margin.
        left = min(max(x - width / 2, -24.0), self._view.width + 14 - width)
        return QPointF(left, 5 + metrics.ascent())

    def _paint_cursor(self, painter: QPainter, metrics: QFontMetricsF, x: float, text: str) -> None:
        width = metrics.horizontalAdvance(text)
        at = self._centred(width, self._view.x_pixel(x), metrics)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.text))
        painter.drawRoundedRect(QRectF(at.x() - 6, 3, width + 12, metrics.height() + 4), 3, 3)
        painter.setPen(QColor(self.theme.surface))
        painter.drawText(at, text)
