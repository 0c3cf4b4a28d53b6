"""Whether one sample lies above or below another, by the order of the values alone (Mann and Whitney's test).

Written out, and tested against `scipy.stats.mannwhitneyu`, because `scipy.stats` takes 0.4 s to import: as long as
all else that a diagnosis imports, or as 600 steps of a small training that is watched.
"""

from __future__ import annotations

import numpy as np

from engine.detectors.stream.filters import normal_quantile
from engine.table import Floats

EXACT_UP_TO = 12  # values in the first sample; with more of them the normal approximation is close


def rank_sigmas(here: Floats, elsewhere: Floats) -> float:
    """How surely one sample lies above or below the other, in standard deviations of Gaussian noise.

    Exact for up to twelve values, where the normal approximation is far too timid.

    Examples
    --------
    >>> round(rank_sigmas(np.arange(3.0), np.arange(10.0, 13.0)), 3)  # one of twenty orders lies as low, p = 0.05
    1.645
    """
    if len(here) > EXACT_UP_TO:
        return abs(rank_z(here, elsewhere))
    wins = _wins(here, elsewhere)
    orders = _orders(len(here), len(elsewhere))
    fewest = min(wins, len(orders) - 1 - wins)
    return max(0.0, -normal_quantile(float(orders[: int(fewest) + 1].sum() / orders.sum())))


def rank_z(these: Floats, those: Floats) -> float:
    """How far `these` lie above `those`, in standard deviations of the count of pairs, as for large samples.

    Negative where they lie below, and 0 where one sample is empty. Ties count half.

    Examples
    --------
    >>> round(rank_z(np.arange(10.0), np.arange(5.0, 25.0)), 2)
    -3.85
    """
    n, m = len(these), len(those)
    if not n or not m:
        return 0.0
    return float((_wins(these, those) - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12))


def _wins(these: Floats, those: Floats) -> float:
    """The pairs in which this one is the larger; ties count half."""
    ordered = np.sort(those)
    return float(np.searchsorted(ordered, these).sum() + np.searchsorted(ordered, these, "right").sum()) / 2


def _orders(m: int, n: int) -> Floats:
    """Of all orders of m and n values, how many have so many wins, shape (m n + 1,).

    They are the coefficients of the product over i up to m of ``(1 - q^(n + i)) / (1 - q^i)``.
    """
    counts = np.zeros(m * n + 1)
    counts[0] = 1
    for i in range(1, m + 1):
        counts[n + i :] -= counts[: max(0, m * n + 1 - n - i)].copy()
        for k in range(i, m * n + 1):
            counts[k] += counts[k - i]
    return counts
