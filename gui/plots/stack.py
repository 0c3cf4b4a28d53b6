"""The plot stack: plots over one x axis that show one run or overlay several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from engine.run import OriginKind, Run
from gui.look.language import on_language_change
from gui.look.theme import Theme, current_theme
from gui.plots.acting.export import image, write
from gui.plots.acting.limits import ask_limits, typed_limits
from gui.plots.acting.menus import Place, PlotMenus, State
from gui.plots.acting.parts import Parts, make_parts
from gui.plots.axes.glide import Glide
from gui.plots.axes.reach import Reach
from gui.plots.axes.stretches import Stretch, around
from gui.plots.curves.run_lines import RunLines
from gui.plots.labels.label_layout import FEW_ROWS, MANY_ROWS
from gui.plots.panes.contents import pane_specs, with_families, x_choices
from gui.plots.panes.overlay import Overlay
from gui.plots.shown.picture import Picture
from gui.plots.shown.scenery import ForkCurve, Scenery, bands, mark_lines, marked_bands, note_lines, peaks

if TYPE_CHECKING:
    from gui.plots.acting.looking_back import Head
    from gui.plots.canvas import PlotCanvas
    from gui.plots.labels.empty import EmptyHint
    from gui.plots.panes.health import HealthStrip
    from gui.plots.panes.pane import Pane

TALL = 640  # pixels; from here on there is another row of event labels
BESIDE_MARGINS = (72.0, 24.0)  # of the timeline, below what stands there without the curves
ROOM_FOR_ALL = 420  # pixels; below them a proof is drawn alone


class PlotStack(QWidget):
    """Draws runs; `refresh`, called at frame rate by the owner, reads new rows from their tables.

    What it draws on, a third of all that a window costs, is made when the first runs are shown, when it is seen, or
    when the owner has the time (`make_parts`).

    Signals
    -------
    event_selected, event_hovered : str
        Id of an event; empty for none.
    cursor_moved : float
        The x at the cursor.
    range_changed : float, float
        The range of x in view.
    export_wanted
        The user chose "Export figure…"; the owner asks for the file.
    note_wanted : int
        The user wants to write a note at this row of the active run.
    epoch_lines_wanted, extremes_wanted : bool
        The user wants them shown or hidden.
    scrubbed : int or None
        The row that the user looks back at; None for the present.
    branch_wanted : int
        The user wants another run from this row of the active one.
    mark_wanted : int
        The user wants to mark an event near this row of the active run.
    stretch_marked : int, int
        While marking, the rows that the user has dragged over.
    unmark_wanted : Marking
        The user wants to take a mark back.
    event_menu_wanted : str, QMenu
        The user opens the menu of an event; the owner fills it.
    log_shown : bool
        Whether the losses have a logarithmic axis now, chosen by the person or by the data.
    parts_made
        What is drawn on is there.
    """

    event_selected = Signal(str)
    event_hovered = Signal(str)
    cursor_moved = Signal(float)
    range_changed = Signal(float, float)
    export_wanted = Signal()
    note_wanted = Signal(int)
    epoch_lines_wanted = Signal(bool)
    extremes_wanted = Signal(bool)
    log_shown = Signal(bool)
    event_menu_wanted = Signal(str, object)
    scrubbed = Signal(object)
    branch_wanted = Signal(int)
    mark_wanted = Signal(int)
    stretch_marked = Signal(int, int)
    unmark_wanted = Signal(object)
    parts_made = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self._overlay = Overlay()
        self._reach = Reach(self._overlay.whole)
        self.picture = Picture()
        self._forks: tuple[ForkCurve, ...] = ()
        self._third: list[str] = []
        self._has_accuracy = True
        self._is_alone = False  # the loss, where a proof has little room
        self._columns: list[tuple[str, ...]] = []
        self._usual_log: bool | None = None  # of runs that are newly shown; None: as the data are
        self._chosen_log: bool | None = None  # by the person for those shown
        self._scenery = Scenery()
        self._is_marking = self._has_room = False
        self._cursor: float | None = None
        self._made: Parts | None = None
        self._has_curves = True
        self.menus = PlotMenus(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.body = QSplitter()
        self.body.setChildrenCollapsible(False)
        layout.addWidget(self.body, 1)
        self._glide = Glide(self, self._show_range)
        on_language_change(self.retranslate)

    def show_curves(self, are_shown: bool) -> None:
        """Show the curves, or leave the room above the timeline to what stands beside them in `body`."""
        if are_shown is not self._has_curves:
            self._has_curves = are_shown
            if self._made is not None:
                self._canvas.setVisible(are_shown)
                self._show_health()

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        if self._made is None:
            return
        self._canvas.retranslate()
        self._health.retranslate()
        self._arrange()
        self._update_scenery()
        self._redraw()

    def make_parts(self) -> None:
        """Make what is drawn on, unless it is there."""
        if self._made is not None:
            return
        self._made = make_parts(self.theme, self._overlay, self)
        canvas, _hint, health, head = self._made
        canvas.pane_made.connect(self._connect_pane)
        canvas.pointer_moved.connect(self._move_cursor)
        canvas.pointer_left.connect(self._hide_cursor)
        canvas.lane.clicked.connect(self._click_label)
        canvas.lane.hovered.connect(self._hover_from_plot)
        canvas.lane.menu_wanted.connect(self.menus.open_event)
        head.scrubbed.connect(self.scrubbed)
        self._connect_menus()
        health.x_wanted.connect(lambda x: self._move_to(*self._reach.centred(x)))
        health.head_wanted.connect(head.look_back)
        health.menu_wanted.connect(lambda x: self.menus.open_timeline(self._place(x), self._switched()))
        self.body.insertWidget(0, canvas)
        canvas.setVisible(self._has_curves)  # in its place: it would be a window of its own before
        layout = self.layout()
        assert layout is not None
        layout.addWidget(health)
        self.setTabOrder(canvas, health)
        self.apply_theme(self.theme)
        self.parts_made.emit()

    @property
    def _parts(self) -> Parts:
        self.make_parts()
        assert self._made is not None
        return self._made

    @property
    def _canvas(self) -> PlotCanvas:
        return self._parts.canvas

    @property
    def _hint(self) -> EmptyHint:
        return self._parts.hint

    @property
    def _health(self) -> HealthStrip:
        return self._parts.health

    @property
    def _head(self) -> Head:
        return self._parts.head

    def _connect_menus(self) -> None:
        menus = self.menus
        menus.fit_wanted.connect(self.fit)
        menus.back_wanted.connect(self._head.stop)
        menus.copy_wanted.connect(self.copy_image)
        menus.measure_wanted.connect(self.measure_from)
        menus.event_chosen.connect(self._choose)
        for name in (
            "export_wanted", "branch_wanted", "note_wanted", "mark_wanted", "unmark_wanted", "epoch_lines_wanted",
            "extremes_wanted", "event_menu_wanted",
        ):  # fmt: skip
            getattr(menus, name).connect(getattr(self, name))

    def _connect_pane(self, pane: Pane) -> None:
        box = pane.box
        box.x_zoomed.connect(lambda factor, pixel: self.zoom(factor, pane.view.x_at(pixel)))
        box.y_zoomed.connect(lambda factor, pixel: self._zoom_y(pane, factor, pixel))
        box.x_dragged.connect(self._drag)
        box.is_marking = self._is_marking
        box.stretch_chosen.connect(lambda a, b: self._choose_stretch(pane.view.x_at(a), pane.view.x_at(b)))
        box.stretch_changed.connect(self._canvas.show_stretch)
        box.fit_wanted.connect(self.fit)
        box.menu_wanted.connect(lambda _position: self._open_menu(pane))
        box.clicked.connect(lambda position: self._choose(self._canvas.event_at(pane, position.x())))
        box.sigResized.connect(lambda *_args: self._redraw())
        pane.axis.y_zoomed.connect(lambda factor, pixel: self._zoom_y(pane, factor, pixel))
        pane.axis.y_dragged.connect(lambda pixels: self._shift_y(pane, pixels))
        pane.axis.limits_wanted.connect(lambda: ask_limits(pane, lambda text: self.type_limits(pane, text), self))

    # What is shown

    def add_prepared(self, lines: Sequence[RunLines]) -> None:
        """Add lines prepared elsewhere, for runs that are shown next."""
        self._overlay.add_prepared(lines)

    def show_picture(self, picture: Picture) -> None:
        """Show a picture, updating only what has changed."""
        before, self.picture = self.picture, picture
        if not picture.runs and self._made is None:
            return
        if picture.has_runs_of(before):
            self._update_picture(before)
        else:
            self._show_runs()

    def _show_runs(self) -> None:
        self._head.forget()
        self._hide_cursor()
        if not set(map(id, self._overlay.runs)) & set(map(id, self.picture.runs)):
            self._chosen_log = self._usual_log
        self._take_colours()
        self._overlay.set_runs(self.picture.runs, self.picture.active)
        self._reach.is_live = self._overlay.is_training
        self._has_room = not self.picture.is_read
        self._make_room()
        self._arrange()
        self._update_scenery()
        self.fit()

    def _update_picture(self, before: Picture) -> None:
        now = self.picture
        has_other_events = (now.events, now.labels, now.restart_rows) != (
            before.events,
            before.labels,
            before.restart_rows,
        )
        has_other_lines = (now.notes, now.has_epoch_lines, now.markings, now.doubtful) != (
            before.notes,
            before.has_epoch_lines,
            before.markings,
            before.doubtful,
        )
        has_other_panes = (now.names, now.has_extremes) != (before.names, before.has_extremes)
        has_other_colours = (now.colours, now.lit) != (before.colours, before.lit)
        if has_other_events:
            self._make_room()
        known = list(self._scenery.peaks)
        if has_other_events or has_other_lines:
            self._update_scenery()
        has_other_peaks = list(self._scenery.peaks) != known  # drawn with the curves, whose range they may widen
        if has_other_panes:
            self._arrange()
        if has_other_colours:
            self._take_colours()
            self._colour()
        if has_other_lines or has_other_panes or has_other_colours or has_other_peaks:
            self._redraw()
        elif has_other_events:  # a growing run is redrawn in every frame anyway
            self._canvas.show_scenery(self._scenery, now.labels)
            self._show_health()

    def _take_colours(self) -> None:
        overlay, picture = self._overlay, self.picture
        overlay.colours, overlay.lit, overlay.lit_colour = picture.colours, picture.lit, picture.lit_colour

    def _colour(self) -> None:
        """Draw the same curves in other colours."""
        for pane in self.panes:
            pane.recolour(self._overlay.recoloured(pane.spec, self.theme))

    @property
    def active_run(self) -> Run | None:
        return self._overlay.active_run

    @property
    def panes(self) -> Sequence[Pane]:
        """The panes from top to bottom; none before anything was shown."""
        return () if self._made is None else self._made.canvas.panes

    @property
    def shows_all(self) -> bool:
        """Whether the whole run is in view."""
        return self._reach.shows_all

    @property
    def drop_target(self) -> QWidget:
        """The widget that columns can be dropped on."""
        return self._canvas.viewport()

    @property
    def shown(self) -> Stretch:
        """The range of x in view."""
        return self._reach.shown

    def _arrange(self) -> None:
        """Create the panes and curves for the runs and the chosen columns."""
        self._reach.invalidate()
        if self._made is None:
            self.log_shown.emit(self.is_log)
            return
        specs = pane_specs(self._overlay.runs, self._third, self._has_accuracy)
        self._is_alone = bool(self._forks) and self.height() < ROOM_FOR_ALL
        self._canvas.set_specs(specs[:1] if self._is_alone else specs)
        for pane in self.panes:
            self._choose_axis(pane)
            pane.curves = self._overlay.curves(pane.spec, self.theme)
            pane.has_extremes = self.picture.has_extremes
        self._place_forks()
        self.log_shown.emit(self.is_log)
        self._smooth()
        self._show_emptiness()

    def _choose_axis(self, pane: Pane) -> None:
        pane.is_log_chosen = pane.spec.is_log is None and self._chosen_log is None
        pane.set_log(self.is_log if pane.spec.is_log is None else pane.spec.is_log)

    @property
    def is_log(self) -> bool:
        """Whether the losses have a logarithmic axis: as chosen, else as their values are."""
        return self._overlay.is_log_apt if self._chosen_log is None else self._chosen_log

    def _follow_data(self) -> None:
        """Change to the axis that suits the values."""
        for pane in self.panes:
            self._choose_axis(pane)
        self.log_shown.emit(self.is_log)

    def _smooth(self) -> None:
        self._overlay.smooth()
        if self._overlay.is_grouped:  # a median is a curve of its own
            for pane in self.panes:
                pane.curves = self._overlay.curves(pane.spec, self.theme)
        for pane in self.panes:
            pane.partition.invalidate()

    def group_runs(self, groups: Mapping[str, Sequence[str]]) -> None:
        """Show groups of repeated runs as median with a band; name to run ids, empty for none."""
        self._overlay.group(groups)
        self._arrange()
        self._redraw()

    def align(self, origins: Mapping[str, int]) -> None:
        """Count x from a row of each run, such as an onset; run id to row, empty for the original x."""
        self._overlay.origins = dict(origins)
        self._overlay.make_lines()
        self._arrange()
        self._update_scenery()
        self.fit()

    def _show_emptiness(self) -> None:
        is_empty = self._overlay.is_empty
        self._hint.show_state(bool(self._overlay.runs))
        self._hint.setVisible(is_empty)
        self._health.setVisible(not is_empty)
        self._canvas.show_parts(not is_empty)

    def refresh(self) -> None:
        """Append new rows and redraw if there are any."""
        columns = [run.table.columns for run in self._overlay.runs]
        if not self._overlay.refresh():
            return
        self._reach.is_live = True
        self._reach.invalidate()
        if columns != self._columns or self._hint.isVisible():
            self._columns = columns
            self._arrange()
        self._smooth()
        if self._chosen_log is None:
            self._follow_data()
        self._update_scenery()
        self._reach.update()
        self._redraw()

    # Looking back

    def show_checkpoints(self, steps: Sequence[int]) -> None:
        """Mark the checkpoints of the active run on the timeline."""
        self._head.show_checkpoints(steps)

    def stop_looking_back(self) -> None:
        """Show the present again."""
        self._head.stop()

    # Forks

    def show_forks(self, forks: Sequence[ForkCurve]) -> None:
        """Draw forks of the active run over its loss; empty for none."""
        if not forks and not self._forks:
            return
        self._forks = tuple(forks)
        if not self._arrange_for_room():
            self._place_forks()
        self._redraw()

    def _arrange_for_room(self) -> bool:
        """Show the loss alone where a proof is drawn in little room, and return whether that has changed."""
        has_changed = (bool(self._forks) and self.height() < ROOM_FOR_ALL) != self._is_alone
        if has_changed:
            self._arrange()
        return has_changed

    def _place_forks(self) -> None:
        for pane in self.panes[:1]:
            place = self._overlay.x_of_steps
            pane.forks = tuple((place(fork.steps), fork.losses, fork.colour) for fork in self._forks)

    # Events

    def _update_scenery(self) -> None:
        if self._made is None:
            return
        self._head.place_checkpoints()
        run = self.active_run
        if run is None:
            self._scenery = Scenery()
            return
        lines = self._overlay.active_lines
        self._scenery = Scenery(
            bands(lines, self.picture.events),
            [*mark_lines(run, lines), *note_lines(lines, self.picture.notes)],
            lines.epoch_starts() if self.picture.has_epoch_lines else None,
            self._scenery.selected,
            self._scenery.hovered,
            peaks(lines, self.picture.events, self._scenery.peaks),
            marked_bands(lines, self.picture.markings),
            lines.abscissa.at(np.array(self.picture.doubtful, np.int64)).tolist(),
        )

    def select_event(self, event_id: str | None, zoom: bool = True) -> None:
        """Select an event and optionally zoom to it."""
        self._mark_events(selected=event_id or "")
        band = next((band for band in self._scenery.bands if band.event.id == event_id), None)
        if band is not None and zoom:
            self.show_range(*around(band.left, band.right, self._reach.whole))

    def hover_event(self, event_id: str | None) -> None:
        """Highlight an event."""
        self._mark_events(hovered=event_id or "")

    def _mark_events(self, selected: str | None = None, hovered: str | None = None) -> None:
        old = self._scenery
        chosen = old.selected if selected is None else selected
        under = old.hovered if hovered is None else hovered
        if (chosen, under) != (old.selected, old.hovered):
            self._scenery = replace(old, selected=chosen, hovered=under)
            self._canvas.show_scenery(self._scenery, self.picture.labels)

    def _choose(self, event_id: str) -> None:
        if event_id or self._scenery.selected:
            self.select_event(event_id, zoom=False)
            self.event_selected.emit(event_id)

    def _click_label(self, keys: Sequence[str], _position: object) -> None:
        if len(keys) == 1:
            self._choose(keys[0])
            return
        self.menus.open_labels(keys, [self.picture.labels.get(key, "") for key in keys])

    def _hover_from_plot(self, event_id: str) -> None:
        if event_id != self._scenery.hovered:
            self.hover_event(event_id)
            self.event_hovered.emit(event_id)

    # Marking by hand

    def set_marking(self, is_on: bool) -> None:
        """Let dragging mark a stretch instead of moving along x."""
        self._is_marking = is_on
        for pane in self.panes:
            pane.box.is_marking = is_on
            pane.box.setCursor(Qt.CursorShape.IBeamCursor if is_on else Qt.CursorShape.ArrowCursor)

    def row_near(self, x: float) -> int:
        """The row of the active run that is nearest to an x."""
        return self._overlay.active_lines.abscissa.row_near(x)

    def x_of(self, row: int) -> float:
        """The x of a row of the active run."""
        return float(self._overlay.active_lines.abscissa.at(np.array([row]))[0])

    def _choose_stretch(self, left: float, right: float) -> None:
        if self._is_marking:
            self.stretch_marked.emit(*sorted((self.row_near(left), self.row_near(right))))
        else:
            self.show_range(left, right)

    # The stretch of x

    def reduce_motion(self, is_reduced: bool) -> None:
        """Jump instead of gliding."""
        self._glide.is_reduced = is_reduced

    def show_range(self, left: float, right: float) -> None:
        """Animate to a range of x."""
        self._reach.shows_all = False
        self._canvas.reset_limits()
        self._glide.start(self.shown, (left, right))

    def show_rows(self, first: int, last: int) -> None:
        """Animate to a range of rows of the active run."""
        x = self._overlay.x_of_steps(np.array([first + 1.0, last + 1.0]))
        self.show_range(float(x[0]), float(x[1]))

    def _show_range(self, left: float, right: float) -> None:
        self._reach.shown = left, right
        self._redraw()
        self.range_changed.emit(left, right)

    def fit(self) -> None:
        """Show the whole run, with every axis fitted."""
        self._glide.stop()
        self._reach.shows_all = True
        for pane in self.panes:
            pane.reset_limits()
        self._show_range(*self._reach.whole)

    def zoom(self, factor: float, around_x: float) -> None:
        """Zoom x by `factor` around a fixed `around_x`."""
        self._move_to(*self._reach.zoomed(factor, around_x))

    def _drag(self, pixels: float) -> None:
        if self.panes:
            self._shift(-pixels / self.panes[0].view.width)

    def _shift(self, share: float) -> None:
        left, right = self.shown
        self._move_to(*self._reach.shifted(share * (right - left)))

    def _move_to(self, left: float, right: float) -> None:
        self._glide.stop()
        self._show_range(left, right)

    def _zoom_y(self, pane: Pane, factor: float, pixel: float) -> None:
        pane.zoom_y(factor, pixel)
        self._redraw()

    def _shift_y(self, pane: Pane, pixels: float) -> None:
        pane.shift_y(pixels)
        self._redraw()

    def type_limits(self, pane: Pane, text: str) -> None:
        """Use the ends of y in a text; an empty one, or one without two ends, fits y to the curves."""
        ends = typed_limits(text)
        if ends is None or not pane.choose_limits(*ends):
            pane.reset_limits()
        self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._made is None:
            return
        self._hint.setGeometry(self._canvas.rect())
        self._hint.apply_theme(self.theme)
        self._arrange_for_room()
        self._make_room()
        self._redraw()

    def showEvent(self, event: QShowEvent) -> None:
        self.make_parts()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom around the middle; Ctrl and an arrow move by a tenth of the view."""
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and not has_control:
            self.zoom(0.8 if event.key() == Qt.Key.Key_Plus else 1.25, sum(self.shown) / 2)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and has_control:
            self._shift(0.1 if event.key() == Qt.Key.Key_Right else -0.1)
        else:
            super().keyPressEvent(event)

    def _make_room(self) -> None:
        """Set the number of rows for event labels; 0 for a log that is known to have no events when it is shown."""
        rows = MANY_ROWS if self.height() >= TALL else FEW_ROWS
        self._canvas.lane.set_rows(rows if self.picture.events or self._reach.is_live or self._has_room else 0)

    # Drawing

    def _redraw(self) -> None:
        if not self.panes:
            return
        is_aligned = bool(self._overlay.origins)
        self._canvas.redraw(self.shown, self._scenery, self.picture.labels, self.x_column, is_aligned)
        self._show_health()

    def _show_health(self) -> None:
        if self.active_run is None or not self.panes:
            return
        # As wide as the plots where they show the whole run, so that a place is at the same pixel in both.
        (low, high), (left, right) = self._reach.whole, self.shown
        whole = (min(low, left), max(high, right)) if self._reach.shows_all else (low, high)
        self._health.show_run(self._overlay.health(), self._scenery.bands, whole, self.panes[0].is_log)
        box = self.panes[0].box.sceneBoundingRect()
        margins = BESIDE_MARGINS if self._canvas.isHidden() else (box.left(), self.width() - box.right())
        self._health.show_view(self.shown, margins)

    def _open_menu(self, pane: Pane) -> None:
        """Open the context menu for the figure and the x at the cursor."""
        place = None if self._cursor is None else self._place(self._cursor)
        self.menus.open_figure(place, self._scenery.hovered, self._switched(pane))

    def _place(self, x: float) -> Place:
        """What a menu opened at an x is about."""
        run = self.active_run
        is_trained = run is not None and run.origin.kind is OriginKind.TRAINING
        head = self._head.x
        reach = 3 * (self.shown[1] - self.shown[0]) / max(self.panes[0].view.width, 1.0)
        marked = (band for band in self._scenery.marked if band.left - reach <= x <= band.right + reach)
        return Place(
            x,
            self.row_near(x),
            self.row_near(x if head is None else head) if is_trained else None,
            [band for band in marked if not band.marking.is_pending],
        )

    def _switched(self, pane: Pane | None = None) -> State:
        is_measuring = pane is not None and pane.anchor is not None
        return State(self.picture.has_epoch_lines, self.picture.has_extremes, is_measuring, self._head.x is not None)

    def measure_from(self, x: float | None) -> None:
        """Show differences to the values at `x`; None ends it."""
        for pane in self.panes:
            pane.anchor = x
            pane.show_cursor(self._cursor)

    def export_image(self, path: str | Path) -> None:
        """Write the figure as PNG, SVG or PDF, by the suffix.

        Raises
        ------
        FigureError
            If the suffix is another, or the file cannot be written.
        """
        self._hide_cursor()
        run = self.active_run
        write(self._canvas, Path(path), self.theme.surface, run.name if run is not None else "")

    def copy_image(self) -> None:
        """Copy the figure to the clipboard."""
        self._hide_cursor()
        QApplication.clipboard().setImage(image(self._canvas, self.theme.surface))

    # The cursor

    def _move_cursor(self, pane: Pane, pixel: float) -> None:
        self._show_cursor(pane.view.x_at(pixel))
        self._hover_from_plot(self._canvas.event_at(pane, pixel))

    def _show_cursor(self, x: float) -> None:
        x = self._cursor = self._overlay.snapped(x)
        self._canvas.show_cursor(x)
        self.cursor_moved.emit(x)

    def _hide_cursor(self) -> None:
        if self._cursor is not None:
            self._cursor = None
            self._canvas.show_cursor(self._head.x)

    def repaint_now(self) -> None:
        """Repaint immediately instead of in the event loop."""
        QApplication.sendPostedEvents()

    # Choices

    @property
    def x_column(self) -> str:
        """The column of x: "step", "epoch", "time", "row" or another one."""
        return self._overlay.x_column

    def set_x(self, x: str) -> None:
        """Change the column of x, keeping the same rows in view."""
        self._overlay.set_x(x)
        self._arrange()
        self._update_scenery()
        self.fit()

    @property
    def smoothing_width(self) -> int:
        """Steps over which curves are smoothed; 1 for none."""
        return self._overlay.smoothing_width

    def set_smoothing(self, amount: float) -> None:
        """Set the strength of the smoothing, 0 (off) to 1."""
        self._overlay.smoothing = amount
        self._smooth()
        self._redraw()

    def set_log_y(self, is_log: bool) -> None:
        """Show the losses on a logarithmic or linear axis."""
        self._chosen_log = is_log
        self._arrange()
        self._redraw()

    def set_usual_log(self, is_log: bool | None) -> None:
        """Choose the axis of the losses for the runs shown and all later ones; None leaves it to the data."""
        self._usual_log = self._chosen_log = is_log
        self._arrange()
        self._redraw()

    def set_third_columns(self, columns: Sequence[str], has_accuracy: bool = True) -> None:
        """Show a pane for each of these columns below the others, and the accuracy if it is wanted or among them."""
        self._third, self._has_accuracy = list(columns), has_accuracy
        self._arrange()
        self._redraw()

    def x_columns(self) -> list[str]:
        """The columns that x can have for the runs shown."""
        return x_choices(self._overlay.runs)

    def columns(self) -> list[str]:
        """The columns that a pane can show, in order of appearance; ``signal/*`` is a family drawn as a heat map."""
        return with_families([column for run in self._overlay.runs for column in run.table.columns])

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.theme = theme
        if self._made is None:
            return
        self._canvas.apply_theme(theme)
        self._hint.apply_theme(theme)
        self._health.theme = theme
        self._health.update()
        self._arrange()
        self._redraw()
