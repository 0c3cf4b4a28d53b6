"""Between the plots and the rest of the window: runs, events, selection, and what the tool bar chooses."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from engine.i18n import _
from gui.actions import Actions
from gui.language import on_switch
from gui.models.runs import Runs, Shown
from gui.panels.events import EventsPanel
from gui.panels.tool_bar import ToolBar
from gui.plots.quantities import title
from gui.plots.stack import PlotStack


class PlotLink(QObject):
    """Shows the model's runs in the stack and keeps stack and panel on the same event."""

    def __init__(
        self,
        stack: PlotStack,
        runs: Runs,
        panel: EventsPanel,
        tools: ToolBar,
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._stack, self._runs, self._panel = stack, runs, panel
        self._tools, self._actions, self._window = tools, actions, window
        self._third: str | None = None
        self._columns: list[str] = []
        self._connect()

    def _connect(self) -> None:
        stack, panel, actions, tools = self._stack, self._panel, self._actions, self._tools
        self._runs.changed.connect(self.show_runs)
        stack.event_selected.connect(panel.select)
        stack.event_hovered.connect(panel.light)
        panel.selected.connect(self.go_to_event)
        panel.hovered.connect(stack.hover_event)
        tools.smoothing_chosen.connect(stack.set_smoothing)
        tools.x_chosen.connect(stack.set_x)
        actions["log_y"].toggled.connect(stack.set_log_y)
        actions["epoch_lines"].toggled.connect(stack.set_epoch_lines)
        actions["extremes"].toggled.connect(stack.set_extremes)
        actions["fit"].triggered.connect(stack.fit)
        actions["next"].triggered.connect(lambda: self._move(1))
        actions["previous"].triggered.connect(lambda: self._move(-1))
        self._third_menu: QMenu = actions.submenu("third")
        self._third_menu.aboutToShow.connect(self._fill_third)
        on_switch(self.show_events)

    # Runs and events

    def show_runs(self) -> None:
        """Draw the visible runs, the active one strong."""
        active, visible = self._runs.active, self._runs.visible
        if active is None or active.run not in visible:
            self._stack.set_runs(visible)
        else:
            self._stack.set_runs(visible, visible.index(active.run))
        self._columns = []
        self.refresh_choices()
        self.show_events()

    def refresh_choices(self) -> None:
        """Offer the columns that there are now; a live run gains some with its first rows."""
        columns = self._stack.columns()
        if columns != self._columns:
            self._columns = columns
            self._tools.show_x(self._stack.x_columns(), self._stack.x_column)

    def show_events(self) -> None:
        """Mark the active run's events on the curves."""
        active = self._runs.active
        if active is None or active.run is not self._stack.active_run:
            return
        from engine.diagnosis.sentences import TITLES

        labels = {event.id: _(TITLES[event.kind]) for event in active.listed}
        self._stack.set_events(active.listed, labels)

    def follow(self, shown: Shown) -> None:
        """The events of a run are others now."""
        if shown is self._runs.active:
            self.show_events()

    # Selection

    def go_to_event(self, event_id: str) -> None:
        """Select an event in plot and panel, and zoom to it."""
        self._stack.select_event(event_id)
        self._panel.select(event_id, opens=False)

    def _move(self, by: int) -> None:
        order = self._panel.order
        if not order:
            return
        if self._panel.current in order:
            place = (order.index(self._panel.current) + by) % len(order)
        else:
            place = 0 if by > 0 else len(order) - 1
        self._stack.select_event(order[place])
        self._panel.select(order[place])

    # The third plot

    def _fill_third(self) -> None:
        menu = self._third_menu
        menu.clear()
        group = QActionGroup(menu)
        self._add_third(menu, group, _("None"), None)
        menu.addSeparator()
        for column in self._stack.columns():
            if column not in ("step", "epoch", "time", "loss", "accuracy", "val_loss", "val_accuracy"):
                self._add_third(menu, group, title(column), column)

    def _add_third(self, menu: QMenu, group: QActionGroup, text: str, column: str | None) -> None:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(column == self._third)
        action.triggered.connect(lambda: self.set_third(column))
        group.addAction(action)
        menu.addAction(action)

    def set_third(self, column: str | None) -> None:
        """Plot another column below."""
        self._third = column
        self._stack.set_third_columns([column] if column else [])
