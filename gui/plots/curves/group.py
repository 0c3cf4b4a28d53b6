"""Repeated seeds as one curve: the median over x, with a band between the quartiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.table import Floats
from gui.plots.curves.line import Fixed, Line

MOST_POINTS = 4096
QUARTILES = (25.0, 50.0, 75.0)


class Group:
    """Quartiles of several lines, recomputed when one of them has changed.

    Parameters
    ----------
    lines : callable
        Gives the current lines: smoothed ones once there are any.
    """

    def __init__(self, lines: Callable[[], Sequence[Line]]) -> None:
        self._lines = lines
        self._key: tuple = ()
        self.low = self.median = self.high = Fixed(np.empty(0), np.empty(0))

    def update(self) -> None:
        """Recompute the quartiles if a line has changed."""
        lines = [line for line in self._lines() if len(line)]
        key = tuple((id(line), len(line), line.version) for line in lines)
        if key != self._key:
            self._key = key
            self.low, self.median, self.high = quartiles(lines)


def quartiles(lines: Sequence[Line]) -> tuple[Fixed, Fixed, Fixed]:
    """Lower quartile, median and upper quartile over x, at each x of the runs that extend to it.

    Examples
    --------
    >>> x = np.arange(3.0)
    >>> low, median, high = quartiles([Fixed(x, x * k) for k in (1, 2, 9)])
    >>> median.values
    array([0., 2., 4.])
    """
    if not lines:
        nothing = Fixed(np.empty(0), np.empty(0))
        return nothing, nothing, nothing
    every = max(1, max(len(line) for line in lines) // MOST_POINTS)
    x = np.unique(np.concatenate([line.x[::every] for line in lines]))
    x = x[:: max(1, len(x) // MOST_POINTS)]
    there = np.array([_resampled(line, x) for line in lines])
    has_any = np.isfinite(there).any(axis=0)
    there[:, ~has_any] = 0.0
    found = np.nanpercentile(np.where(np.isfinite(there), there, np.nan), QUARTILES, axis=0)
    low, median, high = (Fixed(x, np.where(has_any, row, np.nan)) for row in found)
    return low, median, high


def _resampled(line: Line, x: Floats) -> Floats:
    order = np.argsort(line.x, kind="stable")
    return np.interp(x, line.x[order], line.values[order], left=np.nan, right=np.nan)
