"""What may stand out at one place of a curve: a point, a spike of some width, a step, a jump, scatter.

Each contrast compares every point with its neighbours and is then replaced by its normal score (what its rank would be
in Gaussian noise), so neither heavy tails nor a single giant decides; and because it compares neighbours only, noise
that hangs together does not matter at the distance of an epoch.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.detectors.scales import CLEAR, FEW, MANY
from engine.detectors.stream.curve import NEGLIGIBLE_OF_INITIAL
from engine.detectors.stream.filters import mean_filter, normal_scores
from engine.detectors.stream.scatter import GAUSSIAN_MAD, NOTHING, TINY, extended, median, medians
from engine.table import Floats
from engine.values import dataclass

MEAN_OVER_MEDIAN = 1.5  # medians that a mean over epochs counts for at most: a few giants do not decide
MOST_OF_CURVE = 0.9  # of the points: nine tenths of a curve show what is usual
NEARLY_BEST = 0.8  # of the best: what a shorter period must reach to be the period
WIDEST_SPIKE, WIDEST_STEP = 16, 256  # points, and points before and after
BLOCK_POINTS = 64  # over which scatter is taken as constant; epochs are often of a round number of points
SHORTEST_EPOCH = 4  # points or bins: an epoch of fewer has no inside
QUARTERS = 4  # of an epoch: over one of them means are taken before and after a place
FEWEST_POINTS_BESIDE = 3  # points that a spike is compared with to either side


@dataclass(frozen=True)
class Contrast:
    """Normal scores of one comparison, by the point at which the event would start.

    Attributes
    ----------
    name : str
        ``point``, ``scatter``, ``jump``, ``spike`` or ``step``.
    reach : int
        Points to either side that a single event changes the scores of.
    is_signed : bool
        Whether low scores mean something too: a dip, a step down.
    """

    name: str
    reach: int
    scores: Floats
    is_signed: bool = True


def contrasts(u: Floats, longest_reach: int, widest_step: int = 0) -> list[Contrast]:
    """All contrasts of a curve on its scale that reach at most `longest_reach` points from their place.

    A step is also compared over `widest_step` points, where that is more than the fixed widths reach.
    """
    calm = u / steady_scatter(u)
    means = _Means(calm)
    found = [*_lone(calm), _jump(calm)]
    spikes, steps = ladder(2, WIDEST_SPIKE), ladder(2, WIDEST_STEP)[1::2]
    found += [_spike(means, w) for w in spikes if 2 * max(w, FEWEST_POINTS_BESIDE) <= longest_reach]
    steps = [w for w in steps if 2 * w <= longest_reach]
    if widest_step > max(steps, default=2):
        steps.append(widest_step)
    return [*found, *(_step(means, w) for w in steps)]


def ladder(narrowest: int, widest: int, a_doubling: int = 1) -> list[int]:
    """Whole widths that grow by a constant factor, so many of them each time they double.

    Examples
    --------
    >>> ladder(2, 16), ladder(1, 8, 2)
    ([2, 4, 8, 16], [1, 2, 3, 4, 6, 8])
    """
    count = round(a_doubling * np.log2(widest / narrowest))
    return sorted({round(narrowest * 2 ** (i / a_doubling)) for i in range(count + 1)})


def softened(values: Floats) -> Floats:
    """Logarithm of losses that are not negative, bent towards a line well below the level of their neighbours.

    Losses of single samples come near to zero, and mean nothing. The level is a moving mean of logarithms: one drawn
    through blocks bends a steep curve once a block, and what comes back every so many points is just what is searched
    for.
    """
    typical = median(values)
    logs = np.log(np.maximum(values, max(NEGLIGIBLE_OF_INITIAL * typical, NOTHING)))
    return np.log(values + CLEAR * np.exp(mean_filter(logs, BLOCK_POINTS)))


def steady_scatter(u: Floats) -> Floats:
    """Scatter of the changes in blocks of 64 points, drawn through the blocks: it may shrink over the run."""
    sizes = np.abs(np.diff(u, prepend=u[:1])) * GAUSSIAN_MAD
    whole = len(u) // BLOCK_POINTS
    if whole < 2:
        return np.full(len(u), max(median(sizes), TINY))
    logs = np.log(medians(sizes[: whole * BLOCK_POINTS].reshape(whole, BLOCK_POINTS)) + TINY)
    centres, at = (np.arange(whole) * BLOCK_POINTS + BLOCK_POINTS / 2) / len(u), np.arange(len(u)) / len(u)
    if whole < FEW:
        return np.exp(np.interp(at, centres, logs))
    # A running mean calms down within each epoch: only what holds over many blocks is taken out, and without a bend at
    # any of them, which would come back once a block.
    return np.exp(np.polyval(np.polyfit(centres, logs, 2), np.clip(at, centres[0], centres[-1])))


class _Means:
    """Means of the points from `start` to `stop` (exclusive) relative to each point; at the ends of what there is."""

    def __init__(self, u: Floats) -> None:
        n = self._n = len(u)
        sums = np.concatenate([[0.0], np.cumsum(u)])
        at = np.arange(n + 1.0)
        # By the place relative to the first point, from n before it on: the first and the last are repeated.
        self._first, self._first_at = (extended(values[:-1], n) for values in (sums, at))
        self._last, self._last_at = (extended(values[1:], n) for values in (sums, at))

    def over(self, start: int, stop: int) -> Floats:
        n = self._n
        first, last = max(start, -n) + n, min(stop, n) + n - 1
        count = self._last_at[last : last + n] - self._first_at[first : first + n]
        return (self._last[last : last + n] - self._first[first : first + n]) / count


def _lone(u: Floats) -> tuple[Contrast, Contrast]:
    """Single points that lie above or below those beside them, and those that lie far off."""
    left, right = _medians_beside(u)
    off = _scores(np.abs(u - (left + right) / 2))
    reach = FEWEST_POINTS_BESIDE + 1
    return Contrast("point", reach, _scores(_smaller(u - left, u - right))), Contrast("scatter", reach, off, False)


def _medians_beside(u: Floats) -> tuple[Floats, Floats]:
    """Medians of the three points before and of the three after each."""
    padded = extended(u, FEWEST_POINTS_BESIDE)
    n = len(u)
    a, b, c = padded[:n], padded[1 : n + 1], padded[2 : n + 2]
    d, e, f = padded[4 : n + 4], padded[5 : n + 5], padded[6 : n + 6]
    return _middle(a, b, c), _middle(d, e, f)


def _middle(a: Floats, b: Floats, c: Floats) -> Floats:
    return np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))


def _jump(u: Floats) -> Contrast:
    """Size of the three changes from each point on, against those before: a mean that restarts is restless first."""
    sizes = _Means(np.sqrt(np.abs(np.diff(u, prepend=u[:1]))))
    restless = sizes.over(0, FEWEST_POINTS_BESIDE) / (sizes.over(-MANY, 0) + TINY)
    return Contrast("jump", MANY, _scores(restless), False)


def _spike(means: _Means, width: int) -> Contrast:
    beside = max(width, FEWEST_POINTS_BESIDE)
    inside = means.over(0, width)
    before, after = means.over(-beside, 0), means.over(width, width + beside)
    return Contrast("spike", width + beside, _scores(_smaller(inside - before, inside - after)))


def _step(means: _Means, width: int) -> Contrast:
    """Mean after less mean before, less what a slope makes of it."""
    step = means.over(0, width) - means.over(-width, 0)
    padded = extended(step, width)
    return Contrast("step", 2 * width, _scores(step - (padded[: len(step)] + padded[2 * width :]) / 2))


def _smaller(a: Floats, b: Floats) -> Floats:
    """The smaller of two differences where they agree in sign, else zero: a step is no spike."""
    return np.where(a * b > 0, np.where(np.abs(a) < np.abs(b), a, b), 0.0)


def _scores(values: Floats) -> Floats:
    order = np.argsort(values)
    scores = np.empty(len(values))
    scores[order] = _normal(len(values))
    return scores


@lru_cache(maxsize=2)
def _normal(n: int) -> Floats:
    return normal_scores(n)
