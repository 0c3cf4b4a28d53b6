"""Exact tests and intervals for counts of clean forks against placebo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

ALPHA = 0.05
LOOKS = (1 / 4, 1 / 2, 1, 2)  # at the counts of a confirmation, as shares of its forks
# What p may be at each of the looks for all four to have the error rate α together: the one bound for equal looks of
# Pocock 1977, Biometrika 64, 191-199, for looks each of which doubles the forks.
LOOK_ALPHA = 0.0169


@dataclass(frozen=True)
class Count:
    """Number of clean forks of an arm."""

    clean: int
    forks: int

    @property
    def share(self) -> float:
        """Share of clean forks; NaN without forks."""
        return self.clean / self.forks if self.forks else math.nan


@cache
def p_value(arm: Count, placebo: Count) -> float:
    """Exact one-sided p value of "the arm is clean no more often than placebo" (`scipy.stats`' Boschloo test).

    Boschloo's test conditions only on the number of forks in each arm, which the experiment fixes, and is never less
    powerful than Fisher's.

    Returns
    -------
    float
        1 if either arm is empty or the arm is no better.

    Examples
    --------
    >>> p_value(Count(12, 12), Count(1, 12)) < 1e-4, p_value(Count(3, 12), Count(3, 12))
    (True, 1.0)
    """
    if not arm.forks or not placebo.forks or arm.share <= placebo.share:
        return 1.0
    table = [[arm.clean, placebo.clean], [arm.forks - arm.clean, placebo.forks - placebo.clean]]
    from scipy import stats  # a second's work to load, which must not be the window's

    return float(stats.boschloo_exact(table, alternative="greater").pvalue)


def hochberg(p_values: Sequence[float]) -> list[float]:
    """Hochberg's step-up correction: adjusted p values in the order given.

    It holds for factors that share their placebo, and asks less than Holm's where all of them work. Source: Hochberg
    1988, Biometrika 75, 800-802.

    Examples
    --------
    >>> [round(p, 6) for p in hochberg([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    adjusted = [1.0] * len(p_values)
    ceiling = 1.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda j: -p_values[j])):
        ceiling = min(ceiling, (rank + 1) * p_values[i])
        adjusted[i] = ceiling
    return adjusted


def holm(p_values: Sequence[float], tried: int | None = None) -> list[float]:
    """Holm's step-down correction: adjusted p values in the order given.

    Parameters
    ----------
    tried : int, optional
        Number of factors tried; those not given count as p = 1. It is told where the forks that are tested have also
        chosen which factors are.

    Examples
    --------
    >>> [round(p, 6) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    >>> round(holm([0.01], tried=5)[0], 6)
    0.05
    """
    m = max(len(p_values), tried or 0)
    adjusted = [1.0] * len(p_values)
    floor = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda j: p_values[j])):
        floor = max(floor, min(1.0, (m - rank) * p_values[i]))
        adjusted[i] = floor
    return adjusted


def difference_interval(arm: Count, placebo: Count, level: float = 0.95) -> tuple[float, float]:
    """Confidence interval of the difference of the two shares: Newcombe's hybrid of two Wilson intervals.

    Source: Newcombe 1998, Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> low, high = difference_interval(Count(56, 70), Count(48, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    if not arm.forks or not placebo.forks:
        return -1.0, 1.0
    p1, p2 = arm.share, placebo.share
    l1, u1 = _wilson(arm, level)
    l2, u2 = _wilson(placebo, level)
    delta = p1 - p2
    return delta - math.hypot(p1 - l1, u2 - p2), delta + math.hypot(u1 - p1, p2 - l2)


def _wilson(count: Count, level: float) -> tuple[float, float]:
    from scipy import stats

    interval = stats.binomtest(count.clean, count.forks).proportion_ci(level, method="wilson")
    return float(interval.low), float(interval.high)
