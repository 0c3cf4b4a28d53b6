"""Smoothing for plots: a running median, centred; detectors never read smoothed values."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.table import Floats

WIDEST_HALF = 800  # steps on either side, at amount 1
FEW = 1 << 16  # values in all windows together: sorted in less time than SciPy is imported in, a quarter of a second


def width_of(amount: float) -> int:
    """Width of the window in steps for an `amount` from 0 (off) to 1 (strongest); 1 is off, others are odd.

    It grows with the cube of the amount, so that the weak half of a slider is fine enough.

    Examples
    --------
    >>> width_of(0.0), width_of(0.25), width_of(0.5), width_of(1.0)
    (1, 25, 201, 1601)
    """
    if amount <= 0:
        return 1
    return 2 * max(1, round(WIDEST_HALF * min(float(amount), 1.0) ** 3)) + 1


def in_points(width: int, steps_per_point: float) -> int:
    """A width in steps as an odd number of logged points; 1, which is off, where fewer than three fit.

    Examples
    --------
    >>> in_points(25, 1.0), in_points(25, 10.0), in_points(201, 10.0)
    (25, 1, 19)
    """
    points = int(width / max(steps_per_point, 1e-9))
    return points - 1 + points % 2 if points >= 3 else 1


def running_median(y: Floats, width: int, cuts: Sequence[int] = ()) -> Floats:
    """The median of the `width` values around each one.

    A monotone curve and a step stay as they are, and a rise that lasts for more than half the width is kept in full. A
    value depends only on those within half a width, so the past of a growing curve does not change. Towards either end
    the window shrinks to the values there are on both sides. Non-finite values are kept where they are and do not
    spread: in the windows of others, the finite value before stands in for them.

    Parameters
    ----------
    y : ndarray, shape (n,)
    width : int
        Odd; 1 returns `y` itself.
    cuts : sequence of int
        Where a window must not reach across, such as restarts.

    Examples
    --------
    >>> running_median(np.array([1.0, 2.0, 90.0, 3.0, np.nan, 5.0, 6.0]), 3)
    array([ 1.,  2.,  3.,  3., nan,  5.,  6.])
    """
    if width <= 1 or len(y) < 3:
        return y
    bounds = [0, *(cut for cut in cuts if 0 < cut < len(y)), len(y)]
    out = np.concatenate([of_filled(filled(y[a:b]), width // 2) for a, b in pairwise(bounds)])
    is_value = np.isfinite(y)
    return out if is_value.all() else np.where(is_value, out, y)


def filled(y: Floats, before: float = math.nan) -> Floats:
    """The values with the finite one before in place of a non-finite one; at the start `before`, or the first one."""
    is_value = np.isfinite(y)
    if is_value.all():
        return y
    known = y[is_value]
    if not len(known):
        return np.full(len(y), before)
    at = np.cumsum(is_value)
    return np.concatenate([[before if np.isfinite(before) else known[0]], known])[at]


def of_filled(y: Floats, half: int) -> Floats:
    """The running median of finite values with `half` of them on either side; fewer towards the ends."""
    half = min(half, (len(y) - 1) // 2)
    if half < 1:
        return y.copy()
    out = y.copy()
    out[half : len(y) - half] = _of_whole_windows(y, half)
    out[:half] = _shrinking(y[: 2 * half - 1])
    out[len(y) - half :] = _shrinking(y[: -2 * half : -1])[::-1]
    return out


def _of_whole_windows(y: Floats, half: int) -> Floats:
    width = 2 * half + 1
    if half == 2:
        return _of_five(y)
    if len(y) * width <= FEW:  # as of a run that grows
        return np.partition(np.lib.stride_tricks.sliding_window_view(y, width), half, axis=1)[:, half]
    from scipy.ndimage import median_filter

    return median_filter(y, size=width, mode="nearest")[half : len(y) - half]


def _of_five(y: Floats) -> Floats:
    """The medians of each five values in turn, a tenth of the time of a filter for any width."""
    a, b, c, d, e = (y[at : len(y) - 4 + at] for at in range(5))
    # Of two pairs, neither the smaller of the lower ones nor the larger of the upper ones is in the middle.
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    return np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))


def mean_of_filled(y: Floats, half: int) -> Floats:
    """The running mean of finite values with up to `half` of them on either side.

    Examples
    --------
    >>> mean_of_filled(np.array([1.0, 0.0, 1.0, 1.0, 0.0]), 1).round(2)
    array([0.5 , 0.67, 0.67, 0.67, 0.5 ])
    """
    at = np.arange(len(y))
    first, last = np.maximum(at - half, 0), np.minimum(at + half + 1, len(y))
    sums = np.concatenate([[0.0], np.cumsum(y)])
    return (sums[last] - sums[first]) / (last - first)


def _shrinking(y: Floats) -> list[float]:
    """Medians of the first 1, 3, 5 … values, shape ((n + 1) / 2,)."""
    ordered: list[float] = []
    found = []
    for index, value in enumerate(y.tolist()):
        insort(ordered, value)
        if index % 2 == 0:
            found.append(ordered[index // 2])
    return found
