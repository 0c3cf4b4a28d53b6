"""The overview strip below the plots: the whole run with its events, and the part in view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.i18n import _
from gui.look.colours import blend, faded
from gui.look.theme import Theme
from gui.plots.axes.view import View
from gui.plots.curves.line import Line
from gui.plots.shown.scenery import Band

HEIGHT = 34
NARROWEST = 3.0
SMALLEST_GROWTH = 0.005
HEIGHTS = (0.4, 0.7, 1.0)  # of the strip, for info, warning, critical: distinguishable without colour


class HealthStrip(QWidget):
    """A click or drag moves the view there; the arrow keys move it by half its width."""

    x_wanted = Signal(float)  # the middle of the view

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._bands: Sequence[Band] = ()
        self._line: Line | None = None
        self._whole = self._shown = (0.0, 1.0)
        self._margins = (0.0, 0.0)
        self._pixmap: QPixmap | None = None
        self._pixmap_key: tuple = ()
        self._drawn = 0  # points of the line in the cached picture
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.retranslate()

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.setAccessibleName(_("Health of the whole run"))
        self.setToolTip(_("The whole run: click to go there"))

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def show_run(self, line: Line | None, bands: Sequence[Band], whole: tuple[float, float]) -> None:
        """Draw a loss and events over the whole range of x."""
        self._line, self._bands, self._whole = line, bands, whole
        self.update()

    def show_view(self, shown: tuple[float, float], margins: tuple[float, float]) -> None:
        """Mark the part in view; margins in pixels align the strip with the plots."""
        if (shown, margins) != (self._shown, self._margins):
            self._shown, self._margins = shown, margins
            self.update()

    def _view(self, low: float = 0.0, high: float = 1.0) -> View:
        width = max(self.width() - sum(self._margins), 1.0)
        return View(*self._whole, low, high, width, HEIGHT - 10.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self._view()
        with QPainter(self) as painter:  # left active by an error, it would crash the window
            painter.drawPixmap(0, 0, self._picture())
            painter.translate(self._margins[0], 4)
            painter.setClipRect(QRectF(0, 0, view.width, view.height))
            self._paint_shown(painter, view)

    def _picture(self) -> QPixmap:
        """The cached picture of all but the frame around the view, which changes with every zoom."""
        length = len(self._line) if self._line is not None else 0
        key = (id(self._line), tuple(self._bands), self._whole, self._margins, self.size(), self.theme.surface)
        # While a run grows, the picture is updated in steps of a few pixels.
        if self._pixmap is None or key != self._pixmap_key or not 0 <= length - self._drawn <= length * SMALLEST_GROWTH:
            ratio = self.devicePixelRatioF()
            self._pixmap, self._pixmap_key, self._drawn = QPixmap(self.size() * ratio), key, length
            self._pixmap.setDevicePixelRatio(ratio)
            self._paint_run(QPainter(self._pixmap))
        return self._pixmap

    def _paint_run(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self.theme.surface))
        painter.translate(self._margins[0], 4)
        view = self._view()
        painter.fillRect(QRectF(0, 0, view.width, view.height), blend(self.theme.raised, self.theme.surface, 0.55))
        painter.setClipRect(QRectF(0, 0, view.width, view.height))
        for band in sorted(self._bands, key=lambda band: band.severity.rank):
            self._paint_band(painter, band, view)
        self._paint_line(painter)
        painter.end()

    def _paint_band(self, painter: QPainter, band: Band, view: View) -> None:
        left, right = view.x_pixel(band.left), view.x_pixel(band.right)
        height = view.height * HEIGHTS[band.severity.rank]
        rect = QRectF(left, view.height - height, max(right - left, NARROWEST), height)
        colour = self.theme.severity[band.severity]
        painter.fillRect(rect, faded(colour, 0.45))
        painter.fillRect(QRectF(rect.left(), rect.top(), NARROWEST, height), QColor(colour))

    def _paint_line(self, painter: QPainter) -> None:
        if self._line is None or not len(self._line):
            return
        pixels = max(int(self._view().width) // 2, 2)
        drawn = self._line.reduce(*self._whole, pixels)
        is_there = np.isfinite(drawn.y)
        if not is_there.any():
            return
        # By rank, not by value, so that the shape is readable whatever the range of the loss.
        low, high = np.percentile(drawn.y[is_there], [1, 99])
        view = self._view(float(low), float(high) if high > low else float(low) + 1.0)
        x, y = view.x_pixels(drawn.x[is_there]), np.clip(view.y_pixels(drawn.y[is_there]), 1, view.height - 1)
        # Written into the polygon's memory: a thousand point objects trigger the garbage collector, 45 ms each time.
        polygon = pg.functions.create_qpolygonf(len(x))
        pg.functions.ndarray_from_qpolygonf(polygon)[:] = np.column_stack([x, y])
        painter.setPen(QPen(faded(self.theme.text_quiet, 0.8), 1))
        painter.drawPolyline(polygon)

    def _paint_shown(self, painter: QPainter, view: View) -> None:
        left, right = max(view.x_pixel(self._shown[0]), 0.0), min(view.x_pixel(self._shown[1]), view.width)
        is_whole = left <= 0.5 and right >= view.width - 0.5
        painter.setPen(QPen(QColor(self.theme.accent), 1 if is_whole and not self.hasFocus() else 2))
        if not is_whole:
            shade = faded(self.theme.surface, 0.6)
            painter.fillRect(QRectF(0, 0, left, view.height), shade)
            painter.fillRect(QRectF(right, 0, view.width - right, view.height), shade)
        if not is_whole or self.hasFocus():
            painter.drawRect(QRectF(left, 1, max(right - left, 3.0), view.height - 2))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.x_wanted.emit(self._view().x_at(event.position().x() - self._margins[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = (event.key() == Qt.Key.Key_Right) - (event.key() == Qt.Key.Key_Left)
        if direction:
            left, right = self._shown
            self.x_wanted.emit((left + right) / 2 + direction * (right - left) / 2)
        else:
            super().keyPressEvent(event)
