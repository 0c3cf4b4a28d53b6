"""Filters over neighbouring values, the normal distribution's quantiles and Fourier transforms: SciPy's, without SciPy.

For short arrays they are written with NumPy, and tested against SciPy: to import that takes twice as long as to
diagnose a log of a thousand rows. For long arrays SciPy's filters are faster, and are imported when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from engine.table import Floats

SHORT = 4096  # values, which are sorted sooner than parted; for more of them SciPy's filters are worth their import


def median_filter(values: Floats, width: int) -> Floats:
    """Median of `width` neighbours about each value, the ends repeated; `width` is odd, the values are finite.

    Examples
    --------
    >>> median_filter(np.array([1.0, 9.0, 2.0, 3.0]), 3)
    array([1., 2., 3., 3.])
    """
    return rank_filter(values, width // 2, width)


def percentile_filter(values: Floats, percentile: float, width: int) -> Floats:
    """A percentile, rounded down to one of the values, of `width` neighbours about each, the ends repeated.

    Examples
    --------
    >>> percentile_filter(np.array([1.0, 9.0, 2.0, 3.0]), 0, 3)
    array([1., 1., 2., 2.])
    """
    return rank_filter(values, int(width * percentile / 100.0), width)


def rank_filter(values: Floats, rank: int, width: int) -> Floats:
    """The value of a rank, counted from 0, among `width` neighbours about each, the ends repeated."""
    if len(values) > SHORT:
        from scipy.ndimage import rank_filter as of_scipy

        return of_scipy(values, rank, width, mode="nearest")
    return np.partition(_windows(values, width), rank, axis=1)[:, rank]


def maximum_filter(values: Floats, width: int) -> Floats:
    """The largest of `width` neighbours about each value.

    Examples
    --------
    >>> maximum_filter(np.array([1.0, 9.0, 2.0, 3.0]), 3)
    array([9., 9., 9., 3.])
    """
    if len(values) > SHORT:
        from scipy.ndimage import maximum_filter1d as of_scipy

        return of_scipy(values, width, mode="nearest")
    count, within, highest = len(values), 1, _padded(values, width)
    while 2 * within <= width:  # the highest of so many from each place on
        highest = np.maximum(highest[:-within], highest[within:])
        within *= 2
    return np.maximum(highest[:count], highest[width - within : width - within + count])


def mean_filter(values: Floats, width: int) -> Floats:
    """Mean of `width` neighbours about each value, the ends repeated.

    Examples
    --------
    >>> mean_filter(np.array([0.0, 3.0, 6.0, 9.0]), 3)
    array([1., 3., 6., 8.])
    """
    if len(values) > SHORT:
        from scipy.ndimage import uniform_filter1d as of_scipy

        return of_scipy(values, width, mode="nearest")
    return _windows(values, width).mean(axis=1)


def normal_quantile(share: float) -> float:
    """The value below which a share of the standard normal distribution lies.

    Examples
    --------
    >>> round(normal_quantile(0.975), 4), normal_quantile(0.0)
    (1.96, -inf)
    """
    if not 0.0 < share < 1.0:
        return -np.inf if share <= 0.0 else np.inf
    return _inverse()(share)


def normal_scores(n: int) -> Floats:
    """What n Gaussian values are expected to be, in their order: the quantiles of (i + 1/2)/n, shape (n,).

    Examples
    --------
    >>> normal_scores(3).round(3)
    array([-0.967,  0.   ,  0.967])
    """
    shares = (np.arange(n) + 0.5) / n
    if n > SHORT:
        from scipy.special import ndtri

        return ndtri(shares)
    inverse = _inverse()
    upper = np.array([inverse(share) for share in shares[n - n // 2 :].tolist()])
    return np.concatenate([-upper[::-1], np.zeros(n % 2), upper])


def fast_length(least: int) -> int:
    """The smallest length from `least` on with no prime factor above five, for which Fourier transforms are fast.

    Examples
    --------
    >>> fast_length(7), fast_length(1021)
    (8, 1024)
    """
    best = 1 << max(least - 1, 0).bit_length()
    fives = 1
    while fives < best:
        threes = fives
        while threes < best:
            twos = threes << max(-(-least // threes) - 1, 0).bit_length()
            best = min(best, twos)
            threes *= 3
        fives *= 5
    return best


def _padded(values: Floats, width: int) -> Floats:
    before, count = width // 2, len(values)
    padded = np.empty(count + width - 1, values.dtype)
    padded[:before], padded[before : before + count], padded[before + count :] = values[0], values, values[-1]
    return padded


def _windows(values: Floats, width: int) -> Floats:
    padded, count = _padded(values, width), len(values)
    # What `sliding_window_view` makes of `pad`'s result; for so few values both cost more than the filter.
    return np.ndarray((count, width), padded.dtype, padded, strides=2 * padded.strides)


@cache
def _inverse() -> Callable[[float], float]:
    """``statistics.NormalDist().inv_cdf``, without loading decimal numbers and fractions where the function is in C."""
    try:
        from _statistics import _normal_dist_inv_cdf
    except ImportError:
        from statistics import NormalDist

        return NormalDist().inv_cdf
    return lambda share: float(_normal_dist_inv_cdf(share, 0.0, 1.0))
