"""Smoothing for plots; detectors never read smoothed values."""

from __future__ import annotations

import numpy as np

from engine.table import Floats

LARGEST_TIME_CONSTANT = 0.1  # of the x range, at amount 1
SAFE_EXPONENT = 300.0  # time constants per block summed at once; exp(300) is far from overflow


def time_constant(amount: float, span: float) -> float:
    """The time constant in units of x for an `amount` from 0 (off) to 1 (strongest).

    It grows with the square of the amount, so that the weak half of a slider is fine enough.

    Examples
    --------
    >>> time_constant(0.5, 1000)
    25.0
    """
    return LARGEST_TIME_CONSTANT * float(np.clip(amount, 0, 1)) ** 2 * span


def smooth(x: Floats, y: Floats, amount: float, span: float | None = None) -> Floats:
    """Debiased exponential moving average over x.

    Each point is the mean of itself and all before it, weighted by ``exp(-(x_i - x_j) / tau)``; dividing by the sum of
    the weights removes the bias towards zero at the start. Since weights depend on x and not on the number of points, a
    run logged ten times as often gets the same curve. Non-finite values have no weight and are kept: a NaN does not
    spread. Where x decreases (a restart) the average starts again.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
    amount : float
        0 is off and returns `y` itself; 1 has a time constant of a tenth of the range.
    span : float, optional
        The range of x that the amount refers to; by default that of the points.

    Examples
    --------
    >>> x = np.arange(5.0)
    >>> smooth(x, np.array([2.0, 2.0, np.nan, 2.0, 2.0]), 1.0)
    array([ 2.,  2., nan,  2.,  2.])
    """
    if amount <= 0 or len(y) < 2:
        return y
    reach = float(np.ptp(x)) if span is None else span
    tau = time_constant(amount, reach)
    if not tau > 0 or not np.isfinite(tau):
        return y
    starts = np.flatnonzero(np.diff(x) < 0) + 1
    parts = zip(np.split(x, starts), np.split(y, starts), strict=True)
    return np.concatenate([_average(part_x / tau, part_y) for part_x, part_y in parts])


def _average(age: Floats, y: Floats) -> Floats:
    """The weighted mean between two restarts, block by block; `age` is x in time constants, both of shape (n,)."""
    is_value = np.isfinite(y)
    blocks = np.floor((age - age[0]) / SAFE_EXPONENT)
    cuts = np.flatnonzero(np.diff(blocks)) + 1
    out = y.copy()
    total = weight = 0.0
    origin = age[0]
    for start, stop in zip([0, *cuts], [*cuts, len(y)], strict=True):
        decay = np.exp(origin - age[start])
        total, weight, origin = total * decay, weight * decay, age[start]
        growth = np.where(is_value[start:stop], np.exp(age[start:stop] - origin), 0.0)
        totals = total + np.cumsum(growth * np.where(is_value[start:stop], y[start:stop], 0.0))
        weights = weight + np.cumsum(growth)
        np.divide(totals, weights, out=out[start:stop], where=is_value[start:stop])
        back = np.exp(origin - age[stop - 1])
        total, weight, origin = totals[-1] * back, weights[-1] * back, age[stop - 1]
    return out
