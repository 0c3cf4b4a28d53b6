"""What was seen in each thread, as a rule on the curves that knows nothing of the detectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.events import EventKind as K
from engine.table import Floats, MetricTable

LAST_SHARE = 20  # the last twentieth of a run tells what was learned
CHANCE_LOSS = float(np.log(5))
STILL_A_PLATEAU = 0.97
FEW_EPOCHS = 2


@dataclass(frozen=True)
class Criterion:
    """What counts as the thing seen, and as learning.

    Attributes
    ----------
    kinds : tuple of EventKind
        What the detectors call it.
    told, learning : str
        The two rules in words.
    is_seen : callable or None
        The rule on the table; None where only the detectors can tell.
    learned : callable
        From the table and the variance of the targets.
    """

    kinds: tuple[K, ...]
    told: str
    learning: str
    is_seen: Callable[[MetricTable], bool] | None
    learned: Callable[[MetricTable, float], bool]


def epoch_means(table: MetricTable, column: str) -> Floats:
    """The mean of a column over the samples of each epoch: a short last mini-batch weighs as little as it has."""
    epoch = np.ceil(table.values("epoch") - 1e-9).astype(int)
    starts = np.flatnonzero(np.diff(epoch, prepend=epoch[0] - 1))
    size = table.values("batch_size") if "batch_size" in table else np.ones(len(epoch))
    return np.add.reduceat(size * table.values(column), starts) / np.add.reduceat(size, starts)


def rises(table: MetricTable) -> bool:
    """After 90 %, the mean accuracy of three epochs is 0.2 below its best and the loss 0.5 above its lowest."""
    three = np.ones(3) / 3
    loss, accuracy = (np.convolve(epoch_means(table, name), three, "valid") for name in ("loss", "accuracy"))
    reached = np.flatnonzero(accuracy >= 0.9)
    if not len(reached):
        return False
    loss, accuracy = loss[reached[0] :], accuracy[reached[0] :]
    fell = accuracy <= np.maximum.accumulate(accuracy) - 0.2
    return bool((fell & (loss >= np.minimum.accumulate(loss) + 0.5)).any())


def has_giant_spikes(table: MetricTable) -> bool:
    """After ten epochs at 98 %: the mean loss of an epoch is at least 0.5 and twenty times its median over twenty."""
    loss, accuracy = epoch_means(table, "loss"), epoch_means(table, "accuracy")
    ten = np.convolve(accuracy, np.ones(10) / 10, "valid")
    reached = np.flatnonzero(ten >= 0.98)
    if not len(reached):
        return False
    after = range(max(int(reached[0]) + 10, 20), len(loss))
    return any(loss[i] >= max(0.5, 20 * np.median(loss[i - 20 : i])) and accuracy[i - 1] >= 0.9 for i in after)


def lies_flat(table: MetricTable) -> bool:
    """More than two epochs pass before the mean loss of an epoch is 3 % below that of guessing."""
    moved = np.flatnonzero(epoch_means(table, "loss") < STILL_A_PLATEAU * CHANCE_LOSS)
    return not len(moved) or bool(moved[0] > FEW_EPOCHS)


def explodes(table: MetricTable) -> bool:
    loss = table.values("loss")
    return not bool((loss < 100 * loss[0]).all())


def goes_uphill(table: MetricTable) -> bool:
    return bool((np.diff(table.values("loss")) > 0).any())


def _end(table: MetricTable, column: str) -> float:
    values = table.values(column)
    return float(values[-max(1, len(values) // LAST_SHARE) :].mean())


def accurate(share: float) -> Callable[[MetricTable, float], bool]:
    return lambda table, _spread: _end(table, "accuracy") >= share


def reached(share: float) -> Callable[[MetricTable, float], bool]:
    def ever(table: MetricTable, _spread: float) -> bool:
        return bool((np.convolve(epoch_means(table, "accuracy"), np.ones(10) / 10, "valid") >= share).any())

    return ever


def explains_half(table: MetricTable, spread: float) -> bool:
    return _end(table, "loss") < 0.5 * spread


CRITERIA = {
    "late-rise": Criterion(
        (K.LATE_RISE, K.OVERSHOOT, K.DIVERGED),
        "Seen: after 90 %, the accuracy of three epochs falls by 0.2 and the loss rises by 0.5.",
        "Learned: at least 90 % accuracy in the last twentieth.",
        rises,
        accurate(0.9),
    ),
    "fluctuation": Criterion(
        (K.SPIKE, K.OVERSHOOT, K.LATE_RISE, K.DIVERGED),
        "Seen: after ten epochs at 98 %, an epoch with a mean loss of 0.5 or more, twenty times its usual one.",
        "Learned: at least 98 % accuracy over ten epochs, at some time.",
        has_giant_spikes,
        reached(0.98),
    ),
    "kick-in": Criterion(
        (K.PLATEAU, K.STALLED),
        "Seen: more than two epochs at the loss of guessing.",
        "Learned: at least 80 % accuracy in the last twentieth.",
        lies_flat,
        accurate(0.8),
    ),
    "explosion": Criterion(
        (K.DIVERGED,),
        "Seen: a loss a hundred times the first, or none at all.",
        "Learned: an error below half the variance of the prices in the last twentieth.",
        explodes,
        explains_half,
    ),
    "edge-of-stability": Criterion(
        (),
        "Seen: a step of full-batch gradient descent that goes uphill.",
        "Learned: at least 90 % accuracy in the last twentieth.",
        goes_uphill,
        accurate(0.9),
    ),
    "epoch-spikes": Criterion(
        (K.EPOCH_BOUNDARY,),
        "Seen: what the detectors say.",
        "Learned: at least 90 % accuracy in the last twentieth.",
        None,
        accurate(0.9),
    ),
}
