"""Where a point should be, from the points before it alone."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream.scatter import GAUSSIAN_MAD
from engine.table import Floats

GROUP_POINTS = 16  # points that share a baseline, when a block brings more than one
WINDOW_POINTS = 48  # points before them that it is made of
FEWEST_POINTS_BEFORE = 8  # points before the first baseline
ROUNDING_OF_LEVEL = 1e-3  # of the level: differences below it are not scatter that matters


class Baseline:
    """Level and scatter before each point, from at most 48 earlier points.

    The level is the median of the last 16 of them. On a falling curve that lies above the truth, so a bend is never
    taken for a spike. The scatter is the median absolute deviation about the line through the medians of the window's
    thirds. Neither the point itself nor its neighbours in the same group are in it.
    """

    def __init__(self) -> None:
        self._last = np.empty(0)

    @property
    def window(self) -> Floats:
        """The points that the next ones will be compared with."""
        return self._last

    def of(self, values: Floats) -> tuple[Floats, Floats, int]:
        """Level and scatter for each of the next points, and how many points each rests on (0: too few)."""
        known = np.concatenate([self._last, values])
        before = len(self._last)
        self._last = known[-WINDOW_POINTS:]
        if before < FEWEST_POINTS_BEFORE:
            return np.full(len(values), np.nan), np.full(len(values), np.nan), 0
        starts = np.arange(0, len(values), GROUP_POINTS)
        windows = known[starts[:, None] + np.arange(before)]
        level, scatter = level_and_scatter(windows)
        return np.repeat(level, GROUP_POINTS)[: len(values)], np.repeat(scatter, GROUP_POINTS)[: len(values)], before


def level_and_scatter(windows: Floats) -> tuple[Floats, Floats]:
    """Level at the end and scatter about a line, for each row of points."""
    size = windows.shape[1]
    third = size // 3
    level = _middle(windows[:, -max(third, min(size, 5)) :])
    slope = (_middle(windows[:, -third:]) - _middle(windows[:, :third])) / (size - third)
    flat = windows - slope[:, None] * np.arange(size)
    scatter = GAUSSIAN_MAD * _middle(np.abs(flat - _middle(flat)[:, None]))
    return level, np.maximum(scatter, ROUNDING_OF_LEVEL * np.abs(level))


def _middle(rows: Floats) -> Floats:
    """The upper median of each row: at half the cost of the median."""
    return np.partition(rows, rows.shape[1] // 2, axis=1)[:, rows.shape[1] // 2]
