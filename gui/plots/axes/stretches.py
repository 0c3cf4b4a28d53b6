"""Arithmetic of ranges of x."""

from __future__ import annotations

Stretch = tuple[float, float]
MOST_ZOOM = 1e-9  # smallest view, in units of the whole width
MOST_OUT = 1.5  # largest view, in units of the whole width
EVENT_SHARE = 0.4  # of the view that a selected event takes
LEAST_SHARE = 0.02  # of the whole, in view around an event


def zoomed(view: Stretch, factor: float, x: float, whole: Stretch) -> Stretch:
    """A view `factor` times as wide around a fixed `x`.

    Examples
    --------
    >>> zoomed((0.0, 10.0), 0.5, 2.0, (0.0, 10.0))
    (1.0, 6.0)
    """
    share = (whole[1] - whole[0]) / (view[1] - view[0])
    factor = min(max(factor, MOST_ZOOM * share), MOST_OUT * share)
    return x - (x - view[0]) * factor, x + (view[1] - x) * factor


def around(left: float, right: float, whole: Stretch) -> Stretch:
    """A view of an event with its surroundings, within the whole.

    Examples
    --------
    >>> around(40, 60, (0.0, 1000.0)), around(990, 1000, (0.0, 1000.0))
    ((25.0, 75.0), (975.0, 1000.0))
    """
    low, high = whole
    width = max((right - left) / EVENT_SHARE, LEAST_SHARE * (high - low))
    start = max(low, (left + right) / 2 - width / 2)
    end = min(high, start + width)
    return max(low, end - width), end
