"""The stack of plots over one x axis that shows one run or overlays several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from engine.events import Event
from engine.i18n import _
from engine.run import OriginKind, Run
from gui.language import on_switch
from gui.plots.axes import BottomAxis, x_ticks
from gui.plots.backdrop import Scenery
from gui.plots.contents import curves, group_curves, pane_specs, pane_title, run_colour, with_families, x_choices
from gui.plots.empty import EmptyHint
from gui.plots.export import image, write
from gui.plots.glide import Glide
from gui.plots.health import HealthStrip
from gui.plots.heat_pane import HeatPane
from gui.plots.lane import FEW_ROWS, MANY_ROWS, LabelLane
from gui.plots.legend import LegendEntry, RunLegend
from gui.plots.pane import Pane, PaneSpec
from gui.plots.positions import bands, mark_lines, note_lines, x_name, x_text
from gui.plots.run_lines import RunLines
from gui.plots.scaling import stepped_end
from gui.plots.stack_menu import open_menu
from gui.plots.stretches import around, zoomed
from gui.theme import Theme, current_theme

RIGHT_MARGIN = 16
TALL = 640  # pixels: there is room for another row of event names


class PlotStack(QWidget):
    """Draws runs; pulls new rows from their tables in `refresh`, which the owner calls at screen rate.

    Signals
    -------
    event_selected, event_hovered : str
        Id of an event, empty for none.
    cursor_moved : float
        The x under the cursor.
    range_changed : float, float
        The stretch of x that is shown.
    export_wanted
        The person chose "Export figure…"; the owner asks where to.
    note_wanted : int
        The person wants to write a note at this row of the active run.
    """

    event_selected = Signal(str)
    event_hovered = Signal(str)
    cursor_moved = Signal(float)
    range_changed = Signal(float, float)
    export_wanted = Signal()
    note_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self._runs: list[Run] = []
        self._active = -1
        self._lines: list[RunLines] = []
        self._panes: list[Pane] = []
        self._events: list[Event] = []
        self._labels: Mapping[str, str] = {}
        self._notes: Mapping[int, str] = {}
        self._hidden: set[str] = set()
        self._third: list[str] = []
        self._columns: list[tuple[str, ...]] = []
        self._smoothing = 0.0
        self._is_log = False
        self.has_epoch_lines = False
        self._origins: Mapping[str, int] = {}
        self._groups: Mapping[str, Sequence[str]] = {}
        self.has_extremes = False
        self._x: str | None = None
        self._scenery = Scenery()
        self._cursor: float | None = None
        self._reach: tuple[float, float] | None = None
        self._left, self._right = 0.0, 1.0
        self._follows = True  # the whole run is in view and stays so while it grows
        self._is_live = False
        self._build()
        self._glide = Glide(self, self._show_range)
        self.apply_theme(self.theme)
        on_switch(self.retranslate)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._canvas.setAccessibleName(_("Plots of the run"))
        self._health.retranslate()
        for pane in self._panes:
            pane.header.title = pane_title(pane.spec)
            pane.header.update()
        self._arrange()
        self._update_scenery()
        self._redraw()

    def _build(self) -> None:
        self._canvas = pg.GraphicsLayoutWidget()
        self._canvas.setAccessibleName(_("Plots of the run"))
        self._canvas.ci.setContentsMargins(8, 4, RIGHT_MARGIN, 0)
        self._canvas.ci.layout.setSpacing(0)
        self._canvas.scene().sigMouseMoved.connect(self._move_cursor)
        self._lane = LabelLane(self.theme)
        self._lane.clicked.connect(self._click_label)
        self._lane.hovered.connect(self._hover_from_plot)
        self._bottom = BottomAxis(self.theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._legend = RunLegend()
        self._legend.hiding_changed.connect(self.set_hidden)
        self._health = HealthStrip(self.theme)
        self._health.x_wanted.connect(self._centre)
        self._hint = EmptyHint(self._canvas)
        for widget, stretch in ((self._legend, 0), (self._canvas, 1), (self._health, 0)):
            layout.addWidget(widget, stretch)
        self.setTabOrder(self._canvas, self._health)

    # What is shown

    def set_runs(self, runs: Sequence[Run], active: int = -1) -> None:
        """Overlay these runs; `active` counts from the end when negative."""
        self._runs = list(runs)
        self._active = active % len(self._runs) if self._runs else -1
        self._events, self._labels, self._notes = [], {}, {}
        self._is_live = any(run.origin.kind is OriginKind.TRAINING for run in runs)
        self._make_room()
        self._make_lines()
        self._arrange()
        self.fit()

    @property
    def active_run(self) -> Run | None:
        return self._runs[self._active] if self._runs else None

    def _make_lines(self) -> None:
        self._lines = [RunLines(run, self.x_column, self._origins.get(run.id)) for run in self._runs]
        for lines in self._lines:
            lines.refresh()

    def _arrange(self) -> None:
        """Make the panes that the runs and the chosen columns need, and their curves."""
        self._reach = None
        specs = pane_specs(self._runs, self._third)
        if [pane.spec for pane in self._panes] != specs:
            self._rebuild_panes(specs)
        for pane in self._panes:
            pane.set_log(self._is_log if pane.spec.is_log is None else pane.spec.is_log)
            pane.curves = curves(pane.spec, self._lines, self._active, self._hidden, self.theme)
            pane.has_extremes = self.has_extremes
        self._smooth()
        self._gather()
        self._show_legend()
        self._show_emptiness()

    def _gather(self) -> None:
        """Show groups in place of their runs."""
        if not self._groups:
            return
        grouped = {run_id for ids in self._groups.values() for run_id in ids}
        for pane in self._panes:
            if not pane.spec.is_heat:
                single = curves(pane.spec, self._lines, self._active, self._hidden | grouped, self.theme)
                pane.curves = [*single, *group_curves(pane.spec, self._lines, self._groups, self.theme)]

    def group_runs(self, groups: Mapping[str, Sequence[str]]) -> None:
        """Show runs that repeat each other as their median with a band; a name to run ids, empty for none."""
        self._groups = {name: tuple(ids) for name, ids in groups.items()}
        self._arrange()
        self._redraw()

    def align(self, origins: Mapping[str, int]) -> None:
        """Count x from a row of each run (run id to row), such as where an event began; empty for as it is."""
        self._origins = dict(origins)
        self._make_lines()
        self._arrange()
        self._update_scenery()
        self.fit()

    def _show_legend(self) -> None:
        self._legend.show_entries(
            [
                LegendEntry(run.id, run.name, run_colour(i, self.theme), run.id in self._hidden, i == self._active)
                for i, run in enumerate(self._runs)
                if not any(run.id in ids for ids in self._groups.values())
            ]
        )

    def _show_emptiness(self) -> None:
        is_empty = not any(len(lines.abscissa) for lines in self._lines)
        self._hint.show_state(bool(self._runs))
        self._hint.setVisible(is_empty)
        self._health.setVisible(not is_empty)
        in_panes = [part for pane in self._panes for part in (pane.box, pane.header, pane.axis)]
        for part in (self._lane, self._bottom, *in_panes):
            part.setVisible(not is_empty)

    def set_hidden(self, run_id: str, is_hidden: bool) -> None:
        """Leave the curves of a run out, or show them again."""
        (self._hidden.add if is_hidden else self._hidden.discard)(run_id)
        self._arrange()
        self._redraw()

    def _rebuild_panes(self, specs: Sequence[PaneSpec]) -> None:
        self._canvas.ci.clear()
        self._panes = [(HeatPane if spec.is_heat else Pane)(spec, pane_title(spec), self.theme) for spec in specs]
        grid = self._canvas.ci
        grid.addItem(self._lane, 0, 1)
        for index, pane in enumerate(self._panes):
            grid.addItem(pane.header, 1 + 2 * index, 1)
            grid.addItem(pane.axis, 2 + 2 * index, 0)
            grid.addItem(pane.box, 2 + 2 * index, 1)
            grid.layout.setRowStretchFactor(2 + 2 * index, 2 if index == 0 else 1)
            self._connect(pane)
        grid.addItem(self._bottom, 1 + 2 * len(self._panes), 1)
        grid.layout.setColumnStretchFactor(1, 1)
        # With the lane alone the layout could not be taller than it; it does not grow back by itself.
        grid.setGeometry(QRectF(self._canvas.viewport().rect()))
        grid.layout.activate()

    def _connect(self, pane: Pane) -> None:
        box = pane.box
        box.x_zoomed.connect(lambda factor, pixel: self.zoom(factor, pane.view.x_at(pixel)))
        box.y_zoomed.connect(lambda factor, pixel: self._zoom_y(pane, factor, pixel))
        box.x_dragged.connect(self._drag)
        box.stretch_chosen.connect(lambda a, b: self.show_range(pane.view.x_at(a), pane.view.x_at(b)))
        box.stretch_changed.connect(self._show_stretch)
        box.fit_wanted.connect(self.fit)
        box.menu_wanted.connect(lambda _position: self._open_menu(pane))
        box.clicked.connect(lambda position: self._click(pane, position))
        box.sigResized.connect(lambda *_args: self._redraw())

    def _show_stretch(self, pixels: tuple[float, float] | None) -> None:
        for pane in self._panes:
            pane.stretch.show_pixels(pixels, pane.view)

    # New rows

    def refresh(self) -> None:
        """Take in new rows and redraw once if there are any."""
        columns = [run.table.columns for run in self._runs]
        grew = [lines.refresh() for lines in self._lines]
        if not any(grew):
            return
        self._is_live, self._reach = True, None
        if columns != self._columns or self._hint.isVisible():
            self._columns = columns
            self._arrange()
        self._smooth()
        self._gather()
        self._update_scenery()
        if self._follows:
            self._follow()
        self._redraw()

    def _smooth(self) -> None:
        for lines in self._lines:
            lines.smooth(self._smoothing)

    def _follow(self) -> None:
        """Keep the whole run in view; the axis grows in steps."""
        low, high = self._whole()
        if high > self._right or low < self._left:
            self._left, self._right = low, (low + stepped_end(high - low) if self._is_live else high)

    def _whole(self) -> tuple[float, float]:
        """The stretch of x that the shown runs fill; looked up once for each change, since there may be hundreds."""
        if self._reach is None:
            self._reach = self._measured_reach()
        return self._reach

    def _measured_reach(self) -> tuple[float, float]:
        ranges = [r for lines in self._lines if lines.run.id not in self._hidden and (r := lines.x_range())]
        if not ranges:
            return 0.0, 1.0
        low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    # Events

    def set_events(self, events: Sequence[Event], labels: Mapping[str, str]) -> None:
        """Show these events of the active run; `labels` has a short title for each id."""
        if (list(events), dict(labels)) == (self._events, self._labels):
            return
        self._events, self._labels = list(events), dict(labels)
        self._make_room()
        self._update_scenery()
        self._show_scenery()
        self._show_health()

    def set_notes(self, notes: Mapping[int, str]) -> None:
        """Write these on the curve of the active run: row to text."""
        self._notes = dict(notes)
        self._update_scenery()
        self._redraw()

    def _update_scenery(self) -> None:
        run = self.active_run
        if run is None:
            self._scenery = Scenery()
            return
        lines = self._lines[self._active]
        self._scenery = Scenery(
            bands(lines, self._events),
            [*mark_lines(run, lines), *note_lines(lines, self._notes)],
            lines.epoch_starts() if self.has_epoch_lines else None,
            self._scenery.selected,
            self._scenery.hovered,
        )

    def select_event(self, event_id: str | None, zoom: bool = True) -> None:
        """Draw an event stronger, and glide to it."""
        self._mark_events(selected=event_id or "")
        band = next((band for band in self._scenery.bands if band.event.id == event_id), None)
        if band is not None and zoom:
            self._go_to(band.left, band.right)

    def _go_to(self, left: float, right: float) -> None:
        self.show_range(*around(left, right, self._whole()))

    def hover_event(self, event_id: str | None) -> None:
        """Draw an event a little stronger."""
        self._mark_events(hovered=event_id or "")

    def _mark_events(self, selected: str | None = None, hovered: str | None = None) -> None:
        old = self._scenery
        chosen = old.selected if selected is None else selected
        under = old.hovered if hovered is None else hovered
        if (chosen, under) != (old.selected, old.hovered):
            self._scenery = Scenery(old.bands, old.marks, old.epochs, chosen, under)
            self._show_scenery()

    def _show_scenery(self) -> None:
        for pane in self._panes:
            pane.backdrop.scenery = self._scenery
            pane.backdrop.update()
        if self._panes:
            self._lane.show_bands(self._scenery, self._labels, self._panes[0].view)

    def _event_at(self, pane: Pane, pixel: float) -> str:
        """The narrowest band under a pixel, since a wide one may lie around it."""
        rects = [(pane.backdrop.band_rect(band), band) for band in self._scenery.bands]
        hits = [(rect.width(), band.event.id) for rect, band in rects if rect.left() - 2 <= pixel <= rect.right() + 2]
        return min(hits, default=(0.0, ""))[1]

    def _click(self, pane: Pane, position: QPointF) -> None:
        found = self._event_at(pane, position.x())
        self._choose(found)

    def _choose(self, event_id: str) -> None:
        if event_id or self._scenery.selected:
            self.select_event(event_id, zoom=False)
            self.event_selected.emit(event_id)

    def _click_label(self, keys: Sequence[str], _position: object) -> None:
        if len(keys) == 1:
            self._choose(keys[0])
            return
        menu = QMenu(self)
        for key in keys:
            action = menu.addAction(self._labels.get(key, ""))
            action.triggered.connect(partial(self._choose, key))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(QCursor.pos())

    def _hover_from_plot(self, event_id: str) -> None:
        if event_id != self._scenery.hovered:
            self.hover_event(event_id)
            self.event_hovered.emit(event_id)

    # The stretch of x

    def reduce_motion(self, is_reduced: bool) -> None:
        """Jump instead of gliding."""
        self._glide.is_reduced = is_reduced

    def show_range(self, left: float, right: float) -> None:
        """Glide to a stretch of x."""
        self._follows = False
        self._forget_limits()
        self._glide.go((self._left, self._right), (left, right))

    def _show_range(self, left: float, right: float) -> None:
        self._left, self._right = left, right
        self._redraw()
        self.range_changed.emit(left, right)

    def fit(self) -> None:
        """Show the whole run, every axis fitted."""
        self._glide.stop()
        self._follows = True
        self._forget_limits()
        self._show_range(*self._whole())

    def _forget_limits(self) -> None:
        for pane in self._panes:
            pane.forget_limits()

    def zoom(self, factor: float, around_x: float) -> None:
        """Show `factor` times as much x; `around_x` stays where it is."""
        self._move_to(*zoomed((self._left, self._right), factor, around_x, self._whole()))

    def _drag(self, pixels: float) -> None:
        if self._panes:
            shift = pixels * (self._right - self._left) / self._panes[0].view.width
            self._move_to(self._left - shift, self._right - shift)

    def _move_to(self, left: float, right: float) -> None:
        self._glide.stop()
        low, high = self._whole()
        self._follows = left <= low and right >= high
        self._show_range(left, right)

    def _zoom_y(self, pane: Pane, factor: float, pixel: float) -> None:
        view = pane.view
        at = view.top - (view.top - view.bottom) * pixel / view.height
        pane.chosen_y = (at - (at - view.bottom) * factor, at + (view.top - at) * factor)
        self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.setGeometry(self._canvas.rect())
        self._hint.apply_theme(self.theme)
        self._make_room()
        self._redraw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom around the middle; Ctrl and an arrow move by a tenth of the view."""
        middle, tenth = (self._left + self._right) / 2, (self._right - self._left) / 10
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and not has_control:
            self.zoom(0.8 if event.key() == Qt.Key.Key_Plus else 1.25, middle)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and has_control:
            shift = tenth if event.key() == Qt.Key.Key_Right else -tenth
            self._move_to(self._left + shift, self._right + shift)
        else:
            super().keyPressEvent(event)

    def _make_room(self) -> None:
        """Rows for the names of events; none for a loaded log in which nothing happened."""
        rows = MANY_ROWS if self.height() >= TALL else FEW_ROWS
        self._lane.set_rows(rows if self._events or self._is_live else 0)

    # Drawing

    def _redraw(self) -> None:
        if not self._panes:
            return
        width = float(self._panes[0].box.size().width())
        ticks, in_millions = x_ticks(self._left, self._right, width)
        for pane in self._panes:
            pane.redraw(self._left, self._right, ticks.at, self._scenery)
        self._panes[0].mark_texts.show_marks(list(self._scenery.marks), self._panes[0].view)
        self._bottom.show_ticks(ticks, self._panes[0].view, x_name(self.x_column, in_millions, bool(self._origins)))
        self._lane.show_bands(self._scenery, self._labels, self._panes[0].view)
        self._align_axes()
        self._show_health()

    def _show_health(self) -> None:
        run = self.active_run
        if run is None:
            return
        lines = self._lines[self._active]
        loss = next((series.name for series in run.series if series.name in run.table), None)
        smooth = lines.smoothed(loss) if loss else None
        line = smooth if smooth is not None and len(smooth) else lines.trace(loss) if loss else None
        self._health.show_run(line, self._scenery.bands, self._whole())
        box = self._panes[0].box.sceneBoundingRect()
        self._health.show_view((self._left, self._right), (box.left(), self.width() - box.right()))

    def _centre(self, x: float) -> None:
        half = (self._right - self._left) / 2
        self._move_to(x - half, x + half)

    def _open_menu(self, pane: Pane) -> None:
        row = None if self._cursor is None else self._lines[self._active].abscissa.row_near(self._cursor)
        open_menu(self, self._cursor, row, pane.anchor is not None)

    def measure_from(self, x: float | None) -> None:
        """Show differences to the values at this x under the cursor; None ends it."""
        for pane in self._panes:
            pane.anchor = x
            pane.show_cursor(self._cursor)

    def set_extremes(self, is_on: bool) -> None:
        """Point out the minimum, maximum and last value in view."""
        self.has_extremes = is_on
        self._arrange()
        self._redraw()

    def export_image(self, path: str | Path) -> None:
        """Write the figure as PNG, SVG or PDF, as the suffix says.

        Raises
        ------
        FigureError
            If the suffix is another, or the file cannot be written.
        """
        self._hide_cursor()
        run = self.active_run
        write(self._canvas, Path(path), self.theme.surface, run.name if run is not None else "")

    def copy_image(self) -> None:
        """Put the figure on the clipboard."""
        self._hide_cursor()
        QApplication.clipboard().setImage(image(self._canvas, self.theme.surface))

    def _align_axes(self) -> None:
        """All left axes are as wide as the widest needs, in steps, so that the panes stay put."""
        wanted = max(pane.axis.wanted_width() for pane in self._panes)
        stepwise = max(48.0, np.ceil(wanted / 8) * 8)
        if stepwise > self._panes[0].axis.minimumWidth() or stepwise < self._panes[0].axis.minimumWidth() - 24:
            for pane in self._panes:
                pane.axis.setFixedWidth(stepwise)

    def _move_cursor(self, position: QPointF) -> None:
        pane = next((pane for pane in self._panes if pane.box.sceneBoundingRect().contains(position)), None)
        if pane is None:
            self._hide_cursor()
            return
        pixel = pane.box.mapFromScene(position).x()
        self._show_cursor(pane.view.x_at(pixel))
        self._hover_from_plot(self._event_at(pane, pixel))

    def _show_cursor(self, x: float) -> None:
        x = self._cursor = self._snapped(x)
        for pane in self._panes:
            pane.show_cursor(x)
        self._bottom.show_cursor(x, x_text(x, 0.0))
        self.cursor_moved.emit(x)

    def _snapped(self, x: float) -> float:
        """The x of the nearest row of the active run: a value between two steps does not exist."""
        abscissa = self._lines[self._active].abscissa
        return float(abscissa.at(np.array([abscissa.row_near(x)]))[0]) if len(abscissa) else x

    def _hide_cursor(self) -> None:
        self._cursor = None
        for pane in self._panes:
            pane.show_cursor(None)
        self._bottom.show_cursor(None)

    def repaint_now(self) -> None:
        """Paint what is due without waiting for the event loop."""
        QApplication.sendPostedEvents()

    # Choices

    @property
    def x_column(self) -> str:
        """What x counts: "step", "epoch", "time", "row" or another column."""
        run = self.active_run
        return self._x or (run.x if run is not None else None) or "row"

    def set_x(self, x: str) -> None:
        """Count x in something else; the same rows stay in view."""
        self._x = x
        self._make_lines()
        self._arrange()
        self._update_scenery()
        self.fit()

    def set_smoothing(self, amount: float) -> None:
        """How strong the smooth curve smooths, 0 (off) to 1."""
        self._smoothing = amount
        self._smooth()
        self._gather()
        self._redraw()

    def set_log_y(self, is_log: bool) -> None:
        """Show the losses on a logarithmic axis."""
        self._is_log = is_log
        self._arrange()
        self._redraw()

    def set_epoch_lines(self, is_on: bool) -> None:
        """Draw a line where each epoch starts."""
        self.has_epoch_lines = is_on
        self._update_scenery()
        self._redraw()

    def set_third_columns(self, columns: Sequence[str]) -> None:
        """Add a pane for each of these columns."""
        self._third = list(columns)
        self._arrange()
        self._redraw()

    def x_columns(self) -> list[str]:
        """What x can count for the runs shown."""
        return x_choices(self._runs)

    def columns(self) -> list[str]:
        """What a pane can show of these runs, in the order of appearance; ``signal/*`` is a family drawn as a strip."""
        return with_families([column for run in self._runs for column in run.table.columns])

    def apply_theme(self, theme: Theme) -> None:
        """Wear the colours of a theme."""
        self.theme = theme
        self._canvas.setBackground(theme.surface)
        self._hint.apply_theme(theme)
        self._health.theme = theme
        self._health.update()
        for part in (self._lane, self._bottom):
            part.theme = theme
            part.update()
        for pane in self._panes:
            pane.apply_theme(theme)
        self._arrange()
        self._redraw()
