"""The timeline below the plots: the whole run with its events and checkpoints, the part in view, and a head to move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
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
GRIP = 8.0  # pixels to either side of the head
SMALLEST_GROWTH = 0.005
HEIGHTS = (0.4, 0.7, 1.0)  # of the strip, for info, warning, critical: distinguishable without colour


class HealthStrip(QWidget):
    """Where the whole run is in view, a click or drag moves the head, which looks back at a step.

    Where only a part is, they move the view there, but for a drag of the head. The arrow keys move the view by half its
    width, with Shift the head by a hundredth of the run.
    """

    x_wanted = Signal(float)  # the middle of the view
    head_wanted = Signal(float)
    menu_wanted = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._bands: Sequence[Band] = ()
        self._line: Line | None = None
        self._whole = self._shown = (0.0, 1.0)
        self._margins = (0.0, 0.0)
        self._pixmap: QPixmap | None = None
        self._pixmap_key: tuple = ()
        self._head: float | None = None
        self._ticks: tuple[float, ...] = ()
        self._is_log = self._moves_head = False
        self._drawn = 0  # points of the line in the cached picture
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.retranslate()

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.setAccessibleName(_("Timeline of the whole run"))
        self.setToolTip(_("The whole run: drag to look back at a step; the small ticks are checkpoints"))

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def show_run(
        self, line: Line | None, bands: Sequence[Band], whole: tuple[float, float], is_log: bool = False
    ) -> None:
        """Draw a loss and events over the whole range of x."""
        self._line, self._bands, self._whole, self._is_log = line, bands, whole, is_log
        self.update()

    def show_head(self, x: float | None) -> None:
        """Move the head to `x`; None for none."""
        self._head = x
        self.update()

    def show_ticks(self, ticks: Sequence[float]) -> None:
        """Mark checkpoints."""
        if tuple(ticks) != self._ticks:
            self._ticks = tuple(ticks)
            self.update()

    @property
    def is_whole_shown(self) -> bool:
        """Whether the plots show the whole run."""
        room = 1e-6 * (self._whole[1] - self._whole[0])
        return self._shown[0] <= self._whole[0] + room and self._shown[1] >= self._whole[1] - room

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
            self._paint_ticks(painter, view)
            self._paint_head(painter, view)

    def _paint_ticks(self, painter: QPainter, view: View) -> None:
        pixels = {round(view.x_pixel(tick)) for tick in self._ticks}
        for x in pixels:
            painter.fillRect(QRectF(x, view.height - 4, 1, 4), QColor(self.theme.text))

    def _paint_head(self, painter: QPainter, view: View) -> None:
        if self._head is None:
            return
        x = round(view.x_pixel(self._head))
        painter.fillRect(QRectF(x - 1, 0, 2, view.height), QColor(self.theme.text))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.text))
        painter.drawPolygon([QPointF(x - 6, 0), QPointF(x + 6, 0), QPointF(x, 8)])

    def _picture(self) -> QPixmap:
        """The cached picture of all but the frame around the view, which changes with every zoom."""
        length = len(self._line) if self._line is not None else 0
        key = (
            id(self._line),
            tuple(self._bands),
            self._whole,
            self._is_log,
            self._margins,
            self.size(),
            self.theme.surface,
        )
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
        drawn = self._line.reduce(*self._whole, pixels, self._is_log)
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
        at = event.position().x() - self._margins[0]
        if event.button() is Qt.MouseButton.RightButton:
            self.menu_wanted.emit(self._view().x_at(at))
            return
        is_on_head = self._head is not None and abs(self._view().x_pixel(self._head) - at) <= GRIP
        self._moves_head = is_on_head or self.is_whole_shown
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self._view().x_at(event.position().x() - self._margins[0])
            if self._moves_head:
                self.head_wanted.emit(min(max(x, self._whole[0]), self._whole[1]))
            else:
                self.x_wanted.emit(x)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = (event.key() == Qt.Key.Key_Right) - (event.key() == Qt.Key.Key_Left)
        if direction and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            low, high = self._whole
            head = high if self._head is None else self._head
            self.head_wanted.emit(min(max(head + direction * (high - low) / 100, low), high))
        elif direction:
            left, right = self._shown
            self.x_wanted.emit((left + right) / 2 + direction * (right - left) / 2)
        else:
            super().keyPressEvent(event)
