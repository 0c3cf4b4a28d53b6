"""What counts as clean: the event did not come, and the fork got at least as far as placebo."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.events import EventKind
from engine.experiments.forks import ForkResult
from engine.experiments.plateaus import PLATEAUS, plateau_length
from engine.experiments.reference import Reference
from engine.table import Floats

PLATEAU_SHARE = 0.75  # a plateau is shorter when a quarter of it is gone; initial weights nudged by 1e-3 change < 10 %
SCATTER_SHARE = 0.5
SLACK = math.log(2.0)  # a fork whose loss ends within twice placebo's median got as far
LEARNED = math.log(1 / 0.9)  # where training stood still from the first weights on, a tenth of the loss must be gone
FELL = 1e-6  # where it broke at once, the loss must at least have fallen: a sound rate may be slow
FROM_START = (EventKind.KICK_IN, EventKind.PLATEAU, EventKind.STALLED, EventKind.EPOCH_BOUNDARY)
STOOD_STILL = (EventKind.STALLED, EventKind.KICK_IN, EventKind.PLATEAU)
BROKE = (EventKind.DIVERGED, EventKind.OVERSHOOT)


@dataclass(frozen=True)
class Yardstick:
    """What forks are judged by.

    Attributes
    ----------
    measure : float
        The run's own: length of its plateau, or its scatter.
    least_progress : float
        Below it a fork has not got as far as placebo.
    """

    kind: EventKind
    measure: float
    least_progress: float

    def is_clean(self, result: ForkResult) -> bool:
        """Whether the fork is free of the event and got as far as placebo."""
        if result.is_broken or result.progress < self.least_progress:
            return False
        if self.kind in PLATEAUS:
            return measured(self.kind, result) <= PLATEAU_SHARE * self.measure
        if self.kind is EventKind.FLUCTUATION:
            return measured(self.kind, result) <= SCATTER_SHARE * self.measure
        return not result.has_event


def yardstick(kind: EventKind, control: ForkResult, placebo: Iterable[ForkResult], from_start: bool) -> Yardstick:
    """From the unchanged fork and the placebo forks of the same start."""
    progress = [result.progress for result in placebo]
    median = float(np.median(progress)) if progress else -math.inf
    floor = _least(kind, from_start)
    return Yardstick(kind, measured(kind, control), max(floor, median - SLACK if median > -math.inf else floor))


def _least(kind: EventKind, from_start: bool) -> float:
    """The progress without which a fork is not clean, whatever placebo made."""
    if kind is EventKind.EPOCH_BOUNDARY:
        return -math.inf  # the way of logging or ordering is on trial; how far one gets in two epochs is not
    if from_start and kind in STOOD_STILL:
        return LEARNED
    return FELL if from_start and kind in BROKE else -SLACK


def patience(reference: Reference) -> int | None:
    """The step after which a plateau that still lasts is not shorter; None for other events."""
    if reference.event.kind not in PLATEAUS:
        return None
    length = plateau_length(reference.columns["loss"])
    return math.ceil(PLATEAU_SHARE * length) + 1 if math.isfinite(length) else None


def measured(kind: EventKind, result: ForkResult) -> float:
    """The number that the outcome of this kind compares: plateau length in steps, scatter, else 0."""
    if kind in PLATEAUS:
        return plateau_length(result.losses)
    if kind is EventKind.FLUCTUATION:
        return scatter(result.losses, result.columns.get("epoch"))
    return 0.0


def scatter(losses: Floats, epochs: Floats | None = None) -> float:
    """Standard deviation round a straight line: of the epochs' mean losses where there are eight, else of the steps'.

    Epoch means, because the loss of a larger mini-batch scatters less although the training does not.

    Examples
    --------
    >>> round(scatter(np.tile([1.0, 3.0], 50)), 2)
    1.0
    """
    values = losses[np.isfinite(losses)]
    if epochs is not None and len(values) == len(losses):
        numbers = np.ceil(epochs - 1e-9).astype(np.int64)
        names, where = np.unique(numbers, return_inverse=True)
        if len(names) >= 8:
            values = np.bincount(where, losses) / np.bincount(where)
    if len(values) < 8:
        return math.inf
    x = np.linspace(-1, 1, len(values))
    return float(np.std(values - np.polyval(np.polyfit(x, values, 1), x)))
