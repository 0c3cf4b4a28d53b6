"""Which checkpoints a proof can rewind to: kept while a run trains, by age and under a budget. No torch at import."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.run import Run

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

DEFAULT_SPACING = 50  # steps; a checkpoint costs at most a fifth of a step, so this is below half a percent
SHARE = 0.01
BUDGET_BYTES = 96 << 20  # of one run
RUNS = 2  # a remedy is trained beside the run that it was found in, which may be proved again


class CheckpointRing:
    """Checkpoints kept by age: dense near now, sparse far back, under a memory budget. The first is always kept.

    When the budget is exceeded, the one goes whose neighbours lie closest together compared with its age, so that the
    gaps grow in proportion to the distance from now.
    """

    def __init__(self, budget_bytes: int = 256 << 20) -> None:
        self.budget_bytes = budget_bytes
        self._kept: list[Checkpoint] = []

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that there are checkpoints of, ascending."""
        return tuple(c.step for c in self._kept)

    @property
    def kept(self) -> tuple[Checkpoint, ...]:
        """All of them, ascending; may be asked from another thread than the one that adds."""
        return tuple(self._kept)

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep one more, which must be later than those before."""
        self._kept.append(checkpoint)
        size = max(1, checkpoint.size_bytes)
        while len(self._kept) > 2 and len(self._kept) * size > self.budget_bytes:
            del self._kept[self._most_dispensable()]

    def _most_dispensable(self) -> int:
        steps = self.steps
        now = steps[-1]
        inner = range(1, len(steps) - 1)
        return min(inner, key=lambda i: (steps[i + 1] - steps[i - 1]) / (now - steps[i]))

    def at_or_before(self, step: int) -> Checkpoint | None:
        """The latest checkpoint of at most that step."""
        return next((c for c in reversed(self._kept) if c.step <= step), None)


class CheckpointKeeper:
    """Takes checkpoints while a run trains, so seldom that they cost less than a share of its time.

    Parameters
    ----------
    share : float
        Of the seconds of training that taking them may cost.
    spacing : int
        Steps between two, at least.
    """

    def __init__(self, ring: CheckpointRing, share: float = SHARE, spacing: int = DEFAULT_SPACING) -> None:
        self.ring = ring
        self._share, self._spacing = share, spacing
        self._next_step = 0
        self.spent = 0.0

    def consider(self, session: TrainingSession, trained_seconds: float) -> None:
        """Take one if it is due; the first is always taken."""
        is_affordable = self.spent <= self._share * trained_seconds or not len(self.ring)
        if session.step < self._next_step or not is_affordable:
            return
        began = time.perf_counter()
        self.ring.add(session.checkpoint())
        self.spent += time.perf_counter() - began
        self._next_step = session.step + self._spacing


class RewindPoints:
    """Rings of the runs that were trained last; the training thread writes, others only ask."""

    def __init__(self) -> None:
        self._keepers: dict[str, CheckpointKeeper] = {}

    def begin(self, session: TrainingSession) -> None:
        """A run starts, or goes on from a checkpoint."""
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
