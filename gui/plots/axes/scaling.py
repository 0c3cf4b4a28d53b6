"""Limits of an axis: without single outliers, with a margin, changing in steps."""

from __future__ import annotations

import math

import numpy as np

from engine.table import Floats
from gui.plots.axes.ticks import nice_step

FEW = 0.002  # share of the points that may be left out; a falling start or an exploding end has more
MOST_LEFT_OUT = 20
WORTH = 3.0  # they are left out only if that magnifies the rest by at least this factor
MARGIN = 0.06


def robust_limits(values: Floats, is_robust: bool = True) -> tuple[float, float] | None:
    """Lowest and highest finite value, without single outliers that would compress all others.

    Examples
    --------
    >>> calm = np.tile([1.0, 2.0], 500)
    >>> robust_limits(np.append(calm, 90.0)), robust_limits(np.append(calm, 3.0))
    ((1.0, 2.0), (1.0, 3.0))
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    few = min(MOST_LEFT_OUT, int(len(values) * FEW) + (len(values) > 30))
    if not is_robust or not few:
        return low, high
    ends = np.partition(values, [few, len(values) - 1 - few])
    inner_low, inner_high = float(ends[few]), float(ends[-1 - few])
    room = inner_high - inner_low
    if room <= 0:
        return low, high
    # Each side separately, so that a deep dip does not excuse a high peak.
    is_high_out = high - inner_high > (WORTH - 1) * room
    is_low_out = inner_low - low > (WORTH - 1) * room
    return inner_low if is_low_out else low, inner_high if is_high_out else high


def with_margin(low: float, high: float) -> tuple[float, float]:
    """Limits with a margin, also for a flat curve."""
    room = high - low
    if not room > abs(high) * 1e-12:
        room = abs(high) * 0.2 or 2.0
        return low - room / 2, high + room / 2
    return low - MARGIN * room, high + MARGIN * room


def stepped(low: float, high: float, shown: tuple[float, float] | None) -> tuple[float, float]:
    """Limits for a live curve: the present ones while the data fit them well, else new round ones.

    Parameters
    ----------
    low, high : float
        Limits of the data.
    shown : pair of float or None
        Present limits of the axis.
    """
    if shown is not None:
        is_inside = shown[0] <= low and high <= shown[1]
        if is_inside and high - low >= 0.55 * (shown[1] - shown[0]):
            return shown
    step = nice_step(max(high - low, 1e-300), 10)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def stepped_end(end: float) -> float:
    """End of an x axis for a live run that starts at zero: a round number with room to grow.

    Examples
    --------
    >>> stepped_end(95), stepped_end(1010)
    (120.0, 1200.0)
    """
    end = max(end, 1.0)
    step = nice_step(end * 1.1, 10)
    return math.ceil(end * 1.1 / step) * step
