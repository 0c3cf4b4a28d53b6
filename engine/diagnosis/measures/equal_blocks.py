"""Whether stretches of some length all have one mean: then every epoch sees the same weights, though none is named."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import Measure
from engine.table import Floats, Rows

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
    lengths, counts, firsts, starts, stops = _all_blocks(len(values))
    begun = np.concatenate([[0.0], np.cumsum(values - values.mean())])
    means = (begun.take(stops) - begun.take(starts)) / np.repeat(lengths, counts)
    off = means - np.repeat(np.add.reduceat(means, firsts) / counts, counts)
    deviations = np.sqrt(np.add.reduceat(off * off, firsts) / (counts - 1))
    likenesses = np.log10(np.maximum(deviations * np.sqrt(lengths) / size, 1e-12))
    weights = -likenesses * (counts - 1)
    best = int(weights.argmax())
    return (int(lengths[best]), float(likenesses[best])) if weights[best] > -1.0 else (0, 0.0)


@lru_cache(maxsize=4)
def _all_blocks(points: int) -> tuple[Rows, Rows, Rows, Rows, Rows]:
    """Each length and how many blocks of it there are, and of all blocks, one length after the other, both ends.

    Before the ends, at which block those of each length begin.
    """
    lengths = np.arange(SHORTEST, points // FEWEST_BLOCKS + 1)
    counts = points // lengths
    firsts = np.cumsum(counts) - counts
    each = np.repeat(lengths, counts)
    starts = each * (np.arange(len(each)) - np.repeat(firsts, counts))
    return lengths, counts, firsts, starts, starts + each


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
