"""Where a climb began, in single points."""

from __future__ import annotations

import numpy as np

from engine.table import Floats

LOOK_BACK = 50


def growth_onset(values: Floats) -> int:
    """Index of the first point of the climb that ends with the last value.

    Before a climb about half of the points lie below the median of the (at most 50) points before them; within it none
    does. So the climb begins after the last point that does not exceed the median of those before it. A loss that grows
    from its very first step has its onset there.

    Examples
    --------
    >>> growth_onset(np.array([5.0, 4.0, 5.0, 4.0, 8.0, 16.0, 32.0]))
    4
    """
    for i in range(len(values) - 1, 0, -1):
        before = values[max(0, i - LOOK_BACK) : i]
        if values[i] <= np.median(before):
            return min(i + 1, len(values) - 1)
    return 0
