"""Controller of the probes panel: connects it with the training, the active run and the plots."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer

from engine.probes.base import all_probes
from engine.probes.risk import risks
from engine.probes.status import ProbeStatus, latest, statuses_before_start
from engine.run import OriginKind, Run
from engine.scenarios.base import all_scenarios
from engine.tasks.settings import SettingError
from gui.runs.document import Runs
from gui.threads.training import Training
from gui.training.desk import TrainingDesk
from gui.training.device_choice import differing
from gui.training.measuring import CPU
from gui.training.probes.panel import Measured, ProbesPanel

PULL_MILLISECONDS = 500


class ProbeDesk(QObject):
    """Updates the panel while it is visible, and carries out its requests.

    Parameters
    ----------
    show_column : callable
        Adds or removes a plot of a column below the loss.
    shown_columns : callable
        Gives the columns plotted there; call `refresh` when they have changed.
    """

    def __init__(
        self,
        panel: ProbesPanel,
        training: Training,
        desk: TrainingDesk,
        runs: Runs,
        show_column: Callable[[str, bool], None],
        shown_columns: Callable[[], tuple[str, ...]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._training, self._desk, self._runs = panel, training, desk, runs
        self._shown_columns = shown_columns
        self._looked: int | None = None  # step that the person looks back at
        self._timer = QTimer(self)
        self._timer.setInterval(PULL_MILLISECONDS)
        self._timer.timeout.connect(self._pull)
        panel.switched.connect(self.switch)
        panel.plot_wanted.connect(show_column)
        runs.changed.connect(self.refresh)
        desk.scenario_changed.connect(self.refresh)
        desk.measuring.changed.connect(self.refresh)
        self._timer.start()
        self.refresh()

    # Requests

    def switch(self, name: str, is_on: bool) -> None:
        """Switch a probe in the chosen scenario and in its current run."""
        scenario = self._scenario()
        if scenario is None:
            return
        self._desk.measure(scenario, name, is_on)

    # State

    def _pull(self) -> None:
        if self._panel.isVisible() and self._training.is_live:
            self.refresh()

    def look(self, step: int | None) -> None:
        """Show the readings as they were at a step; None for the latest."""
        self._looked = step
        self.refresh()

    def refresh(self) -> None:
        """Show the current state."""
        run = self._run()
        statuses = self._statuses(run)
        rows = None
        if run is not None and self._looked is not None:
            rows = int(np.searchsorted(run.table.values("step"), self._looked, "right"))
        readings = {name: latest(probe, run.table, rows) for name, probe in all_probes().items()} if run else {}
        risky = risks(run.table, run.settings_at()) if run else ()
        self._panel.show_state(Measured(statuses, readings, self._shown_columns(), risky, self._remark()))

    def _run(self) -> Run | None:
        """The active run, if it is a training of the chosen scenario."""
        active = self._runs.active
        if active is None or active.run.origin.kind is not OriginKind.TRAINING:
            return None
        return active.run

    def _scenario(self) -> str | None:
        run = self._run()
        return (run.origin.scenario if run is not None else None) or self._desk.scenario or None

    def _statuses(self, run: Run | None) -> tuple[ProbeStatus, ...]:
        scenario = self._scenario()
        if scenario is None:
            return ()
        if run is not None:
            snapshot = self._training.snapshot_of(run)
            if snapshot is not None and snapshot.probes:
                return snapshot.probes
        settings = run.settings if run is not None else self._settings(scenario)
        return statuses_before_start(scenario, settings, self._desk.measuring.names(scenario))

    def _settings(self, scenario: str) -> dict:
        try:
            return all_scenarios()[scenario].resolved(self._desk.knobs.values)
        except SettingError:  # the knobs may still be another scenario's
            return all_scenarios()[scenario].resolved({})

    def _remark(self) -> str:
        device = self._desk.measuring.device
        return "" if device == CPU else differing(device)
