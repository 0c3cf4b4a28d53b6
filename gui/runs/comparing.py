"""Comparing runs: x counted from the same event, repeated seeds as one band."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup

from engine.events import EventKind
from engine.i18n import N_, _
from engine.run import Run
from gui.plots.stack import PlotStack
from gui.runs.document import Runs, Shown
from gui.runs.table.settings import grouped, repeated
from gui.shell.actions import Actions

BEST = "best"
PLACES = {"": N_("The start"), BEST: N_("The smallest loss")}


class ComparingDesk(QObject):
    """Keeps the chosen alignment and grouping in the stack while runs are added and removed.

    Signals
    -------
    message_ready : a message for the user
    """

    message_ready = Signal(str)

    def __init__(self, stack: PlotStack, runs: Runs, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._stack, self._runs = stack, runs
        self._place = ""
        self._is_grouping = actions["group_seeds"]
        self._shown: tuple = ({}, {})
        self._menu = actions.submenu("align")
        self._menu.aboutToShow.connect(self._fill)
        self._group_key = ""
        self._is_grouping.toggled.connect(self._on_grouping)
        runs.changed.connect(self.apply)
        runs.events_changed.connect(lambda _shown: self.apply() if self._place else None)

    def align(self, place: str) -> None:
        """Count x from the start of each run, its smallest loss (`BEST`), or the first event of a kind."""
        self._place = place
        self.apply()

    def group_by(self, key: str) -> None:
        """Draw the runs with each value of a setting as one band; empty for none."""
        self._group_key = key
        self.apply()

    def _groups(self) -> dict[str, tuple[str, ...]]:
        visible = self._runs.visible
        if self._is_grouping.isChecked():
            return repeated(visible)
        return grouped(visible, self._group_key) if self._group_key else {}

    def _on_grouping(self, is_on: bool) -> None:
        self.apply()
        if is_on and not self._groups():
            self.message_ready.emit(_("No two of the runs shown differ in their seed only."))

    def apply(self) -> None:
        """Apply alignment and grouping to the stack."""
        origins = {s.run.id: row for s in self._runs.all if (row := origin_row(s, self._place)) is not None}
        groups = self._groups()
        if origins != self._shown[0]:
            self._stack.align(origins)
        if groups != self._shown[1]:
            self._stack.group_runs(groups)
        self._shown = origins, groups

    def _fill(self) -> None:
        from engine.diagnosis.sentences import title

        menu = self._menu
        menu.clear()
        group = QActionGroup(menu)
        kinds = {event.kind for shown in self._runs.all for event in shown.listed}
        choices = {place: _(text) for place, text in PLACES.items()}
        choices |= {kind.value: _("First: {event}").format(event=title(kind)) for kind in EventKind if kind in kinds}
        for place, text in choices.items():
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(place == self._place)
            action.triggered.connect(lambda _checked=False, wanted=place: self.align(wanted))
            group.addAction(action)
            menu.addAction(action)


def origin_row(shown: Shown, place: str) -> int | None:
    """The table row that x is counted from; None if the run has none."""
    if not place:
        return None
    if place == BEST:
        return best_row(shown.run)
    return next((event.start for event in sorted(shown.listed, key=lambda e: e.start) if event.kind == place), None)


def best_row(run: Run) -> int | None:
    """The table row of the smallest finite value of the run's first loss."""
    loss = next((s.name for s in run.series if s.name in run.table), None)
    if loss is None:
        return None
    series = run.table.series(loss)
    finite = np.where(np.isfinite(series.values), series.values, np.inf)
    return int(series.rows[np.argmin(finite)]) if len(finite) and np.isfinite(finite).any() else None
