"""Outcome of a fork: it is clean without the event and with at least placebo's progress."""

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

PLATEAU_SHARE = 0.75  # a plateau counts as shorter below this share; nudging initial weights by 1e-3 changes < 10 %
SCATTER_SHARE = 0.5
SLACK = math.log(2.0)  # a fork with a final loss below twice placebo's median has as much progress
LEARNED = math.log(1 / 0.9)  # if the run had not learned at all, the loss must fall by a tenth
FELL = 1e-6  # if the run broke at once, the loss must at least fall: a sound rate may be slow
FROM_START = (EventKind.KICK_IN, EventKind.PLATEAU, EventKind.STALLED, EventKind.EPOCH_BOUNDARY)
STOOD_STILL = (EventKind.STALLED, EventKind.KICK_IN, EventKind.PLATEAU)
BROKE = (EventKind.DIVERGED, EventKind.OVERSHOOT)


@dataclass(frozen=True)
class Yardstick:
    """The criterion for clean forks.

    Attributes
    ----------
    measure : float
        Of the run: length of its plateau, or its scatter.
    least_progress : float
        Least progress of a clean fork.
    """

    kind: EventKind
    measure: float
    least_progress: float

    def is_clean(self, result: ForkResult) -> bool:
        """Whether a fork is free of the event and has made enough progress."""
        if result.is_broken or result.progress < self.least_progress:
            return False
        if self.kind in PLATEAUS:
            return measured(self.kind, result) <= PLATEAU_SHARE * self.measure
        if self.kind is EventKind.FLUCTUATION:
            return measured(self.kind, result) <= SCATTER_SHARE * self.measure
        return not result.has_event


def yardstick(kind: EventKind, control: ForkResult, placebo: Iterable[ForkResult], from_start: bool) -> Yardstick:
    """The criterion from the control and the placebo forks of the same start."""
    progress = [result.progress for result in placebo]
    median = float(np.median(progress)) if progress else -math.inf
    floor = _least(kind, from_start)
    return Yardstick(kind, measured(kind, control), max(floor, median - SLACK if median > -math.inf else floor))


def _least(kind: EventKind, from_start: bool) -> float:
    """Least progress of a clean fork, whatever placebo's is."""
    if kind is EventKind.EPOCH_BOUNDARY:
        return -math.inf  # logging or ordering is tested, not the progress in two epochs
    if from_start and kind in STOOD_STILL:
        return LEARNED
    return FELL if from_start and kind in BROKE else -SLACK


def patience(reference: Reference) -> int | None:
    """The step after which a plateau can no longer count as shorter; None for other events."""
    if reference.event.kind not in PLATEAUS:
        return None
    length = plateau_length(reference.columns["loss"])
    return math.ceil(PLATEAU_SHARE * length) + 1 if math.isfinite(length) else None


def measured(kind: EventKind, result: ForkResult) -> float:
    """The number compared for a kind of event: plateau length in steps, scatter, else 0."""
    if kind in PLATEAUS:
        return plateau_length(result.losses)
    if kind is EventKind.FLUCTUATION:
        return scatter(result.losses, result.columns.get("epoch"))
    return 0.0


def scatter(losses: Floats, epochs: Floats | None = None) -> float:
    """Standard deviation around a straight line of the epochs' mean losses if there are eight, else of the steps'.

    Epoch means, since the loss of larger mini-batches scatters less even if the training does not.

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
