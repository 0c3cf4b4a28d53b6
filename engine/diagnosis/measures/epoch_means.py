"""Whether the mean loss of every epoch is the same: then the weights never move."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.epochs import epoch_parts
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, SHARE, TIMES, Measure
from engine.table import Floats

FEWEST_EPOCHS = 3
FEWEST_POINTS = 4  # in an epoch


def _epochs(facts: Facts) -> Floats | None:
    """Whole epochs of equally many points, shape (epochs, points), without the first one, which a log may have cut."""
    parts = epoch_parts(facts)
    usual = int(np.median([len(part) for part in parts])) if parts else 0
    whole = [part for part in parts if len(part) == usual]
    if usual < FEWEST_POINTS or len(whole) < FEWEST_EPOCHS:
        return None
    found = np.array(whole)
    found = found[np.isfinite(found).all(axis=1)]
    return found if len(found) >= FEWEST_EPOCHS else None


def spread(facts: Facts) -> float | None:
    """Largest minus smallest epoch mean ÷ their mean."""
    epochs = _epochs(facts)
    if epochs is None:
        return None
    means = epochs.mean(axis=1)
    return float(np.ptp(means) / abs(means.mean())) if means.mean() else None


def against_chance(facts: Facts) -> float | None:
    """The standard deviation of the epoch means ÷ that of means of as many independent points."""
    epochs = _epochs(facts)
    if epochs is None:
        return None
    within = float(np.sqrt(epochs.var(axis=1, ddof=1).mean() / epochs.shape[1]))
    between = float(epochs.mean(axis=1).std(ddof=1))
    return between / within if within else None


def resolution(values: Floats) -> float:
    """The smallest difference that the printed digits of some values can show.

    Examples
    --------
    >>> resolution(np.array([0.12, 3.5])), resolution(np.array([1 / 3]))
    (0.01, 5.960464477539063e-08)
    """
    size = float(np.abs(values).max())
    for digits in range(9):
        if np.abs(values - np.round(values, digits)).max() <= 1e-12 * max(size, 1.0):
            return float(10.0**-digits)
    return float(2.0 ** (np.ceil(np.log2(size)) - 23))  # of single precision, in which losses are computed


def in_roundings(facts: Facts) -> float | None:
    """Largest minus smallest epoch mean, in units of the last printed digit."""
    epochs = _epochs(facts)
    if epochs is None:
        return None
    means = epochs.mean(axis=1)
    return float(np.ptp(means) / resolution(epochs))


EPOCH_MEANS_SPREAD = Measure(
    "epoch_means_spread_share",
    "Spread of the epoch means",
    "(largest − smallest mean of an epoch) ÷ their mean",
    "0 to the digits of the log: every epoch sees the same weights",
    SHARE,
    spread,
)
EPOCH_MEANS = Measure(
    "epoch_means_against_chance_factor",
    "Spread of the epoch means against that of random points",
    "standard deviation of the epoch means ÷ (standard deviation within an epoch ÷ √points)",
    "far below 1 although the points scatter: the same samples give the same losses in each epoch, so the weights "
    "never move",
    TIMES,
    against_chance,
)
EPOCH_MEANS_ROUNDINGS = Measure(
    "epoch_means_spread_digits",
    "Spread of the epoch means in last digits",
    "(largest − smallest mean of an epoch) ÷ the smallest difference that the log's digits show",
    "up to 2, the means are equal to rounding: the weights never move, or nothing that they do reaches the loss",
    COUNT,
    in_roundings,
)
