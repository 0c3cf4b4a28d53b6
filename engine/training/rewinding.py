"""Checkpoints that a proof rewinds to, kept while a run trains in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.run import Run

if TYPE_CHECKING:
    from engine.training.checkpoints import CheckpointKeeper, CheckpointRing
    from engine.training.session import TrainingSession

BUDGET_BYTES = 96 << 20  # of one run
RUNS = 2  # a remedy is trained beside the run that it was found in, which may be proved again


class RewindPoints:
    """Rings of the runs that were trained last; the training thread writes, others only ask."""

    def __init__(self) -> None:
        self._keepers: dict[str, CheckpointKeeper] = {}

    def begin(self, session: TrainingSession) -> None:
        """A run starts, or goes on from a checkpoint."""
        from engine.training.checkpoints import CheckpointKeeper, CheckpointRing

        kept = {key: keeper for key, keeper in self._keepers.items() if key != session.run.id}
        newest = dict(list(kept.items())[1 - RUNS :])
        self._keepers = {**newest, session.run.id: CheckpointKeeper(CheckpointRing(BUDGET_BYTES))}
        self.follow(session, 0.0)

    def follow(self, session: TrainingSession, trained_seconds: float) -> None:
        """Some steps were made; keep a checkpoint if one is due."""
        self._keepers[session.run.id].consider(session, trained_seconds)

    def of(self, run: Run) -> CheckpointRing | None:
        """The checkpoints of a run that was trained lately."""
        keeper = self._keepers.get(run.id)
        return keeper.ring if keeper is not None else None
