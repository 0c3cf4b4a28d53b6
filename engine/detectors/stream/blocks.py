"""Re-cut a series into the same blocks however its rows arrived."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.detectors.stream.digest import SPAN_ROWS, Digest
from engine.detectors.stream.standing import Standing, Standings
from engine.table import Floats, MetricTable, Rows, Series

BLOCKS_A_DOUBLING = 32  # of the length


def next_boundary(position: int) -> int:
    """The first fixed block boundary after `position` points.

    One point a block up to 64 points, then 32 blocks for each doubling of the length, so an event is reported at most
    about 3 % of the run too late and a million points make some 500 blocks.

    Examples
    --------
    >>> [next_boundary(n) for n in (0, 63, 64, 127, 128, 1000)]
    [1, 64, 66, 128, 132, 1008]
    """
    size = max(1, (1 << position.bit_length()) // (2 * BLOCKS_A_DOUBLING))
    return (position // size + 1) * size


class TableView:
    """The rows of a growing table up to some row, read only: what lies beyond may arrive sooner or later.

    Nothing is copied. A column counts from its first value on, as when it was announced depends on how rows arrived.

    Parameters
    ----------
    table : MetricTable
    stop : int
        The first table row that is out of sight.

    Examples
    --------
    >>> table = MetricTable()
    >>> table.extend({"loss": np.array([3.0, 2.0, 1.0])})
    >>> view = TableView(table, 2)
    >>> len(view), view.values("loss"), view.values("loss", 1, 9)
    (2, array([3., 2.]), array([2.]))
    """

    __slots__ = ("_stop", "_table")

    def __init__(self, table: MetricTable, stop: int) -> None:
        self._table = table
        self._stop = stop

    def __len__(self) -> int:
        return self._stop

    def __contains__(self, name: str) -> bool:
        return name in self._table and len(self.values(name)) > 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that have a value so far."""
        return tuple(name for name in self._table.columns if name in self)

    def series(self, name: str, start: int = 0, stop: int | None = None) -> Series:
        """Rows and values of a column in the table rows ``[start, stop)`` that are in sight.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        return self._table.series(name, start, self._until(stop))

    def values(self, name: str, start: int = 0, stop: int | None = None) -> Floats:
        """The values alone, see `series`."""
        return self._table.values(name, start, self._until(stop))

    def _until(self, stop: int | None) -> int:
        return self._stop if stop is None else min(stop, self._stop)


class Block(NamedTuple):
    """Consecutive points of one series, and a view of the other columns up to the same row.

    Attributes
    ----------
    first : int
        How many points of the series came before.
    rows, values : ndarray, shape (n,)
        Table rows and values of the points.
    since : int
        The first table row after the previous block: other columns belong to the block from here to its last row.
    restarted : bool
        The first point starts another run: the step went back there. A block never has a restart inside.
    table : TableView
        All columns up to the last row of the block.
    digest : Digest
        The run so far, this block included, since its last restart; shared by the detectors of the series.
    standings : Standings
        Of this block and those cut with it, of which it is number `place`.
    joined : int
        How many blocks it is made of, of which `place` is the first.
    """

    series: str
    first: int
    rows: Rows
    values: Floats
    since: int
    restarted: bool
    table: TableView
    digest: Digest
    standings: Standings
    place: int
    joined: int = 1

    def each_standing(self) -> Iterator[Standing]:
        """How its finite points stand to those before, a block that it is made of after the other."""
        for place in range(self.place, self.place + self.joined):
            if (standing := self.standings.of(place)) is not None:
                yield standing

    @property
    def last_row(self) -> int:
        return int(self.rows[-1])

    def column(self, name: str) -> Series:
        """What another column has in the rows of this block; empty when there is no such column."""
        if name not in self.table:
            return Series(np.empty(0, np.int64), np.empty(0))
        return self.table.series(name, self.since, self.last_row + 1)


class Cutter:
    """Cut one series of a growing table into blocks at fixed point numbers and at restarts.

    Law: the blocks depend on the points alone, never on how many arrived at once. What stands before `first_row` is not
    read.
    """

    def __init__(self, table: MetricTable, series: str, clock: str | None, first_row: int = 0) -> None:
        self._table = table
        self._series = series
        self._clock = clock
        self._points = 0  # points already handed out
        self._first_row = self._next_row = first_row
        self._timed_until = 0  # rows before which the last time was looked up
        self._last_time = -np.inf
        self._digest: Digest | None = None
        self._known: Digest | None = None
        self._standings = Standings(np.empty(0), np.empty(0, np.int64), np.empty(0), [0], ())
        self._index = 0  # of the blocks there, the next to hand out

    def anew(self) -> Cutter:
        """Another that cuts the same series from its start, and finds what is known of the curve it ends with."""
        again = Cutter(self._table, self._series, self._clock, self._first_row)
        again._known = self._digest
        return again

    @property
    def restarts(self) -> tuple[int, ...]:
        """Rows at which training restarts though the clock goes on, since it last went back."""
        return tuple(self._digest.restarts.tolist()) if self._digest is not None else ()

    def blocks(self, is_final: bool = False, are_joined: bool = False) -> Iterator[Block]:
        """The complete blocks that have become available; at the end (`is_final`) the incomplete one too.

        Where `are_joined`, those of a run come as one, as far as they are read at once.
        """
        if self._series not in self._table:
            return
        length, stop = len(self._table), self._next_row
        while stop < length:
            # A large log is read piece by piece, as all that is computed from a piece is as long as the piece.
            before, stop = self._next_row, min(stop + SPAN_ROWS, length)
            yield from self._blocks_until(stop, is_final and stop == length, are_joined)
            if self._next_row > before and stop < length:
                stop = self._next_row

    def _blocks_until(self, stop: int, is_final: bool, are_joined: bool) -> Iterator[Block]:
        """The blocks in the rows before `stop`; the incomplete one at their end only where it is final."""
        fresh = self._table.series(self._series, self._next_row, stop)
        if self._points + len(fresh) < next_boundary(self._points) and not is_final:
            return  # a restart among them cuts the same blocks when the rest has come
        edges, restarts = self._edges(fresh, is_final)
        before = self._standings.last_points(self._index)
        self._standings = Standings(before, fresh.rows, fresh.values, edges, restarts)
        places = sorted({0, *restarts, len(edges) - 1}) if are_joined else range(len(edges))
        for first, last in pairwise(places):
            points = slice(edges[first], edges[last])
            yield self._hand_out(fresh.rows[points], fresh.values[points], first in restarts, first, last - first)
            self._index = last

    def _edges(self, fresh: Series, is_final: bool) -> tuple[list[int], set[int]]:
        """Where complete blocks start and the last one ends, and the numbers of those that start another run."""
        cuts, length = self._restarts(fresh).tolist(), len(fresh)
        edges, restarts = [0], set[int]()
        cut = 0  # the number of the next restart
        while (used := edges[-1]) < length:
            while cut < len(cuts) and cuts[cut] <= used:
                if cuts[cut] == used:
                    restarts.add(len(edges) - 1)
                cut += 1
            end = next_boundary(self._points + used) - self._points
            if cut < len(cuts):
                end = min(end, cuts[cut])
            if end > length and not is_final:
                break
            edges.append(min(end, length))
        return edges, restarts

    def _hand_out(self, rows: Rows, values: Floats, restarted: bool, place: int, joined: int) -> Block:
        if self._digest is None or restarted:
            self._digest = Digest(self._table, self._series, int(rows[0]), self._known)
        self._digest.take(rows, values)
        before, since, stop = self._points, self._next_row, int(rows[-1]) + 1
        self._points, self._next_row = before + len(rows), stop
        view = TableView(self._table, stop)
        own = self._series, before, rows, values, since, restarted, view, self._digest
        return Block(*own, self._standings, place, joined)

    def _time(self) -> float:
        """The last known time at the points handed out."""
        if self._clock is not None and self._next_row > self._timed_until and self._clock in self._table:
            last = self._table.values(self._clock, self._next_row - 1, self._next_row)
            if self._points and len(last):  # at the last point
                self._last_time = last[0]
            else:
                rows = self._table.series(self._series, self._timed_until, self._next_row).rows
                clock = self._table.series(self._clock, self._timed_until, self._next_row)
                if len(times := clock.values[np.isin(clock.rows, rows)]):
                    self._last_time = times[-1]
            self._timed_until = self._next_row
        return self._last_time

    def _restarts(self, fresh: Series) -> np.ndarray:
        """Indices into `fresh` at which the clock is behind what it was at the point before."""
        if self._clock is None or self._clock not in self._table or not len(fresh):
            return np.empty(0, np.int64)
        first, stop = int(fresh.rows[0]), int(fresh.rows[-1]) + 1
        clock = self._table.series(self._clock, first, stop)
        if len(clock) == len(fresh) == stop - first:  # each row has both
            at, times = np.arange(len(fresh)), clock.values
        else:
            at = np.searchsorted(fresh.rows, clock.rows)
            is_point = (at < len(fresh)) & (fresh.rows[np.minimum(at, len(fresh) - 1)] == clock.rows)
            at, times = at[is_point], clock.values[is_point]
        times = np.concatenate([[self._time()], times])
        return at[times[1:] < times[:-1]]
