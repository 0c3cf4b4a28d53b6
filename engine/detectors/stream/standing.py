"""Where points should be, from the points before them alone, and how far above that they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.detectors.scales import FEW
from engine.detectors.stream.filters import SHORT
from engine.detectors.stream.scatter import GAUSSIAN_MAD
from engine.detectors.stream.trend import THIRDS
from engine.table import Floats, Rows

WINDOW_POINTS = 48  # points that a baseline is made of
GROUP_POINTS = WINDOW_POINTS // THIRDS  # points after them that share it, when a block brings more than one
FEWEST_POINTS_BEFORE = 8  # points before the first baseline
ROUNDING_OF_LEVEL = 1e-3  # of the level: differences below it are not scatter that matters


class Standing:
    """The finite points of a block, at least one, beside their baseline; arrays are cut when they are asked for.

    The level is the median of the last 16 of at most 48 earlier points. On a falling curve that lies above the truth,
    so a bend is never taken for a spike. The scatter is the median absolute deviation about the line through the
    medians of the window's thirds. Neither the point itself nor its neighbours in the same group are in it.

    Attributes
    ----------
    highest : float
        The highest score.
    least, most : float
        The smallest and the largest value.
    rests_on : int
        How many earlier points these are compared with; 0 if too few.
    """

    __slots__ = ("_own", "_piece", "highest", "least", "most", "rests_on")

    def __init__(self, piece: _Piece, own: slice, highest: float, least: float, most: float) -> None:
        self._piece, self._own = piece, own
        self.highest, self.least, self.most = highest, least, most
        before = min(piece.skipped + own.start, WINDOW_POINTS)
        self.rests_on = before if before >= FEWEST_POINTS_BEFORE else 0

    @property
    def rows(self) -> Rows:
        """Table rows, shape (n,)."""
        return self._piece.rows[self._own]

    @property
    def values(self) -> Floats:
        return self._piece.values[self._own]

    @property
    def level(self) -> Floats:
        """NaN after too few points."""
        return self._piece.level[self._own]

    @property
    def scatter(self) -> Floats:
        """NaN after too few points."""
        return self._piece.scatter[self._own]

    @property
    def score(self) -> Floats:
        """``(value - level) / scatter``; 0 where that is not known."""
        return self._piece.score[self._own]

    @property
    def window(self) -> Floats:
        """The points before the block that these are compared with."""
        end = self._piece.skipped + self._own.start
        return self._piece.known[max(0, end - WINDOW_POINTS) : end]


class _Piece(NamedTuple):
    """The finite points of some blocks; the first `skipped` of the `known` values are those before them."""

    rows: Rows
    values: Floats
    level: Floats
    scatter: Floats
    score: Floats
    known: Floats
    skipped: int


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
        most = self._edges[first] + SHORT
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
        own = [slice(a, b) if b > a else None for a, b in pairwise(edges)]
        starts = [one.start for one in own if one]
        extremes = ((np.maximum, score), (np.minimum, values), (np.maximum, values))
        each = zip(*(f.reduceat(of, starts).tolist() if starts else () for f, of in extremes), strict=True)
        piece = _Piece(rows, values, level, scatter, score, known, skipped)
        return [Standing(piece, one, *next(each)) if one else None for one in own]


def _baselines(known: Floats, skipped: int, edges: Sequence[int]) -> tuple[Floats, Floats]:
    """Level and scatter for each point after the first `skipped`, which blocks between `edges` bring."""
    level, scatter = np.full((2, edges[-1]), np.nan)
    blocks = [(a, b) for a, b in pairwise(edges) if b > a and skipped + a >= FEWEST_POINTS_BEFORE]
    if not blocks:
        return level, scatter
    starts = np.array([group for a, b in blocks for group in range(a, b, GROUP_POINTS)])
    of_each = [(b, min(skipped + a, WINDOW_POINTS)) for a, b in blocks]
    ends, sizes = np.array(of_each).repeat([-(-(b - a) // GROUP_POINTS) for a, b in blocks], axis=0).T
    stops = np.minimum(starts + GROUP_POINTS, ends)
    few = int(np.count_nonzero(sizes < WINDOW_POINTS))  # they come first
    for part, find in ((slice(few), _of_few), (slice(few, len(sizes)), _of_whole)):
        if len(own := starts[part]):
            found, until = find(known, own + skipped, sizes[part]), stops[part]
            level[own[0] : until[-1]], scatter[own[0] : until[-1]] = np.repeat(found, until - own, axis=1)
    return level, scatter


def _of_whole(known: Floats, ends: Rows, _sizes: Rows) -> tuple[Floats, Floats]:
    """Level and scatter of the whole windows that end before some points."""
    return level_and_scatter(known[(ends - WINDOW_POINTS)[:, None] + np.arange(WINDOW_POINTS)])


def _of_few(known: Floats, ends: Rows, sizes: Rows) -> tuple[Floats, Floats]:
    """The same of windows of some sizes, each as `level_and_scatter` finds it."""
    size = sizes[:, None]
    at = np.arange(-WINDOW_POINTS, 0)
    windows = known[np.maximum(ends[:, None] + at, 0)]
    third, is_in = size // THIRDS, at >= -size
    level = _middle_of(windows, at >= -np.maximum(third, np.minimum(size, FEW)))
    rise = _middle_of(windows, at >= -third) - _middle_of(windows, is_in & (at < third - size))
    flat = windows - (rise / (sizes - third[:, 0]))[:, None] * (at + size)
    scatter = GAUSSIAN_MAD * _middle_of(np.abs(flat - _middle_of(flat, is_in)[:, None]), is_in)
    return level, np.maximum(scatter, ROUNDING_OF_LEVEL * np.abs(level))


def level_and_scatter(windows: Floats) -> tuple[Floats, Floats]:
    """Level at the end and scatter about a line, for each row of points."""
    size = windows.shape[1]
    third = size // THIRDS
    level = _middle(windows[:, -max(third, min(size, FEW)) :])
    slope = (_middle(windows[:, -third:]) - _middle(windows[:, :third])) / (size - third)
    flat = windows - slope[:, None] * np.arange(size)
    scatter = GAUSSIAN_MAD * _middle(np.abs(flat - _middle(flat)[:, None]))
    return level, np.maximum(scatter, ROUNDING_OF_LEVEL * np.abs(level))


def _middle(rows: Floats) -> Floats:
    """The upper median of each row: at half the cost of the median."""
    return np.partition(rows, rows.shape[1] // 2, axis=1)[:, rows.shape[1] // 2]


def _middle_of(rows: Floats, is_in: NDArray[np.bool_]) -> Floats:
    """The same of some values of each row."""
    return np.sort(np.where(is_in, rows, np.inf), axis=1)[np.arange(len(rows)), is_in.sum(axis=1) // 2]
