"""Controller of the landscape: whose it is, and when it is scanned anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.run import OriginKind, Run
from gui.runs.document import Runs
from gui.threads.messages import Phase
from gui.threads.training import Training
from gui.training.desk import TrainingDesk
from gui.training.landscape.panel import LandscapePanel

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint

LIVE_MILLISECONDS = 2000  # between two scans of a training that runs


class LandscapeDesk(QObject):
    """Shows the active training, and scans it when it pauses or ends, when one looks back, and now and then."""

    def __init__(self, training: Training, desk: TrainingDesk, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._training, self._desk, self._runs = training, desk, runs
        self.panel = LandscapePanel(self._rate, self._checkpoint)
        self._live = QTimer(self)
        self._live.setInterval(LIVE_MILLISECONDS)
        self._live.timeout.connect(self._renew_live)
        self._live.start()
        self.panel.became_visible.connect(self.panel.renew)
        runs.changed.connect(self.update)
        training.phase_changed.connect(self._on_phase_changed)
        self.update()

    def update(self) -> None:
        """Show the active run, if it is a training."""
        active = self._runs.active
        is_training = active is not None and active.run.origin.kind is OriginKind.TRAINING
        self.panel.show_run(active.run if active is not None and is_training else None)

    def look(self, step: int | None) -> None:
        """Show the weights as they were at a step; None for now."""
        self.panel.look(step)

    def settle(self, _step: int | None) -> None:
        """Scan at the step where the head of the timeline came to rest."""
        self.panel.renew()

    def close(self) -> None:
        """End the scans."""
        self._live.stop()
        self.panel.close_threads()

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase in (Phase.PAUSED, Phase.ENDED):
            self.panel.renew()

    def _renew_live(self) -> None:
        if self._training.phase is Phase.RUNNING:
            self.panel.renew()

    def _rate(self) -> float | None:
        """The learning rate on the knob."""
        value = self._desk.knobs.value_of("lr")
        return float(value) if isinstance(value, (int, float)) else None

    def _checkpoint(self, run: Run, step: int) -> Checkpoint | None:
        ring = self._training.rewind_points_of(run)
        return ring.at_or_before(step) if ring is not None else None
