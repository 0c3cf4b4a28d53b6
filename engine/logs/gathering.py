"""Gathers a column of a large table from blocks."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.table import Floats, Rows, Sparse

FIRST_ROOM = 1024


class Gathered:
    """Numbers in one growing array, with their rows once a cell is empty.

    Parameters
    ----------
    room : int
        Expected number of values; with a good estimate nothing is copied twice.
    """

    def __init__(self, room: int) -> None:
        self.count = 0
        self._room = room
        self._values: Floats = np.empty(0)
        self._rows: Rows | None = None

    def append_block(self, column: pl.Series, first_row: int) -> None:
        """Append the numbers of a block that starts at a row."""
        nulls = column.null_count()
        if nulls == len(column):
            return
        start, stop = self.count, self.count + len(column) - nulls
        self._make_room(stop)
        if self._rows is None and (nulls or first_row != start):
            self._rows = np.empty(len(self._values), np.int64)
            self._rows[:start] = np.arange(start)
        if self._rows is not None:
            self._rows[start:stop] = np.flatnonzero(column.is_not_null().to_numpy()) + first_row
        for part in (column.drop_nulls() if nulls else column).get_chunks():
            self._values[start : start + len(part)] = part.to_numpy()
            start += len(part)
        self.count = stop

    def append_at(self, rows: Rows, values: Floats) -> None:
        """Append numbers at given rows of the table, both of shape (n,)."""
        if not len(values):
            return
        start, stop = self.count, self.count + len(values)
        self._make_room(stop)
        if self._rows is None and (rows[0] != start or rows[-1] != stop - 1):
            self._rows = np.empty(len(self._values), np.int64)
            self._rows[:start] = np.arange(start)
        if self._rows is not None:
            self._rows[start:stop] = rows
        self._values[start:stop] = values
        self.count = stop

    def _make_room(self, count: int) -> None:
        if count <= len(self._values):
            return
        first = self._room if not len(self._values) else 2 * len(self._values)
        room = max(count, first, FIRST_ROOM)
        self._values = _grown(self._values, self.count, room)
        if self._rows is not None:
            self._rows = _grown(self._rows, self.count, room)

    def cells(self, rows: int) -> Floats | Sparse:
        """The numbers as a column of a table with `rows` rows."""
        values = self._values[: self.count]
        if self._rows is not None:
            return Sparse(self._rows[: self.count], values)
        return values if self.count == rows else Sparse(np.arange(self.count, dtype=np.int64), values)


def _grown(array: NDArray, count: int, room: int) -> NDArray:
    """A longer array with the first `count` numbers; pages that are never written take no memory."""
    grown = np.empty(room, array.dtype)
    grown[:count] = array[:count]
    return grown
