"""Checkpoints for rewinding: taken during a run, kept by age within a memory budget. No torch at import."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.run import Run
from overshoot.keeping import most_dispensable

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

DEFAULT_SPACING = 50  # steps; a checkpoint costs at most a fifth of a step, so less than half a percent
SHARE = 0.01
BUDGET_BYTES = 96 << 20  # of one run
RUNS = 2  # a remedy is trained beside its original run, which may be proved again


class CheckpointRing:
    """Checkpoints within a memory budget: dense near the latest step, sparse further back, the first always kept."""

    def __init__(self, budget_bytes: int = 256 << 20) -> None:
        self.budget_bytes = budget_bytes
        self._kept: list[Checkpoint] = []

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps of the checkpoints, ascending."""
        return tuple(c.step for c in self._kept)

    @property
    def kept(self) -> tuple[Checkpoint, ...]:
        """All checkpoints, ascending; callable from another thread than `add`."""
        return tuple(self._kept)

    def add(self, checkpoint: Checkpoint) -> None:
        """Add a checkpoint, which must be later than all others."""
        self._kept.append(checkpoint)
        size = max(1, checkpoint.size_bytes)
        while len(self._kept) > 2 and len(self._kept) * size > self.budget_bytes:
            del self._kept[most_dispensable(self.steps)]

    def at_or_before(self, step: int) -> Checkpoint | None:
        """The latest checkpoint at or before a step; None if there is none."""
        return next((c for c in reversed(self._kept) if c.step <= step), None)


class CheckpointKeeper:
    """Takes checkpoints during a run, rarely enough to cost less than a share of its time.

    Parameters
    ----------
    share : float
        Largest share of the training time that checkpoints may take. The first, which is always taken and costs a
        multiple of the others, does not count: it would leave a short run with itself alone.
    spacing : int
        Least number of steps between two.
    """

    def __init__(self, ring: CheckpointRing, share: float = SHARE, spacing: int = DEFAULT_SPACING) -> None:
        self.ring = ring
        self._share, self._spacing = share, spacing
        self._next_step = 0
        self.spent = 0.0

    def take_if_due(self, session: TrainingSession, trained_seconds: float) -> None:
        """Take a checkpoint if one is due; the first call always takes one."""
        if session.step < self._next_step or self.spent > self._share * trained_seconds:
            return
        is_first = not len(self.ring)
        began = time.perf_counter()
        self.ring.add(session.checkpoint())
        if not is_first:
            self.spent += time.perf_counter() - began
        self._next_step = session.step + self._spacing


class RewindPoints:
    """Checkpoint rings of the latest runs; written by the training thread, read by others."""

    def __init__(self) -> None:
        self._keepers: dict[str, CheckpointKeeper] = {}

    def start(self, session: TrainingSession) -> None:
        """Create a ring for a run that starts or resumes."""
        kept = {key: keeper for key, keeper in self._keepers.items() if key != session.run.id}
        newest = dict(list(kept.items())[1 - RUNS :])
        self._keepers = {**newest, session.run.id: CheckpointKeeper(CheckpointRing(BUDGET_BYTES))}
        self.take_if_due(session, 0.0)

    def take_if_due(self, session: TrainingSession, trained_seconds: float) -> None:
        """Take a checkpoint of the session if one is due."""
        self._keepers[session.run.id].take_if_due(session, trained_seconds)

    def of(self, run: Run) -> CheckpointRing | None:
        """The checkpoints of a recent run; None for any other."""
        keeper = self._keepers.get(run.id)
        return keeper.ring if keeper is not None else None
