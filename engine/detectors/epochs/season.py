"""Short periods, of a few points: the share of the fine detail that the place in the period explains.

A log that writes five rows an epoch has no point that is far from a boundary, so nothing can be compared with its
neighbours there; but all of its epochs look alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detectors.epochs.known import SCORE_SIGMAS, STEP_SIGMAS
from engine.detectors.stream.filters import mean_filter
from engine.detectors.stream.scatter import NOTHING
from engine.table import Floats

SHORTEST_SEASON, LONGEST_SEASON = 4, 24  # points; longer ones are left to the combs
FEWEST_CYCLES = 6  # periods
FEWEST_SEASON_POINTS = 40  # noise of fewer points looks periodic too often
# Of the variance about the moving mean of a period: noise explains nothing of it, waves little; from 0.5 to 0.3
# `tools.rates.boundary` finds twice as many short epochs and reports none on healthy losses.
EXPLAINED_SHARE = 0.3
JUMP_OF_RANGE = 0.5  # of the range of the mean cycle, in one point: a smooth wave is not locked to an end
NEARLY, ROUNDING = 1e-3, 1e-6  # of the variance, and of the largest value: more than what a running sum is wrong by
SHORTER_SEASON_OF_BEST = 0.9  # of the best share: what a shorter period must explain to be the period


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
    if len(u) < FEWEST_SEASON_POINTS:
        return None
    periods = range(SHORTEST_SEASON, min(LONGEST_SEASON, len(u) // FEWEST_CYCLES) + 1)
    sums = np.concatenate([[0.0], np.cumsum(u)])
    likely = [period for period in periods if _may_explain(u, sums, period)]
    found = [season for period in likely if (season := season_of(u, period, SCORE_SIGMAS)) is not None]
    best = max((season.explained for season in found), default=0.0)
    return next((season for season in found if season.explained >= SHORTER_SEASON_OF_BEST * best), None)


def _may_explain(u: Floats, sums: Floats, period: int) -> bool:
    """Whether a period explains enough, or nearly: by moving means of running sums, in which rounding leaves traces."""
    cycles = len(u) // period - 2
    first, count = period - period // 2, cycles * period
    means = (sums[first + period : first + period + count] - sums[first : first + count]) / period
    detail = (u[period : period + count] - means).reshape(cycles, period)
    total, between = float(np.vdot(detail, detail)), cycles * float((detail.mean(axis=0) ** 2).sum())
    is_rounding = total <= count * (ROUNDING * float(np.abs(u).max())) ** 2
    left = (total - between) / ((cycles - 1) * period)
    return is_rounding or 1 - left * (count - 1) / total > EXPLAINED_SHARE - NEARLY


def season_of(u: Floats, period: int, sigmas: float = STEP_SIGMAS) -> Season | None:
    """What comes back every `period` points, if it surely explains most of the detail and jumps somewhere.

    `sigmas`: how sure it is; a period that is known is tried alone.
    """
    cycles = len(u) // period
    if period < 2 or cycles < FEWEST_CYCLES:
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
    if explained < EXPLAINED_SHARE or abs(changes[first]) < JUMP_OF_RANGE * np.ptp(mean):
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
    root = ratio ** (1 / 3)
    few, many = 2 / (9 * above), 2 / (9 * below)
    return float(((1 - many) * root - (1 - few)) / np.sqrt(many * root**2 + few))
