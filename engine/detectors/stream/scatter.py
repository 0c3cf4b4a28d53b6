"""Robust scatter: what a healthy point may differ from its neighbours by."""

from __future__ import annotations

import numpy as np

from engine.detectors.scales import HALF
from engine.detectors.stream.filters import SHORT, median_filter, normal_quantile
from engine.table import Floats

TINY = 1e-9  # what nobody sees: keeps a division or a logarithm finite on the scale on which losses compare,
NOTHING = 1e-300  # and for losses themselves, which may be of any size
TENTHS = 10  # the parts that the 10th and the 90th percentile cut off; fewer values have no percentiles of their own
BEND = np.array([1.0, -2.0, 1.0])  # a second difference, in which a trend has no share


def gaussian_within(share: float) -> float:
    """How near to zero a share of Gaussian noise lies, in standard deviations.

    Examples
    --------
    >>> round(gaussian_within(0.95), 2)
    1.96
    """
    return normal_quantile((1 + share) / 2)


GAUSSIAN_MAD = 1 / gaussian_within(HALF)  # standard deviation of Gaussian noise / median absolute deviation
GAUSSIAN_80 = 2 * gaussian_within(1 - 2 / TENTHS)  # from the 10th to the 90th percentile, in standard deviations
BEND_SIGMAS = float(np.linalg.norm(BEND))  # standard deviation of a second difference of unit noise


def median(values: Floats) -> float:
    """The median of a one-dimensional array, at a quarter of what NumPy's takes where there are few values.

    NumPy's loads its masked arrays besides, which takes as long as to read a log.

    Examples
    --------
    >>> median(np.array([3.0, 1.0, 2.0])), median(np.array([4.0, 1.0, 2.0, 3.0])), median(np.array([1.0, np.nan]))
    (2.0, 2.5, nan)
    """
    count = len(values)
    if not count:
        return float(np.median(values))
    low, high = (count - 1) // 2, count // 2
    ordered = np.sort(values) if count <= SHORT else np.partition(values, (low, high, count - 1))  # NaN comes last
    if ordered[-1] != ordered[-1]:
        return float("nan")
    return float((ordered[low] + ordered[high]) / 2) + 0.0  # NumPy's zero has no sign either


def medians(rows: Floats) -> Floats:
    """The median of each row of finite values.

    Examples
    --------
    >>> medians(np.array([[3.0, 1.0, 2.0], [4.0, 1.0, 1.0]]))
    array([2., 1.])
    """
    ordered, count = np.sort(rows, axis=1), rows.shape[1]
    return (ordered[:, (count - 1) // 2] + ordered[:, count // 2]) / 2


def spread(values: Floats) -> float:
    """Standard deviation by the median absolute deviation; up to half of the values may be anything.

    Examples
    --------
    >>> round(spread(np.array([1.0, 2.0, 3.0, 4.0, 1e9])), 2)
    1.48
    """
    if not len(values):
        return 0.0
    return float(GAUSSIAN_MAD * median(np.abs(values - median(values))))


def running_median(values: Floats, width: int) -> Floats:
    """Median of `width` neighbours about each value, the first and the last value repeated beyond the ends.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite: the median of NaN is left undefined.
    width : int
        Odd, and at most n: some releases of SciPy read beyond the array where the window is wider.

    Raises
    ------
    ValueError
        If `width` is even or larger than n.

    Examples
    --------
    >>> running_median(np.array([1.0, 9.0, 2.0, 3.0]), 3)
    array([1., 2., 3., 3.])
    """
    if width <= 2 or len(values) <= 2:
        return values
    if width % 2 == 0 or width > len(values):
        raise ValueError(f"a running median over {width} of {len(values)} values; width must be odd and no larger")
    return median_filter(values, width)


def local_scatter(values: Floats, width: int) -> Floats:
    """Standard deviation of the points about the line through their neighbours, robust, smooth in time.

    A point's second difference ``(x[i-1] - 2 x[i] + x[i+1]) / sqrt(6)`` has the noise's standard deviation and no share
    of the trend; its absolute value is divided by 0.6745 and the running median over `width` is taken.
    """
    if len(values) <= len(BEND):
        return np.zeros(len(values))
    bend = np.abs(np.diff(values, 2)) / BEND_SIGMAS * GAUSSIAN_MAD
    return running_median(extended(bend, 1), min(width, len(bend) // 2 * 2 - 1))


def extended(values: Floats, count: int) -> Floats:
    """Values with the first and the last one repeated before and after them, ten times as fast as ``np.pad``.

    Examples
    --------
    >>> extended(np.array([1.0, 2.0]), 2)
    array([1., 1., 1., 2., 2., 2.])
    """
    return np.concatenate([np.full(count, values[0]), values, np.full(count, values[-1])])


def quantile(values: Floats, share: float) -> float:
    """A quantile of a one-dimensional array, just as NumPy's, at a third of the time where there are few values.

    Examples
    --------
    >>> quantile(np.array([3.0, 1.0, 2.0]), 0.25)
    1.5
    """
    count = len(values)
    if not 0 < count <= SHORT:
        return float(np.quantile(values, share))
    ordered = np.sort(values)
    place = (count - 1) * share
    first = min(int(place), count - 1)
    low, high, part = float(ordered[first]), float(ordered[min(first + 1, count - 1)]), place - first
    if ordered[-1] != ordered[-1]:
        return float("nan")
    return high - (high - low) * (1 - part) if part >= 0.5 else low + (high - low) * part


def count_distinct(values: Floats) -> int:
    """How many different values there are, of which none is NaN.

    Examples
    --------
    >>> count_distinct(np.array([2.0, 1.0, 2.0]))
    2
    """
    return int(np.count_nonzero(np.diff(np.sort(values)))) + (len(values) > 0)
