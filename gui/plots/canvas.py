"""The canvas: panes over one x axis, event labels above and the numbers of x below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Signal

from engine.i18n import _
from gui.look.theme import Theme
from gui.plots.axes.axes import BottomAxis, x_ticks
from gui.plots.axes.positions import x_name, x_text
from gui.plots.axes.stretches import Stretch
from gui.plots.labels.lane import LabelLane
from gui.plots.panes.contents import pane_title
from gui.plots.panes.heat_pane import HeatPane
from gui.plots.panes.pane import Pane
from gui.plots.panes.quantities import hint
from gui.plots.shown.scenery import MarkLine, Scenery
from gui.plots.shown.spec import PaneSpec

RIGHT_MARGIN = 4  # beside the last values
NARROWEST_AXIS = 48.0
LEAST_PANE = 36.0  # pixels
COUNTED = ("step", "row")  # x that has whole numbers only


class PlotCanvas(pg.GraphicsLayoutWidget):
    """Lays out panes and draws them for a range of x, independent of runs.

    Signals
    -------
    pane_made : Pane
        A new pane, whose mouse signals the owner connects.
    pointer_moved : Pane, float
        The pane under the pointer, and the pixel in it.
    pointer_left
        The pointer has left the panes.
    """

    pane_made = Signal(object)
    pointer_moved = Signal(object, float)
    pointer_left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.panes: list[Pane] = []
        self.lane = LabelLane(theme)
        self.bottom = BottomAxis(theme)
        self._is_counted = False
        self.ci.setContentsMargins(8, 4, RIGHT_MARGIN, 0)
        self.ci.layout.setSpacing(0)
        self.scene().sigMouseMoved.connect(self._point)
        self.retranslate()

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.setAccessibleName(_("Plots of the run"))
        for pane in self.panes:
            pane.title = pane_title(pane.spec)
            pane.header.setToolTip(hint((*pane.spec.columns, *pane.spec.limits)))
            pane.header.update()
            pane.axis.retranslate()

    # Layout

    def set_specs(self, specs: Sequence[PaneSpec]) -> None:
        """Create a pane for each spec."""
        if [pane.spec for pane in self.panes] == specs:
            return
        self.ci.clear()
        for pane in self.panes:
            pane.box.disconnect_all()
            pane.axis.disconnect_all()
            pane.header.dragged.disconnect()
        self.panes = [(HeatPane if s.is_heat else Pane)(s, pane_title(s), self.theme) for s in specs]
        self.ci.addItem(self.lane, 0, 1)
        for index, pane in enumerate(self.panes):
            self.ci.addItem(pane.header, 1 + 2 * index, 1)
            self.ci.addItem(pane.axis, 2 + 2 * index, 0)
            self.ci.addItem(pane.box, 2 + 2 * index, 1)
            self.ci.addItem(pane.last_values, 2 + 2 * index, 2)
            self.ci.layout.setRowStretchFactor(2 + 2 * index, 2 if index == 0 else 1)
            pane.header.dragged.connect(partial(self._resize_above, index))
            self.pane_made.emit(pane)
        self.ci.addItem(self.bottom, 1 + 2 * len(self.panes), 1)
        self.ci.layout.setColumnStretchFactor(1, 1)
        # With the lane alone the layout would be no taller than it, and would not grow again by itself.
        self.ci.setGeometry(QRectF(self.viewport().rect()))
        self.ci.layout.activate()

    def _resize_above(self, index: int, pixels: float) -> None:
        """Move the border between a pane and the one above it."""
        if index == 0:
            return
        heights = [pane.box.size().height() for pane in self.panes]
        room = heights[index - 1] + heights[index]
        heights[index - 1] = min(max(heights[index - 1] + pixels, LEAST_PANE), room - LEAST_PANE)
        heights[index] = room - heights[index - 1]
        for place, height in enumerate(heights):
            # The preferred heights fill the room now; the stretches keep their ratio when it changes.
            self.ci.layout.setRowPreferredHeight(2 + 2 * place, height)
            self.ci.layout.setRowStretchFactor(2 + 2 * place, max(round(height), 1))

    def show_parts(self, is_visible: bool) -> None:
        """Show or hide the panes."""
        in_panes = [part for pane in self.panes for part in (pane.box, pane.header, pane.axis, pane.last_values)]
        for part in (self.lane, self.bottom, *in_panes):
            part.setVisible(is_visible)

    def _align_axes(self) -> None:
        """Give all left axes the widest width needed, in steps, so that the panes do not move."""
        wanted = max(pane.axis.wanted_width() for pane in self.panes)
        stepwise, now = max(NARROWEST_AXIS, np.ceil(wanted / 8) * 8), self.panes[0].axis.minimumWidth()
        if stepwise > now or stepwise < now - 24:
            for pane in self.panes:
                pane.axis.setFixedWidth(stepwise)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.theme = theme
        self.setBackground(theme.surface)
        for part in (self.lane, self.bottom):
            part.theme = theme
            part.update()
        for pane in self.panes:
            pane.apply_theme(theme)

    # Drawing

    def redraw(self, shown: Stretch, scenery: Scenery, labels: Mapping[str, str], x: str, is_aligned: bool) -> None:
        """Draw a range of x in units of the column `x`."""
        self.scene().update()  # all of it: then the scene does not gather what each item has to have repainted
        first = self.panes[0]
        self._is_counted = x in COUNTED
        ticks, in_millions = x_ticks(*shown, float(first.box.size().width()), self._is_counted)
        for pane in self.panes:
            pane.redraw(*shown, ticks.at, scenery)
        self._show_texts(scenery)
        self.bottom.show_ticks(ticks, first.view, x_name(x, in_millions, is_aligned))
        self.lane.show_bands(scenery, labels, first.view)
        self._align_axes()

    def show_scenery(self, scenery: Scenery, labels: Mapping[str, str]) -> None:
        """Redraw only the events behind the curves."""
        for pane in self.panes:
            pane.backdrop.scenery = scenery
            pane.backdrop.update()
        if self.panes:
            self._show_texts(scenery)
            self.lane.show_bands(scenery, labels, self.panes[0].view)

    def _show_texts(self, scenery: Scenery) -> None:
        marked = [MarkLine(None, band.left, band.marking.text) for band in scenery.marked if band.marking.text]
        self.panes[0].mark_texts.show_marks([*scenery.marks, *marked], self.panes[0].view)

    def show_stretch(self, pixels: tuple[float, float] | None) -> None:
        """Shade the range being selected, in pixels; None ends it."""
        for pane in self.panes:
            pane.stretch.show_pixels(pixels, pane.view)

    def show_cursor(self, x: float | None) -> None:
        """Move the cursor to `x` in every pane; None hides it."""
        for pane in self.panes:
            pane.show_cursor(x)
        told = round(x) if x is not None and self._is_counted else x
        self.bottom.show_cursor(x, "" if told is None else x_text(told, 0.0))

    def reset_limits(self) -> None:
        for pane in self.panes:
            pane.reset_limits()

    # The pointer

    def _point(self, position: QPointF) -> None:
        pane = next((pane for pane in self.panes if pane.box.sceneBoundingRect().contains(position)), None)
        if pane is None:
            self.pointer_left.emit()
        else:
            self.pointer_moved.emit(pane, pane.box.mapFromScene(position).x())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointer_left.emit()

    @staticmethod
    def event_at(pane: Pane, pixel: float) -> str:
        """Id of the narrowest event band at a pixel; empty for none."""
        rects = [(pane.backdrop.band_rect(band), band) for band in pane.backdrop.scenery.bands]
        hits = [(rect.width(), band.event.id) for rect, band in rects if rect.left() - 2 <= pixel <= rect.right() + 2]
        return min(hits, default=(0.0, ""))[1]
