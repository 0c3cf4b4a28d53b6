"""Short periods, of a few points: the share of the fine detail that the place in the period explains.

A log that writes five rows an epoch has no point that is far from a boundary, so nothing can be compared with its
neighbours there; but all of its epochs look alike.
"""

from __future__ import annotations

import numpy as np

from engine.detectors.epochs.contrasts import NEARLY_BEST, SHORTEST_EPOCH
from engine.detectors.epochs.known import SCORE_SIGMAS, STEP_SIGMAS
from engine.detectors.scales import CLEAR, FEW, HALF, MANY
from engine.detectors.stream.filters import mean_filter
from engine.detectors.stream.scatter import NOTHING
from engine.table import Floats
from engine.values import dataclass

LONGEST_SEASON = 24  # points; longer ones are left to the combs
ROUNDING = 1e-6  # of the largest value: more than sums in another order differ by


@dataclass(frozen=True)
class Season:
    """`first` is the phase after the largest change of the mean cycle, `jump` that change on the curve's scale."""

    period: int
    first: int
    jump: float
    explained: float


def find_season(u: Floats) -> Season | None:
    """The shortest period that explains about as much as the best one does.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = find_season(np.tile([0.1, 0.2, 0.3, 0.4, 0.3], 10) + 0.02 * rng.standard_normal(50))
    >>> found.period, found.first
    (5, 0)
    >>> find_season(rng.standard_normal(500)) is None
    True
    """
    if len(u) < MANY:
        return None
    periods = range(SHORTEST_EPOCH, min(LONGEST_SEASON, len(u) // FEW) + 1)
    likely = [period for period in periods if _may_explain(u, period)]
    found = [season for period in likely if (season := season_of(u, period, SCORE_SIGMAS)) is not None]
    best = max((season.explained for season in found), default=0.0)
    return next((season for season in found if season.explained >= NEARLY_BEST * best), None)


def _may_explain(u: Floats, period: int) -> bool:
    """Whether a period may explain enough: what `season_of` finds more exactly, and more slowly, but for rounding."""
    first, count = period - period // 2, (len(u) // period - 2) * period
    means = np.convolve(u[first : first + count + period - 1], np.full(period, 1 / period), "valid")
    detail = (u[period : period + count] - means).reshape(-1, period)
    off = detail - detail.mean(axis=0)
    total = float(np.vdot(detail, detail)) / (count - 1)
    left = float(np.vdot(off, off)) / (count - period)
    return total <= (ROUNDING * float(np.abs(u).max())) ** 2 or 1 - left / total >= CLEAR - ROUNDING


def season_of(u: Floats, period: int, sigmas: float = STEP_SIGMAS) -> Season | None:
    """What comes back every `period` points, if it surely explains most of the detail and jumps somewhere.

    `sigmas`: how sure it is; a period that is known is tried alone.
    """
    cycles = len(u) // period
    if period < 2 or cycles < FEW:
        return None
    detail = (u - mean_filter(u, period))[: cycles * period].reshape(cycles, period)[1:-1]
    mean = detail.mean(axis=0)
    left = ((detail - mean) ** 2).sum() / ((len(detail) - 1) * period)
    total = ((detail - detail.mean()) ** 2).sum() / (detail.size - 1)
    explained = float(1 - left / total) if total > 0 else 0.0
    between = len(detail) * float(((mean - mean.mean()) ** 2).sum()) / (period - 1)
    if f_sigmas(between / max(left, NOTHING), period - 1, (len(detail) - 1) * period) < sigmas:
        return None
    changes = mean - np.roll(mean, 1)
    first = int(np.argmax(np.abs(changes)))
    if explained < CLEAR or abs(changes[first]) < HALF * np.ptp(mean):
        return None
    return Season(period, first, float(changes[first]), explained)


def f_sigmas(ratio: float, above: int, below: int) -> float:
    """A ratio of variances with so many degrees of freedom, in standard deviations of a normal variable.

    After Paulson, An approximate normalization of the analysis of variance distribution (1942).

    Examples
    --------
    >>> round(f_sigmas(3.28, 5, 30), 1), round(f_sigmas(7.42, 5, 30), 1)  # exceeded by one in 57 and in 10 000
    (2.1, 3.6)
    """
    root = np.cbrt(ratio)
    few, many = (2 / (9 * freedom) for freedom in (above, below))
    return float(((1 - many) * root - (1 - few)) / np.sqrt(many * root**2 + few))
