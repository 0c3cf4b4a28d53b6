"""Connects the plots with the rest of the window: runs, events, selection, and tool bar."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from engine.i18n import _
from engine.run import Run
from gui.events.panel import EventsPanel
from gui.look.language import on_language_change
from gui.look.motion import is_motion_reduced
from gui.plots.curves.run_lines import SHARE
from gui.plots.panes.contents import with_families
from gui.plots.panes.quantities import explained, title
from gui.plots.shown.picture import Marking, Picture
from gui.plots.shown.scenery import ForkCurve
from gui.plots.stack import PlotStack
from gui.runs.document import Runs, RunsChange
from gui.runs.table.colouring import RunColours
from gui.shell.actions import Actions
from gui.shell.remembered import Remembered
from gui.threads.proving import Trial
from gui.training.tool_bar import ToolBar

SMOOTHING = 0.17  # default: nine steps, so that a rise of five is in the line
AXIS = "loss_axis"  # key of the setting
SHORTEST_REWIND = 12  # steps in view before and after the place where forks leave
MOST_BELOW = 4  # more plots would be too small
VIEW_MILLISECONDS = 350  # after which a view is one to come back to
MOST_VIEWS = 50
MOST_LISTED = 24  # columns in the menu; the browser has all
MOST_LAYOUTS = 60


class PlotLink(QObject):
    """Shows the runs in the stack, and keeps the same event selected in stack and panel.

    Signals
    -------
    third_changed : the columns plotted below have changed
    browse_wanted : the user wants to see all columns
    """

    third_changed = Signal()
    browse_wanted = Signal()

    def __init__(
        self,
        stack: PlotStack,
        runs: Runs,
        panel: EventsPanel,
        tools: ToolBar,
        actions: Actions,
        window: QWidget,
        colours: RunColours,
    ) -> None:
        super().__init__(window)
        self._colours = colours
        colours.changed.connect(self.show_picture)
        self.stack, self._runs, self.panel = stack, runs, panel
        self._tools, self._actions, self._window = tools, actions, window
        self._pending: Marking | None = None  # what the person is marking
        self._forks: tuple[Trial | None, Sequence[ForkCurve]] = (None, ())
        self._third: list[str] = []
        self._shown_scenario: str | None = None
        self._layout = ""  # key of the demo or log format shown
        self._chosen: dict[str, list[str]] = {}  # what is plotted below, by that key
        self._columns: list[str] = []
        self._views: list[tuple[float, float] | None] = [None]  # that were in view for a while; None: the whole run
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(VIEW_MILLISECONDS)
        self._settling.timeout.connect(self._keep_view)
        self._connect()
        stack.reduce_motion(is_motion_reduced(window.style()))

    def _connect(self) -> None:
        stack, panel, actions, tools = self.stack, self.panel, self._actions, self._tools
        self._runs.observers.connect(self._on_runs_changed)
        stack.event_selected.connect(panel.select)
        stack.event_hovered.connect(panel.highlight)
        panel.selected.connect(self.go_to_event)
        panel.rows_wanted.connect(self._show_stretch)
        panel.standings_changed.connect(self.show_picture)
        stack.event_menu_wanted.connect(panel.fill_menu)
        stack.event_selected.connect(self._zoom_to)
        panel.hovered.connect(stack.hover_event)
        tools.smoothing_chosen.connect(stack.set_smoothing)
        tools.x_chosen.connect(stack.set_x)
        actions["log_y"].triggered.connect(stack.set_log_y)
        stack.log_shown.connect(actions["log_y"].setChecked)
        for key, wanted in (("epoch_lines", stack.epoch_lines_wanted), ("extremes", stack.extremes_wanted)):
            wanted.connect(actions[key].setChecked)
            actions[key].toggled.connect(lambda _on: self.show_picture())
        actions["fit"].triggered.connect(stack.fit)
        actions["zoom_back"].triggered.connect(self.zoom_back)
        stack.range_changed.connect(lambda _left, _right: self._settling.start())
        actions["next"].triggered.connect(lambda: self._move(1))
        actions["previous"].triggered.connect(lambda: self._move(-1))
        self._third_menu: QMenu = actions.submenu("third")
        self._third_menu.aboutToShow.connect(self._fill_third)
        on_language_change(self.show_picture)

    def restore(self, remembered: Remembered) -> None:
        """Restore smoothing, axis, epoch lines, and the columns plotted for each demo and log format."""
        self._chosen = {key: list(columns) for key, columns in layouts_from(remembered.text("layouts")).items()}
        self._tools.show_smoothing(remembered.real("smoothing", SMOOTHING))
        self.stack.set_smoothing(self._tools.smoothing)
        self._actions["epoch_lines"].setChecked(remembered.flag("epoch_lines", False))
        self.use_axis(remembered.text(AXIS))

    def use_axis(self, choice: str) -> None:
        """Use a linear or a logarithmic axis for losses from now on; any other choice leaves it to the data."""
        self.stack.set_usual_log({"linear": False, "log": True}.get(choice))

    def remember(self, remembered: Remembered) -> None:
        """Store what `restore` restores."""
        remembered.set_text("layouts", json.dumps(dict(list(self._chosen.items())[-MOST_LAYOUTS:])))
        remembered.set_real("smoothing", self._tools.smoothing)
        remembered.set_flag("epoch_lines", self._actions["epoch_lines"].isChecked())

    # Runs and events

    def _on_runs_changed(self, change: RunsChange) -> None:
        active = self._runs.active
        is_of_active = active is not None and (change.events is active or change.notes is active.run)
        if not (change.lines or change.appearance or is_of_active):
            return  # of a thousand runs that are judged, one is told of
        self._show_telling_panes()
        if change.appearance:
            self.show_forks(*self._forks)
        self.show_picture()
        if change.lines or change.appearance:
            self._columns = []
            self._views = [None]
            self.refresh_choices()

    def show_picture(self) -> None:
        """Draw the visible runs and the events of the active one."""
        from engine.diagnosis.sentences import title as event_title

        active, visible = self._runs.active, self._runs.visible
        at = -1 if active is None else next((at for at, run in enumerate(visible) if run is active.run), -1)
        events = self.panel.standings.listed(active) if active is not None and at >= 0 else ()
        notes = self._runs.notes(active.run) if active is not None and at >= 0 else None
        self.stack.show_picture(
            Picture(
                tuple(visible),
                at,
                events,
                {event.id: event_title(event.kind) for event in events},
                notes or {},
                self._actions["epoch_lines"].isChecked(),
                self._actions["extremes"].isChecked(),
                self._colours.shown() if len(visible) > 1 else {},
                self._colours.lit,
                self._colours.of_lit,
                self._markings(active.run) if active is not None and at >= 0 else (),
                tuple(remark.start for remark in active.perhaps) if active is not None and at >= 0 else (),
                active is None or active.events is not None,
            )
        )

    def show_pending(self, pending: Marking | None) -> None:
        """Show the stretch that the person is about to mark; None for none."""
        self._pending = pending
        self.show_picture()

    def _markings(self, run: Run) -> tuple[Marking, ...]:
        from engine.diagnosis.sentences import title as event_title

        marks = self.panel.standings.marks(run)
        kept = (Marking(mark.start, mark.end, event_title(mark.kind)) for mark in marks)
        return (*kept, self._pending) if self._pending is not None else tuple(kept)

    def show_share(self) -> None:
        """Show each run from 0 to 100 % of its length."""
        self.stack.set_x(SHARE)
        self._columns = []
        self.refresh_choices()

    # Views

    def _keep_view(self) -> None:
        now = None if self.stack.shows_all else self.stack.shown
        if now != self._views[-1]:
            self._views = [*self._views, now][-MOST_VIEWS:]

    def zoom_back(self) -> None:
        """Go back to the range that was in view before."""
        self._keep_view()
        if len(self._views) > 1:
            self._views.pop()
        before = self._views[-1]
        if before is None:
            self.stack.fit()
        else:
            self.stack.show_range(*before)

    def refresh_choices(self) -> None:
        """Update the choice of columns, which a live run gains with its first rows."""
        columns = self.stack.columns()
        if columns != self._columns:
            self._columns = columns
            self._tools.show_x(self.stack.x_columns(), self.stack.x_column)

    # Proofs

    def show_forks(self, trial: Trial | None, forks: Sequence[ForkCurve]) -> None:
        """Draw the forks of a trial over its run, if that is the active one."""
        self._forks = trial, tuple(forks)
        active = self._runs.active
        is_shown = trial is not None and active is not None and active.run is trial.run
        self.stack.show_forks(forks if is_shown else ())

    def rewind(self, trial: Trial, step: int) -> None:
        """Glide to where the forks of a trial leave its run."""
        active = self._runs.active
        if active is None or active.run is not trial.run:
            return
        onset = trial.event.start + 1
        reach = max(onset - step, SHORTEST_REWIND)
        self.stack.show_rows(max(step - reach // 2, 0), onset + 2 * reach)

    # Selection

    def go_to_event(self, event_id: str) -> None:
        """Select an event in plots and panel, and zoom to it."""
        self.stack.select_event(event_id)
        self.panel.select(event_id)

    def _show_stretch(self, first: int, last: int) -> None:
        """Show a stretch of rows of the active run with what is around it."""
        reach = max(last - first, SHORTEST_REWIND)
        self.stack.show_rows(max(first - reach, 0), last + reach)

    def _zoom_to(self, event_id: str) -> None:
        if event_id:
            self.stack.select_event(event_id)

    def _move(self, by: int) -> None:
        order = self.panel.order
        if not order:
            return
        if self.panel.current in order:
            place = (order.index(self.panel.current) + by) % len(order)
        else:
            place = 0 if by > 0 else len(order) - 1
        self.stack.select_event(order[place])
        self.panel.select(order[place])

    # The plots below loss and accuracy

    @property
    def third(self) -> tuple[str, ...]:
        """The columns plotted below, from top to bottom."""
        return tuple(self._third)

    def show_column(self, column: str, is_shown: bool = True) -> None:
        """Add or remove a plot of a column below the others; for a layer's column, of its whole family."""
        column = with_families([column])[0]
        if is_shown and column not in self._third:
            self._set_third([*self._third, column][-MOST_BELOW:])
        elif not is_shown and column in self._third:
            self._set_third([name for name in self._third if name != column])

    def explain(self, column: str, event_id: str) -> None:
        """Plot the reading that explains an event, and go to the event."""
        self.show_column(column)
        self.go_to_event(event_id)

    def _set_third(self, columns: list[str]) -> None:
        self._chosen.pop(self._layout, None)
        self._chosen[self._layout] = columns
        self._show_third(columns)

    def _show_third(self, columns: list[str]) -> None:
        self._third = columns
        self.stack.set_third_columns(columns, has_accuracy=self._shown_scenario is None)
        self.third_changed.emit()

    def _show_telling_panes(self) -> None:
        """Plot what the demo of the active run declares, or what was chosen for it, or for its log format, last."""
        active = self._runs.active
        kind = layout_key(active.run) if active is not None else self._layout
        if active is None or kind == self._layout:
            return
        before, self._layout, self._shown_scenario = self._layout, kind, active.run.origin.scenario
        if kind not in self._chosen:
            # What a person chose for one log suits the next one, and a demo that has nothing of its own.
            self._chosen[kind] = self._declared(self._shown_scenario) or self._chosen.get(before, [])
        self._show_third(self._chosen[kind])

    @staticmethod
    def _declared(scenario: str | None) -> list[str]:
        from engine.scenarios.base import all_scenarios

        known = all_scenarios().get(scenario or "")
        return [column for column in known.panes if column != "loss"] if known is not None else []

    def _fill_third(self) -> None:
        menu = self._third_menu
        menu.clear()
        none = menu.addAction(_("None"), lambda: self._set_third([]))
        none.setEnabled(bool(self._third))
        menu.addAction(_("Browse all columns"), self.browse_wanted.emit)
        menu.addSeparator()
        for column in self.stack.columns()[:MOST_LISTED]:
            is_above = column in ("accuracy", "val_accuracy") and self._shown_scenario is None
            if not is_above and column not in ("step", "epoch", "time", "loss", "val_loss", "val_accuracy"):
                self._add_third(menu, column)

    def _add_third(self, menu: QMenu, column: str) -> None:
        action = QAction(title(column), menu)
        action.setToolTip(explained(column))
        action.setCheckable(True)
        action.setChecked(column in self._third)
        action.triggered.connect(partial(self.show_column, column))
        menu.addAction(action)


def layout_key(run: Run) -> str:
    """What a layout is kept for: a demo, or a log format."""
    origin = run.origin
    return f"demo {origin.scenario}" if origin.scenario else f"format {origin.format or ''}"


def layouts_from(text: str) -> dict[str, tuple[str, ...]]:
    """The layouts that were stored; none where the text is damaged.

    Examples
    --------
    >>> layouts_from('{"format keras_csv": ["lr"]}'), layouts_from("[1]"), layouts_from("{")
    ({'format keras_csv': ('lr',)}, {}, {})
    """
    try:
        kept = json.loads(text or "{}")
        return {str(key): tuple(str(column) for column in columns)[:MOST_BELOW] for key, columns in kept.items()}
    except (ValueError, AttributeError, TypeError):
        return {}
