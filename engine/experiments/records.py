"""What a proof tells while it runs, and what it ends with. Numbers and words that travel; texts are made when shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.events import EventKind
from engine.experiments.case import PLACEBO
from engine.experiments.statistics import Count, difference_interval
from engine.run import Value
from engine.table import Floats


class Stage(StrEnum):
    """Forks of the two stages have nudges of their own and are never added up."""

    SCREEN = "screen"
    CONFIRM = "confirm"


class Control(StrEnum):
    """Whether the unchanged fork repeated the run bit for bit, the event included."""

    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"


class Verdict(StrEnum):
    """A cause was shown by what removes it, or it was not."""

    CAUSE = "cause"
    INCONCLUSIVE = "inconclusive"


class Ended(StrEnum):
    """Why a verdict is inconclusive, or a proof shorter than planned; `verdict.reason_text` says it in words."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    BUDGET = "budget"
    WORKERS_LOST = "workers lost"
    NOT_REPRODUCED = "not reproduced"
    NO_FACTOR = "no factor"
    NO_BETTER = "no better than placebo"
    TOO_FEW = "too few"
    NO_EVENT = "no event"


@dataclass(frozen=True)
class Recording:
    """The run is being trained up to its event; `kind` is None until the event was said."""

    step: int
    until: int
    kind: EventKind | None


@dataclass(frozen=True)
class Rewound:
    """Where the forks start: steps before the onset, and the first step of each.

    Attributes
    ----------
    is_rebuilt : bool
        No checkpoint was old enough, so the run was trained again from its beginning.
    retrained : int
        Steps between the checkpoint and the first start, trained again to get there.
    """

    distances: tuple[int, ...]
    steps: tuple[int, ...]
    is_rebuilt: bool
    retrained: int = 0


@dataclass(frozen=True)
class Controlled:
    """The unchanged fork is through; `differs_at` is the first step whose loss is not the run's."""

    control: Control
    differs_at: int | None
    seconds: float


@dataclass(frozen=True)
class Arm:
    """Forks that differ in the same thing from the same point on.

    Attributes
    ----------
    distance : int
        Steps before the onset at which they begin.
    p : float or None
        Exact, one-sided, against placebo, corrected over the factors tried; None for placebo.
    interval : (float, float)
        95 % confidence interval of the difference to placebo's share of clean forks.
    progress : float
        Mean over the clean forks: log of the loss on all data at the fork over that near its end; for as many samples
        as the run saw, where the fork has other mini-batches.
    """

    factor: str
    setting: Mapping[str, Value]
    distance: int
    stage: Stage
    clean: int
    forks: int
    p: float | None = None
    interval: tuple[float, float] = (-1.0, 1.0)
    placebo: Count = field(default_factory=lambda: Count(0, 0))
    progress: float = float("nan")
    seconds: float = 0.0

    @property
    def count(self) -> Count:
        return Count(self.clean, self.forks)

    @property
    def is_placebo(self) -> bool:
        return self.factor == PLACEBO

    def against(self, placebo: Count) -> tuple[float, float]:
        """Interval of the difference to a placebo count."""
        return difference_interval(self.count, placebo)


@dataclass(frozen=True)
class Forked:
    """One fork is through: its curve to draw over the run, and the counts of its arm so far."""

    id: str
    factor: str
    distance: int
    stage: Stage
    is_clean: bool
    steps: Floats
    losses: Floats
    arm: Arm


@dataclass(frozen=True)
class Staged:
    """A stage begins: how many forks it will take at most."""

    stage: Stage
    forks: int
    factors: tuple[str, ...]


@dataclass(frozen=True)
class ForkFailed:
    """A fork raised; it is left out of the counts and named."""

    id: str
    text: str


@dataclass(frozen=True)
class Cured:
    """From scratch with the factor: in how many of the seeds the run was clean."""

    factor: str
    seeds: int
    clean: int


@dataclass(frozen=True)
class Finding:
    """An answer that only this kind of event has: what it is about, its numbers, and the text about them.

    `name` says what was found (``critical_rate``, ``mechanism``, ``initialisations``); `numbers` by name.
    """

    name: str
    numbers: Mapping[str, float]
    words: Mapping[str, str] = field(default_factory=dict)


Record = Recording | Rewound | Controlled | Staged | Forked | ForkFailed | Cured | Finding
