"""Whether stretches of some length all have one mean: then every epoch sees the same weights, though none is named."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import Measure
from engine.table import Floats

MOST_POINTS = 2000
FEWEST_BLOCKS = 5
SHORTEST = 3


def best_block(values: Floats) -> tuple[int, float]:
    """The length of the blocks whose means are most alike for their number, and how alike.

    Returns
    -------
    length : int
        0 if there is none.
    likeness : float
        log₁₀ of (standard deviation of the means ÷ that of means of independent points).

    Notes
    -----
    Few blocks are alike by chance. For b blocks the squared ratio falls below r with a probability of about
    r^((b − 1) / 2), so ratios are compared by log r · (b − 1).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> epoch = rng.standard_normal(20)
    >>> same = np.concatenate([rng.permutation(epoch) for _ in range(8)])
    >>> best_block(same)[0], best_block(same)[1] < -6
    (20, True)
    >>> best_block(rng.standard_normal(160))[1] > -1
    True
    """
    size = float(np.std(values))
    if len(values) < SHORTEST * FEWEST_BLOCKS or size <= 0:
        return 0, 0.0
    begun = np.concatenate([[0.0], np.cumsum(values - values.mean())])
    best, found = -1.0, (0, 0.0)
    for length in range(SHORTEST, len(values) // FEWEST_BLOCKS + 1):
        ends = begun[::length][: len(values) // length + 1]
        means = (ends[1:] - ends[:-1]) / length
        likeness = math.log10(max(_deviation(means) * math.sqrt(length) / size, 1e-12))
        if (weight := -likeness * (len(means) - 1)) > best:
            best, found = weight, (length, likeness)
    return found


def _deviation(values: Floats) -> float:
    """What ``np.std(values, ddof=1)`` is, which takes three times as long for a few values."""
    off = values - np.add.reduce(values) / len(values)
    return math.sqrt(np.add.reduce(off * off) / (len(values) - 1))


def likeness(facts: Facts) -> float | None:
    """How alike the most alike blocks of the run are."""
    values = facts.values(facts.event.series, 0, MOST_POINTS - 1)
    if len(values) < SHORTEST * FEWEST_BLOCKS or not np.isfinite(values).all():
        return None
    return _likeness(values.tobytes())


@lru_cache(maxsize=8)
def _likeness(values: bytes) -> float:
    return best_block(np.frombuffer(values))[1]


EQUAL_BLOCKS = Measure(
    "equal_blocks_log",
    "Likeness of equal stretches",
    "least log₁₀(standard deviation of the means of blocks ÷ (standard deviation ÷ √length)) over lengths, weighed "
    "by the number of blocks",
    "far below −1, the same samples give the same losses again and again: the weights never move",
    "log₁₀",
    likeness,
)
