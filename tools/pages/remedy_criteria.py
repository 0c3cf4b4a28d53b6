"""What was seen in each thread, as a rule on the curves that knows nothing of the detectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.events import EventKind as K
from engine.table import Floats, MetricTable

LAST_SHARE = 20  # the last twentieth of a run tells what was learned
CHANCE = 1 / 5
CHANCE_LOSS = -float(np.log(CHANCE))
STILL_A_PLATEAU = 0.97
FEW_EPOCHS = 2


@dataclass(frozen=True)
class Criterion:
    """What counts as the thing seen, and as learning.

    Attributes
    ----------
    kinds : tuple of EventKind
        What the detectors call it.
    remark : str
        What a reader of the table should know of single rows.
    is_seen : callable or None
        The rule on the table; None where only the detectors can tell.
    learned : callable
        From the table and the variance of the targets.
    """

    kinds: tuple[K, ...]
    is_seen: Callable[[MetricTable], bool] | None
    learned: Callable[[MetricTable, float], bool]
    remark: str = ""


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


def twice_guessing(table: MetricTable, _spread: float) -> bool:
    """In the last epoch: samples in a fixed order may all be of one class in a shorter stretch."""
    return bool(epoch_means(table, "accuracy")[-1] >= 2 * CHANCE)


def explains_half(table: MetricTable, spread: float) -> bool:
    return _end(table, "loss") < 0.5 * spread


CRITERIA = {
    "late-rise": Criterion(
        (K.LATE_RISE, K.OVERSHOOT, K.DIVERGED),
        rises,
        accurate(0.9),
        "The detectors also name rises that come before 90 %, where a schedule that waits for 90 % has not acted yet, "
        "and smaller ones: with a tenth of the rate at 90 % they name rises in 5 runs, in 4 of them before 90 % (seed "
        "17 never came there), in seed 18 also one after it, from 94 to 86 % accuracy. Rises after 90 % in ten runs, "
        "one begun when the last is over: 35 as it is, 19 with β₁ = 0.9.",
    ),
    "fluctuation": Criterion(
        (K.SPIKE, K.OVERSHOOT, K.LATE_RISE, K.DIVERGED),
        has_giant_spikes,
        reached(0.98),
        "Spikes are named by the detectors at every size. With the update clipped they remain and are smaller: the "
        "highest mean loss of an epoch after learning has a median over the runs of 0.6 instead of 1.1 (0.3 instead of "
        "0.95 on the 10 × 10 sequences).",
    ),
    "kick-in": Criterion(
        (K.PLATEAU, K.STALLED),
        lies_flat,
        accurate(0.8),
        "What the detectors call a plateau in some runs with Kaiming's weights is a false alarm over a few dozen "
        "steps: it begins after the first epoch, and the loss falls all along there, below that of guessing (1.61).",
    ),
    "explosion": Criterion(
        (K.DIVERGED,),
        explodes,
        explains_half,
    ),
    "edge-of-stability": Criterion(
        (),
        goes_uphill,
        accurate(0.9),
    ),
    "epoch-spikes": Criterion(
        (K.EPOCH_BOUNDARY,),
        None,
        twice_guessing,
    ),
    "healthy": Criterion(
        tuple(K),
        None,
        accurate(0.9),
        "With labels at random the detectors see the steps of learning by heart at the end of each epoch. A mini-batch "
        "that is corrupt at the very start throws the weights off before there is anything to compare it with: nothing "
        "is said, although learning takes far longer.",
    ),
}
