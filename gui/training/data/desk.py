"""Controller of the data panel: which training is evaluated, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.i18n import _
from engine.run import Origin, OriginKind, Run
from engine.scenarios.base import all_scenarios
from engine.table import MetricTable
from engine.tasks.settings import SettingError
from engine.training.sheet import Sheet
from gui.look.theme import Theme, ThemeKeeper
from gui.runs.document import Runs
from gui.threads.messages import Phase
from gui.threads.scanning import Scan, ScanKind, Scanning
from gui.threads.training import Training
from gui.training.data.panel import DataPanel
from gui.training.desk import TrainingDesk

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint

PULL_MILLISECONDS = 66


class DataDesk(QObject):
    """Evaluates the active training when the panel becomes visible, when the training pauses or ends, and on demand."""

    def __init__(
        self,
        panel: DataPanel,
        training: Training,
        desk: TrainingDesk,
        runs: Runs,
        themes: ThemeKeeper,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._training, self._desk, self._runs = panel, training, desk, runs
        self.scanning = Scanning(self)
        self._timer = QTimer(self)
        self._timer.setInterval(PULL_MILLISECONDS)
        self._timer.timeout.connect(self._pull)
        self._scanned: tuple[object, ...] = ()
        self._run: Run | None = None
        self._looked: int | None = None  # step that the person looks back at
        panel.scan_wanted.connect(self.scan)
        panel.cancel_wanted.connect(self.cancel)
        panel.became_visible.connect(self.update)
        runs.changed.connect(self.update)
        desk.scenario_changed.connect(self.update)
        training.phase_changed.connect(self._on_phase_changed)
        self.scanning.found.connect(self._on_found)
        self.scanning.failed.connect(self._on_failed)
        themes.changed.connect(self._apply_theme)
        self.update()

    def update(self) -> None:
        """Evaluate the training shown, unless that was done before."""
        run = self._subject()
        if run is not self._run:
            self._run, self._looked = run, None
        if run is None:
            self._scanned = ()
            self.scanning.cancel()
            self._panel.show_nothing()
        elif self._panel.isVisible() and self._scanned[:1] != (run.id,):
            self.scan()

    def _on_phase_changed(self, phase: Phase) -> None:
        """Evaluate a training that pauses or ends, whose predictions no longer change."""
        if phase in (Phase.PAUSED, Phase.ENDED) and self._panel.isVisible():
            self.scan()

    def scan(self) -> None:
        """Start to compute the model's current predictions on its data."""
        run = self._subject()
        if run is None:
            return
        last = int(run.x_at(len(run.table) - 1)) if len(run.table) else 0
        step = last if self._looked is None else self._looked
        if self._scanned == (run.id, step):
            return
        self._scanned = (run.id, step)
        usable = self._checkpoint(run, step)
        self._panel.show_busy(True)
        self._timer.start()
        self.scanning.start(Scan(run, ScanKind.DATA, step, usable))

    def settle(self, step: int | None) -> None:
        """Evaluate the model as it was at a step of the active training; None for the present one."""
        self._looked = step
        if self._panel.isVisible():
            self.scan()

    def _checkpoint(self, run: Run, step: int) -> Checkpoint | None:
        """The last checkpoint at or before a step."""
        latest, ring = self._training.checkpoint_of(run), self._training.rewind_points_of(run)
        if latest is not None and latest.step <= step:
            return latest
        return ring.at_or_before(step) if ring is not None else None

    def cancel(self) -> None:
        """Cancel the computation."""
        self.scanning.cancel()

    def close(self) -> None:
        """End the thread."""
        self._timer.stop()
        self.scanning.close()

    def _subject(self) -> Run | None:
        """The active run if it is a training; before there is one, the chosen demo before its first step."""
        active = self._runs.active
        if active is not None and (active.run.origin.scenario == self._desk.scenario or not self._desk.scenario):
            return active.run if active.run.origin.kind is OriginKind.TRAINING else None
        if active is not None and active.run.origin.kind is not OriginKind.TRAINING:
            return None
        return self._run_before_start()

    def _run_before_start(self) -> Run | None:
        name = self._desk.scenario
        if not name:
            return None
        try:
            settings = all_scenarios()[name].resolved(self._desk.knobs.values)
        except SettingError:  # the knobs may still be another scenario's
            settings = all_scenarios()[name].resolved({})
        seed = self._desk.knobs.seed
        origin = Origin(OriginKind.TRAINING, scenario=name, seed=seed)
        return Run(name, MetricTable(), (), origin, settings=settings, id=f"{name} {seed} {sorted(settings.items())}")

    def _pull(self) -> None:
        if self.scanning.scan is not None:
            self._panel.show_share(self.scanning.scan.share)

    def _on_found(self, _scan: Scan, found: object) -> None:
        self._end_scan()
        if isinstance(found, Sheet):
            self._panel.show_sheet(found)

    def _on_failed(self, _scan: Scan, why: str) -> None:
        self._end_scan()
        self._scanned = ()
        self._panel.show_message(why or _("The evaluation of the data was cancelled."))

    def _end_scan(self) -> None:
        self._timer.stop()
        self._panel.show_busy(False)

    def _apply_theme(self, theme: Theme) -> None:
        self._panel.apply_theme(theme)
