"""Records of a proof while it runs and at its end: plain values, worded only when shown."""

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
    """Stage of a fork; the two have different nudges and are never added up."""

    SCREEN = "screen"
    CONFIRM = "confirm"


class Control(StrEnum):
    """Whether the control reproduced the run bit for bit, including the event."""

    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    REPEATED = "repeated"  # not bit for bit, but the event came back in most unchanged repeats


class Verdict(StrEnum):
    """Whether a cause was shown."""

    CAUSE = "cause"
    INCONCLUSIVE = "inconclusive"


class Ended(StrEnum):
    """Why a verdict is inconclusive or a proof shorter than planned; worded by `verdict.reason_text`."""

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
    """The run is being trained up to its event; `kind` is None until that is reported."""

    step: int
    until: int
    kind: EventKind | None


@dataclass(frozen=True)
class Rewound:
    """The starts of the forks: their distances to the onset in steps, and their first steps.

    Attributes
    ----------
    is_rebuilt : bool
        Whether no checkpoint was old enough, so that the run was trained again from step 0.
    retrained : int
        Steps trained again between the checkpoint and the first start.
    """

    distances: tuple[int, ...]
    steps: tuple[int, ...]
    is_rebuilt: bool
    retrained: int = 0


@dataclass(frozen=True)
class Controlled:
    """A control has finished; `differs_at` is the first step whose loss differs from the run's."""

    control: Control
    differs_at: int | None
    seconds: float


@dataclass(frozen=True)
class Arm:
    """The counts of forks with the same change from the same start.

    Attributes
    ----------
    distance : int
        Steps from their start to the onset.
    p : float or None
        Exact, one-sided, against placebo, corrected over the factors confirmed, or over all screened; None for placebo.
    interval : (float, float)
        95 % confidence interval of the difference to placebo's share of clean forks.
    progress : float
        Mean over the clean forks of the log of the loss on all data at the start over that near the end, per number of
        samples seen.
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
        """Confidence interval of the difference to a placebo count."""
        return difference_interval(self.count, placebo)


@dataclass(frozen=True)
class Forked:
    """A fork has finished: its loss curve, and the counts of its arm so far."""

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
    """A stage starts, with at most so many forks."""

    stage: Stage
    forks: int
    factors: tuple[str, ...]


@dataclass(frozen=True)
class ForkFailed:
    """A fork raised an error; it is not counted."""

    id: str
    text: str


@dataclass(frozen=True)
class Cured:
    """Number of seeds in which training from scratch with a factor was clean."""

    factor: str
    seeds: int
    clean: int


@dataclass(frozen=True)
class Finding:
    """The result of an additional answer for a kind of event.

    `name` is that of the answer (``critical_rate``, ``mechanism``, ``initialisations``); `numbers` and `words` by name.
    """

    name: str
    numbers: Mapping[str, float]
    words: Mapping[str, str] = field(default_factory=dict)


Record = Recording | Rewound | Controlled | Staged | Forked | ForkFailed | Cured | Finding
