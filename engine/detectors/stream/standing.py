"""Where points should be, from the points before them alone, and how far above that they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.detectors.stream.scatter import GAUSSIAN_MAD
from engine.table import Floats, Rows

GROUP_POINTS = 16  # points that share a baseline, when a block brings more than one
WINDOW_POINTS = 48  # points before them that it is made of
FEWEST_POINTS_BEFORE = 8  # points before the first baseline
ROUNDING_OF_LEVEL = 1e-3  # of the level: differences below it are not scatter that matters
PIECE_POINTS = 8192  # points worked out at once: bounds the memory


class Standing(NamedTuple):
    """The finite points of a block beside their baseline.

    The level is the median of the last 16 of at most 48 earlier points. On a falling curve that lies above the truth,
    so a bend is never taken for a spike. The scatter is the median absolute deviation about the line through the
    medians of the window's thirds. Neither the point itself nor its neighbours in the same group are in it.

    Attributes
    ----------
    rows, values : ndarray, shape (n,)
        At least one point.
    level, scatter : ndarray, shape (n,)
        NaN after too few points.
    score : ndarray, shape (n,)
        ``(value - level) / scatter``; 0 where that is not known.
    window : ndarray
        The points before the block that these are compared with.
    rests_on : int
        How many points that are; 0 if too few.
    highest : float
        The highest score.
    least, most : float
        The smallest and the largest value.
    """

    rows: Rows
    values: Floats
    level: Floats
    scatter: Floats
    score: Floats
    window: Floats
    rests_on: int
    highest: float
    least: float
    most: float


class Standings:
    """The standing of each of some blocks, worked out for many blocks at once, and only if it is asked for.

    Parameters
    ----------
    before : ndarray
        The last finite points of the run before the first block, at most 48.
    rows, values : ndarray, shape (n,)
        The points of all blocks.
    edges : sequence of int
        Where blocks start and the last one ends: one more than there are blocks.
    restarts : collection of int
        Numbers of the blocks with which another run starts.
    """

    def __init__(
        self, before: Floats, rows: Rows, values: Floats, edges: Sequence[int], restarts: Collection[int]
    ) -> None:
        self._before, self._rows, self._values = before, rows, values
        self._edges, self._restarts = edges, restarts
        self._first, self._found = 0, list[Standing | None]()

    def of(self, block: int) -> Standing | None:
        """That of a block; None if it has no finite point. Blocks are asked for in their order."""
        while block >= self._first + len(self._found):
            first = self._first + len(self._found)
            last = self._piece_from(first)
            before = self.last_points(first) if first not in self._restarts else np.empty(0)
            self._first, self._found = first, self._work_out(before, first, last)
        return self._found[block - self._first]

    def last_points(self, block: int) -> Floats:
        """The last finite points of the run before a block, at most 48."""
        begun = max((restart for restart in self._restarts if restart < block), default=None)
        points = self._values[self._edges[begun or 0] : self._edges[block]]
        last = points[-WINDOW_POINTS:]
        if len(last) < WINDOW_POINTS or not np.isfinite(last).all():
            last = points[np.isfinite(points)]
        known = [last] if begun is not None else [self._before, last]
        return np.concatenate(known)[-WINDOW_POINTS:]

    def _piece_from(self, first: int) -> int:
        """The block after the last one of the piece that starts with `first`."""
        last = first + 1
        most = self._edges[first] + PIECE_POINTS
        while last + 1 < len(self._edges) and self._edges[last + 1] <= most and last not in self._restarts:
            last += 1
        return last

    def _work_out(self, before: Floats, first: int, last: int) -> list[Standing | None]:
        start, stop = self._edges[first], self._edges[last]
        is_finite = np.isfinite(self._values[start:stop])
        rows, values = self._rows[start:stop][is_finite], self._values[start:stop][is_finite]
        counted = np.concatenate([[0], np.cumsum(is_finite)])
        edges = counted[np.array(self._edges[first : last + 1]) - start].tolist()
        known, skipped = np.concatenate([before, values]), len(before)
        level, scatter = _baselines(known, skipped, edges)
        with np.errstate(over="ignore"):
            score = np.nan_to_num((values - level) / np.where(scatter > 0, scatter, np.inf), nan=0.0)
        has_points = [a for a, b in pairwise(edges) if b > a]
        extremes = ((np.maximum, score), (np.minimum, values), (np.maximum, values))
        found_extremes = zip(
            *(f.reduceat(of, has_points).tolist() if has_points else () for f, of in extremes), strict=True
        )
        found: list[Standing | None] = []
        for a, b in pairwise(edges):
            if a == b:
                found.append(None)
                continue
            window = known[max(0, skipped + a - WINDOW_POINTS) : skipped + a]
            rests_on = len(window) if len(window) >= FEWEST_POINTS_BEFORE else 0
            own = rows[a:b], values[a:b], level[a:b], scatter[a:b], score[a:b]
            found.append(Standing(*own, window, rests_on, *next(found_extremes)))
        return found


def _baselines(known: Floats, skipped: int, edges: Sequence[int]) -> tuple[Floats, Floats]:
    """Level and scatter for each point after the first `skipped`, which blocks between `edges` bring."""
    level, scatter = np.full((2, edges[-1]), np.nan)
    starts: list[int] = []  # of groups that a whole window lies before
    stops: list[int] = []
    for a, b in pairwise(edges):
        before = min(skipped + a, WINDOW_POINTS)
        if before < FEWEST_POINTS_BEFORE:
            continue
        groups = range(a, b, GROUP_POINTS)
        if before == WINDOW_POINTS:
            starts += groups
            stops += [min(group + GROUP_POINTS, b) for group in groups]
            continue
        for group in groups:
            own = slice(group, min(group + GROUP_POINTS, b))
            end = skipped + group
            level[own], scatter[own] = level_and_scatter(known[None, end - before : end])
    if starts:
        at = np.array(starts)
        windows = known[(at + skipped - WINDOW_POINTS)[:, None] + np.arange(WINDOW_POINTS)]
        each = np.array(stops) - at
        own = slice(starts[0], edges[-1])
        level[own], scatter[own] = (np.repeat(found, each) for found in level_and_scatter(windows))
    return level, scatter


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
