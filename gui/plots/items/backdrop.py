"""The backdrop of a pane: grid, epoch lines, event bands, marks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.events import Severity
from engine.table import Floats
from gui.look.colours import blend, faded
from gui.look.theme import Theme
from gui.plots.items.pixel_item import PixelItem
from gui.plots.shown.scenery import Band, Scenery

NARROWEST = 3.0  # pixels, so that a spike of one row is visible
CLOSEST_EPOCHS = 5.0  # pixels between two epoch lines
BAND, BAND_HOVERED, BAND_SELECTED = 0.09, 0.14, 0.18
WASH_SHARE = 0.25  # of the view; a wider INFO event is drawn as a line at the top unless selected or hovered
EDGE = 3.0  # pixels
MARKED, MARKED_PENDING = 0.07, 0.2
BRACKET = 14.0  # pixels
TICK = 8.0  # pixels


class Backdrop(PixelItem):
    """Paints the scenery of one pane."""

    def __init__(self, box: pg.ViewBox, theme: Theme) -> None:
        super().__init__(box, z=-10)
        self.theme = theme
        self.scenery = Scenery()
        self.x_ticks: Floats = np.empty(0)
        self.y_ticks: Floats = np.empty(0)

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_grid(painter)
        self._paint_bands(painter)
        self._paint_marked(painter)
        self._paint_epochs(painter)
        self._paint_marks(painter)
        self._paint_doubtful(painter)

    def _paint_grid(self, painter: QPainter) -> None:
        view = self.view
        # Opaque rectangles: translucent lines of the same size took four times as long.
        colour = blend(self.theme.border, self.theme.surface, 0.45)
        for y in np.round(view.y_pixels(self.y_ticks)):
            painter.fillRect(QRectF(0, y, view.width, 1), colour)
        for x in np.round(view.x_pixels(self.x_ticks)):
            painter.fillRect(QRectF(x, 0, 1, view.height), colour)

    def _paint_bands(self, painter: QPainter) -> None:
        for band in sorted(self.scenery.bands, key=lambda band: (self._strength(band), band.severity.rank)):
            rect = self.band_rect(band)
            if rect.right() < 0 or rect.left() > self.view.width:
                continue
            colour = self.theme.severity[band.severity]
            self._paint_band(painter, rect, colour, self._strength(band), self._is_wash(band, rect))
            # The onset matters most: its edge is a line.
            is_selected = band.event.id == self.scenery.selected
            painter.fillRect(QRectF(rect.left(), 0, 1, rect.height()), faded(colour, 0.9 if is_selected else 0.45))
            if is_selected:
                painter.fillRect(QRectF(rect.left(), 0, rect.width(), 2), faded(colour, 0.9))
                painter.fillRect(QRectF(rect.right() - 1, 0, 1, rect.height()), faded(colour, 0.9))

    def _paint_marked(self, painter: QPainter) -> None:
        """What the person has marked: a bracket from below, as the events' bands come from above."""
        for band in self.scenery.marked:
            rect = self._rect(band.left, band.right)
            if rect.right() < 0 or rect.left() > self.view.width:
                continue
            painter.fillRect(rect, faded(self.theme.accent, MARKED_PENDING if band.marking.is_pending else MARKED))
            colour, bottom = faded(self.theme.accent, 0.9), rect.height()
            painter.fillRect(QRectF(rect.left(), bottom - EDGE, rect.width(), EDGE), colour)
            for edge in (rect.left(), rect.right() - 1):
                painter.fillRect(QRectF(edge, bottom - BRACKET, 1, BRACKET), colour)

    def _is_wash(self, band: Band, rect: QRectF) -> bool:
        """Whether a band of low severity covers so much of the view that it would hide the rest."""
        is_quiet = band.severity is Severity.INFO and self._strength(band) == BAND
        return is_quiet and rect.width() > WASH_SHARE * self.view.width

    @staticmethod
    def _paint_band(painter: QPainter, rect: QRectF, colour: str, strength: float, is_wash: bool) -> None:
        if is_wash:
            painter.fillRect(QRectF(rect.left(), 0, rect.width(), EDGE), faded(colour, 0.35))
        else:
            painter.fillRect(rect, faded(colour, strength))

    def _strength(self, band: Band) -> float:
        if band.event.id == self.scenery.selected:
            return BAND_SELECTED
        return BAND_HOVERED if band.event.id == self.scenery.hovered else BAND

    def band_rect(self, band: Band) -> QRectF:
        """The rectangle of a band in pixels."""
        return self._rect(band.left, band.right)

    def _rect(self, left: float, right: float) -> QRectF:
        left, right = self.view.x_pixel(left), self.view.x_pixel(right)
        # Clipped, since a billion pixels overflow the paint engine.
        left, right = max(left, -10.0), min(max(right, left + NARROWEST), self.view.width + 10.0)
        return QRectF(round(left), 0, round(right - left), self.view.height)

    def _paint_epochs(self, painter: QPainter) -> None:
        epochs = self.scenery.epochs
        if epochs is None or not len(epochs):
            return
        shown = epochs[(epochs >= self.view.left) & (epochs <= self.view.right)]
        every = int(np.ceil(CLOSEST_EPOCHS * len(shown) / max(self.view.width, 1.0))) or 1
        painter.setPen(QPen(faded(self.theme.text_quiet, 0.35), 1, Qt.PenStyle.DotLine))
        x = np.round(self.view.x_pixels(shown[::every]))
        painter.drawLines([QLineF(at, 0, at, self.view.height) for at in x])

    def _paint_doubtful(self, painter: QPainter) -> None:
        """A faint tick from above where something may be an event."""
        for x in self.scenery.doubtful:
            if self.view.left <= x <= self.view.right:
                at = round(self.view.x_pixel(x))
                painter.fillRect(QRectF(at, 0, 1, TICK), faded(self.theme.text_quiet, 0.7))

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setPen(QPen(blend(self.theme.text_quiet, self.theme.surface, 0.8), 1, Qt.PenStyle.DashLine))
        pixels = {round(self.view.x_pixel(m.x)) for m in self.scenery.marks if self.view.left <= m.x <= self.view.right}
        painter.drawLines([QLineF(x, 0, x, self.view.height) for x in pixels])
