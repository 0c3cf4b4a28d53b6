"""A run so far in at most 512 bins: what the detectors that review the whole run read.

Reading a million points again at every review would cost too much, so the whole run is kept as bins of equally many
consecutive points. When the bins have become too many, their width doubles and they are computed again from the table:
over a run of n points that reads each point about three times. Bins start at fixed point numbers, hence nothing depends
on how many rows arrived at once.
"""

from __future__ import annotations

import numpy as np

from engine.detectors.stream.curve import Curve
from engine.detectors.stream.restarts import find_restarts
from engine.detectors.stream.scatter import TENTHS, median
from engine.table import Floats, MetricTable, Rows

MOST_BINS = 512  # of which there are half as many or more once there are so many points
SPAN_ROWS = 1 << 20  # table rows read at a time: bounds the memory
REVIEWS_A_DOUBLING = 8  # of the length: what only the whole run shows is reported at most 12 % of it too late
MOST_SEARCHED = 32_768  # points, in which restarts and epochs are searched for one by one

COLUMNS = ("rows", "level", "low", "high", "lowest", "highest", "count")


def bins_of(values: Floats, rows: Floats, width: int) -> Floats:
    """Reduce whole bins of `width` points to first row, median, 10th and 90th percentile, extremes and finite points.

    Non-finite points do not count; a bin without any finite point has NaN. The shape is (columns, bins).

    Examples
    --------
    >>> bins_of(np.array([1.0, 3.0, 2.0, np.nan]), np.arange(4.0), 2)[1]
    array([2., 2.])
    """
    points = values.reshape(-1, width)
    firsts, is_finite = rows[::width], np.isfinite(points)
    if not is_finite.all():
        return np.stack([_bin(p[f], r) for p, f, r in zip(points, is_finite, firsts, strict=True)], axis=1)
    ordered = np.sort(points, axis=1)
    tenth = width // TENTHS
    parts = (
        firsts,
        (ordered[:, (width - 1) // 2] + ordered[:, width // 2]) / 2,
        ordered[:, tenth],
        ordered[:, -1 - tenth],
        ordered[:, 0],
        ordered[:, -1],
        np.full(len(points), width),
    )
    return np.array(parts)


def _bin(finite: Floats, first_row: float) -> Floats:
    if not len(finite):
        return np.array([first_row, *[np.nan] * (len(COLUMNS) - 2), 0])
    ordered = np.sort(finite)
    tenth = len(ordered) // TENTHS
    return np.array(
        [first_row, median(ordered), ordered[tenth], ordered[-1 - tenth], ordered[0], ordered[-1], len(ordered)]
    )


class Digest:
    """The points of one series since its last restart, in bins; `is_due` says when to review them.

    Attributes
    ----------
    points : int
        How many points it has taken in.
    is_due : bool
        Whether the last points completed a review interval: each point up to 16, then 8 reviews a doubling.

    `known` is another of the same series, whose curve is this one's where it has as many points.
    """

    def __init__(self, table: MetricTable, series: str, first_row: int, known: Digest | None = None) -> None:
        self._table, self._series, self.first_row = table, series, first_row
        self._bins = np.empty((len(COLUMNS), 0))
        self._rest = np.empty((2, 0))
        self._binned_until = first_row
        self._next_review = 1
        self._last_row = first_row
        self._known = known if known is not None and known.first_row == first_row else None
        self._curve: Curve | None = None
        self._restarts: Rows | None = None
        self.width = 1
        self.points = 0
        self.is_due = False

    def take(self, rows: np.ndarray, values: Floats) -> None:
        """Take the next points; their bins are made when the curve is asked for."""
        self.points += len(values)
        self._last_row = int(rows[-1])
        self._curve, self._restarts = None, None
        while self.points >= MOST_BINS * self.width:
            self.width *= 2
            self._bins, self._rest = np.empty((len(COLUMNS), 0)), np.empty((2, 0))
            self._binned_until = self.first_row
        self.is_due = self.points >= self._next_review
        if self.is_due:
            self._next_review = self.points + max(1, self.points // REVIEWS_A_DOUBLING)

    def _bin_the_rest(self) -> None:
        """Bin the points since the last time, or all where the bins have become wider."""
        for start in range(self._binned_until, self._last_row + 1, SPAN_ROWS):
            piece = self._table.series(self._series, start, min(start + SPAN_ROWS, self._last_row + 1))
            self._add(np.array([piece.rows, piece.values]))
        self._binned_until = self._last_row + 1

    def _add(self, points: Floats) -> None:
        points = np.concatenate([self._rest, points], axis=1)
        whole = points.shape[1] // self.width * self.width
        if whole:
            fresh = bins_of(points[1, :whole], points[0, :whole], self.width)
            self._bins = np.concatenate([self._bins, fresh], axis=1)
        self._rest = points[:, whole:]

    @property
    def _same(self) -> Digest | None:
        return self._known if self._known is not None and self._known.points == self.points else None

    @property
    def curve(self) -> Curve:
        """The bins with a finite point, the incomplete last one included."""
        if self._curve is None:
            if (known := self._same) is not None:
                self._curve = known.curve
            else:
                self._bin_the_rest()
                self._curve = self._bins_so_far()
        return self._curve

    def _bins_so_far(self) -> Curve:
        bins = self._bins
        if self._rest.shape[1]:
            bins = np.concatenate([bins, _bin_of_rest(self._rest)[:, None]], axis=1)
        is_there = bins[-1] > 0
        bins = bins if is_there.all() else bins[:, is_there]
        rows, level, low, high, lowest, highest, count = bins
        return Curve(rows, level, low, high, lowest, highest, count, self.width, self.points, self._last_row)

    @property
    def restarts(self) -> Rows:
        """Table rows at which training seems to restart though the clock goes on, see `find_restarts`."""
        if self._restarts is None:
            self._restarts = known.restarts if (known := self._same) is not None else self._find_restarts()
        return self._restarts

    def _find_restarts(self) -> Rows:
        curve = self.curve
        if not len(curve):
            return np.empty(0, np.int64)
        if self.points > MOST_SEARCHED:
            return curve.rows[find_restarts(curve.u)].astype(np.int64)
        points = self._table.series(self._series, self.first_row, self._last_row + 1)
        finite = np.isfinite(points.values)
        return points.rows[finite][find_restarts(curve.scaled(points.values[finite]))]


def _bin_of_rest(rest: Floats) -> Floats:
    return _bin(rest[1][np.isfinite(rest[1])], rest[0, 0])
