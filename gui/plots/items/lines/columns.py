"""A crowded line as columns of pixels, from its lowest to its highest point in each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.table import Floats
from gui.plots.axes.view import View

BEYOND = 2.0  # pixels above and below the view that are drawn, so that nothing ends at its edge


def fit(x: Floats, is_there: NDArray[np.bool_]) -> bool:
    """Whether a line is one of columns: from left to right without a gap."""
    return bool(is_there.all()) and len(x) > 1 and bool((x[1:] >= x[:-1]).all())


def of(x: Floats, y: Floats, view: View) -> tuple[Floats, Floats, Floats, Floats]:
    """Both ends of the segments that draw the line: a column for each pixel, and the line itself across wider steps.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Pixels, x increasing, both finite.
    """
    column = np.floor(x)
    starts = np.flatnonzero(column[1:] != column[:-1]) + 1
    first = np.concatenate([[0], starts])
    low, high = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    at = column[first]
    # From one column to the next the line is drawn to half the way in each.
    half = (y[starts - 1] + y[starts]) / 2
    is_next = at[1:] - at[:-1] == 1
    half = half[is_next]
    for side in (np.flatnonzero(is_next), np.flatnonzero(is_next) + 1):
        low[side], high[side] = np.minimum(low[side], half), np.maximum(high[side], half)
    is_wide = starts[~is_next]
    high = np.maximum(high, low + 1)
    low, high = (np.minimum(np.maximum(end, -BEYOND), view.height + BEYOND) for end in (low, high))
    is_seen = high > low
    at, low, high = at[is_seen] + 0.5, low[is_seen], high[is_seen]
    return (
        np.concatenate([at, x[is_wide - 1]]),
        np.concatenate([low, y[is_wide - 1]]),
        np.concatenate([at, x[is_wide]]),
        np.concatenate([high, y[is_wide]]),
    )
