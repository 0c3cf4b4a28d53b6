"""The lane of event labels above the curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui.look.colours import blend
from gui.look.fonts import plot_font
from gui.look.theme import Theme
from gui.plots.axes.view import View
from gui.plots.labels.label_layout import FEW_ROWS, LabelRequest, Placed, place
from gui.plots.labels.shapes import draw_shape
from gui.plots.shown.scenery import Band, Scenery

ROW = 20.0
SHAPE = 9.0
PADDING = 6.0


class LabelLane(pg.GraphicsWidget):
    """Shows a chip with shape and name for each band in view; chips are stacked, then folded into "+3"."""

    clicked = Signal(object, object)  # tuple of event ids, QPoint on the screen
    hovered = Signal(str)
    menu_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._bands: dict[str, Band] = {}
        self._labels: Mapping[str, str] = {}
        self._scenery = Scenery()
        self.placed: list[Placed] = []
        self.set_rows(FEW_ROWS)
        self.setAcceptHoverEvents(True)

    def set_rows(self, rows: int) -> None:
        """Set the number of rows."""
        self._rows = rows
        self.setFixedHeight(ROW * rows + 2)
        self.setVisible(rows > 0)

    def show_bands(self, scenery: Scenery, labels: Mapping[str, str], view: View) -> None:
        """Lay out the labels of the bands in a view."""
        self._scenery, self._labels = scenery, labels
        self._bands = {band.event.id: band for band in scenery.bands}
        inside = [band for band in scenery.bands if band.right >= view.left and band.left <= view.right]
        metrics = QFontMetricsF(plot_font(is_strong=True))
        fold = metrics.horizontalAdvance("+99") + SHAPE + 5 + 2 * PADDING
        self.placed = place([self._request(band, view, metrics) for band in inside], view.width, self._rows, fold)
        self.update()

    def _request(self, band: Band, view: View, metrics: QFontMetricsF) -> LabelRequest:
        text = self._labels.get(band.event.id, "")
        # The shape is above the onset; a label whose onset is out of view stays at the edge.
        onset = view.x_pixel(max(band.left, view.left))
        width = metrics.horizontalAdvance(text) + SHAPE + 5 + 2 * PADDING
        rank = 10 * band.severity.rank + 100 * (band.event.id == self._scenery.selected)
        return LabelRequest(band.event.id, onset - PADDING - SHAPE / 2, width, rank)

    def _rect(self, placed: Placed) -> QRectF:
        return QRectF(placed.left, placed.row * ROW + 1, placed.width, ROW - 2)

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for placed in self.placed:
            self._paint_chip(painter, placed)

    def _paint_chip(self, painter: QPainter, placed: Placed) -> None:
        rect, band = self._rect(placed), self._bands[placed.keys[0]]
        colour = self.theme.severity[band.severity]
        is_selected = self._scenery.selected in placed.keys
        is_hovered = self._scenery.hovered in placed.keys
        painter.setFont(plot_font(is_strong=is_selected))
        opacity = 0.38 if is_selected else 0.28 if is_hovered else 0.13
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(colour, self.theme.surface, opacity))
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(QColor(self.theme.text))
        centre = QPointF(rect.left() + PADDING + SHAPE / 2, rect.center().y())
        draw_shape(painter, band.severity, centre, SHAPE, QColor(colour))
        rect.setLeft(rect.left() + PADDING + SHAPE + 5)
        text = f"+{len(placed.keys)}" if placed.is_fold else self._labels.get(placed.keys[0], "")
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def at(self, position: QPointF) -> Sequence[str]:
        """Ids of the events whose chip is at a position."""
        return next((p.keys for p in self.placed if self._rect(p).contains(position)), ())

    def hoverMoveEvent(self, event: Any) -> None:
        keys = self.at(event.pos())
        self.setCursor(Qt.CursorShape.PointingHandCursor if keys else Qt.CursorShape.ArrowCursor)
        self.hovered.emit(keys[0] if len(keys) == 1 else "")

    def hoverLeaveEvent(self, event: Any) -> None:
        self.hovered.emit("")

    def mouseClickEvent(self, event: Any) -> None:
        keys = self.at(event.pos())
        if keys and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.clicked.emit(keys, event.screenPos())
        elif keys and event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self.menu_wanted.emit(keys[0])
