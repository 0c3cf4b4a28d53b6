"""The append-only table of a run's numbers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"  # as texts, for they would load all of NumPy
Rows: TypeAlias = "NDArray[np.int64]"

FIRST_CHUNK = 128  # small, since a run has many columns and most probes write rarely
LARGEST_CHUNK = 1 << 18
LOOKED_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Series:
    """The values of one column with their table rows.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        Strictly increasing row numbers; a row without a value is absent.
    values : ndarray of float64, shape (n,)
        NaN and infinity are values of the training.
    """

    rows: Rows
    values: Floats

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Sparse:
    """A chunk of a sparse column for `MetricTable.extend`; rows count from the start of the chunk."""

    rows: Rows
    values: Floats


class _Growing:
    """Numbers of one type in chunks, which never move, so that readers' views stay valid."""

    def __init__(self, dtype: type) -> None:
        self._dtype = dtype
        self._chunks: list[NDArray] = []
        self._starts: list[int] = []
        self._filled = 0
        self._room = 0

    def append(self, value: float) -> None:
        if self._filled == self._room:
            self._grow()
        self._chunks[-1][self._filled - self._starts[-1]] = value
        self._filled += 1

    def _grow(self) -> None:
        size = min(max(FIRST_CHUNK, self._room), LARGEST_CHUNK)
        self._starts.append(self._filled)
        self._chunks.append(np.empty(size, self._dtype))
        self._room = self._filled + size

    def adopt(self, values: NDArray) -> None:
        """Add an array as a chunk, without a copy if its type fits."""
        if not len(values):
            return
        if self._filled < self._room:
            last = self._filled - self._starts[-1]
            self._chunks[-1] = self._chunks[-1][:last]
        self._starts.append(self._filled)
        self._chunks.append(np.asarray(values, self._dtype))
        self._filled += len(values)
        self._room = self._filled

    def view(self, start: int, stop: int) -> NDArray:
        """The numbers in ``[start, stop)``; a view if they are in one chunk."""
        if start >= stop:
            return np.empty(0, self._dtype)
        chunks, starts = self._chunks, self._starts
        first = bisect_right(starts, start) - 1
        last = bisect_left(starts, stop) - 1
        if first == last:
            return chunks[first][start - starts[first] : stop - starts[first]]
        parts = [chunks[first][start - starts[first] :], *chunks[first + 1 : last], chunks[last][: stop - starts[last]]]
        return np.concatenate(parts)[: stop - start]

    def __len__(self) -> int:
        return self._filled


class _Column:
    """A column: values, with their rows unless every row has one."""

    def __init__(self, first_row: int) -> None:
        self.values = _Growing(np.float64)
        self.finite_until = 0  # all values before are known to be finite
        self.rows: _Growing | None = None if first_row == 0 else _Growing(np.int64)

    def become_sparse(self, dense_rows: int) -> None:
        rows = _Growing(np.int64)
        rows.adopt(np.arange(dense_rows, dtype=np.int64))
        self.rows = rows

    def put(self, row: int, value: float) -> None:
        if self.rows is None and row != len(self.values):
            self.become_sparse(len(self.values))
        self.values.append(value)
        if self.rows is not None:
            self.rows.append(row)

    def adopt(self, first_row: int, chunk: Floats | Sparse) -> None:
        sparse = isinstance(chunk, Sparse)
        if self.rows is None and (sparse or first_row != len(self.values)):
            self.become_sparse(len(self.values))
        values = chunk.values if isinstance(chunk, Sparse) else chunk
        self.values.adopt(values)
        if self.rows is not None:
            rows = chunk.rows if isinstance(chunk, Sparse) else np.arange(len(values), dtype=np.int64)
            self.rows.adopt(rows + first_row)


def _first_bad(values: _Growing, start: int, stop: int) -> int | None:
    """The index of the first value that is not finite; None if all are."""
    for first in range(start, stop, LOOKED_AT_ONCE):
        is_finite = np.isfinite(values.view(first, min(first + LOOKED_AT_ONCE, stop)))
        if not is_finite.all():
            return first + int(np.argmin(is_finite))
    return None


class MetricTable:
    """Append-only columns of numbers for one run; one writer, many readers, no lock on the read side.

    A row is published only after all of its cells are written, so readers in other threads see whole rows. A column is
    dense while every row has a value, else it has row numbers. A missing cell is absent; NaN is a value of training.

    Parameters
    ----------
    columns : iterable of str, optional
        Columns to create in this order before their first values.

    Examples
    --------
    >>> table = MetricTable()
    >>> table.append({"step": 1, "loss": 0.5})
    >>> table.append({"step": 2, "loss": 0.25, "accuracy": 0.9})
    >>> len(table), table.columns
    (2, ('step', 'loss', 'accuracy'))
    >>> table.series("accuracy")
    Series(rows=array([1]), values=array([0.9]))
    """

    def __init__(self, columns: Iterable[str] = ()) -> None:
        self._columns: dict[str, _Column] = {name: _Column(0) for name in columns}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order of their creation."""
        return tuple(self._columns)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def append(self, row: Mapping[str, float]) -> None:
        """Write one row and publish it; columns missing in `row` have no value there."""
        at = self._length
        for name, value in row.items():
            self._column(name).put(at, value)
        self._length = at + 1

    def extend(self, chunk: Mapping[str, Floats | Sparse], rows: int | None = None) -> None:
        """Write many rows at once and publish them; float64 arrays are not copied.

        Parameters
        ----------
        chunk : mapping of name to array or Sparse
            Arrays have one value per row; a `Sparse` has row numbers relative to the chunk's first row.
        rows : int, optional
            Number of rows in the chunk; needed only if every column is sparse.

        Raises
        ------
        ValueError
            If arrays differ in length, or a sparse row is outside the chunk.
        """
        lengths = {len(c) for c in chunk.values() if not isinstance(c, Sparse)}
        if rows is not None:
            lengths.add(rows)
        if len(lengths) != 1:
            raise ValueError(f"columns of one chunk must have one length, got {sorted(lengths)}")
        count = lengths.pop()
        for name, column in chunk.items():
            if isinstance(column, Sparse) and len(column.rows) and not 0 <= column.rows[0] <= column.rows[-1] < count:
                raise ValueError(f"column {name!r} has rows outside 0..{count - 1}")
        at = self._length
        for name, column in chunk.items():
            self._column(name).adopt(at, column)
        self._length = at + count

    def _column(self, name: str) -> _Column:
        column = self._columns.get(name)
        if column is None:
            column = _Column(self._length)
            # A new dict, since a reader may be iterating over the old one.
            self._columns = {**self._columns, name: column}
        return column

    def is_dense(self, name: str) -> bool:
        """Whether every published row has a value in a column."""
        column = self._columns[name]
        return column.rows is None and len(column.values) >= self._length

    def count(self, name: str) -> int:
        """Number of values of a column in the published rows."""
        return self._span(self._columns[name], 0, self._length)[1]

    def series(self, name: str, start: int = 0, stop: int | None = None) -> Series:
        """The values of a column in the published rows ``[start, stop)``.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        column = self._columns[name]
        end = self._length if stop is None else min(stop, self._length)
        rows = column.rows
        if rows is None:
            end = min(end, len(column.values))
            start = min(start, end)
            return Series(np.arange(start, end, dtype=np.int64), column.values.view(start, end))
        first, last = self._span(column, start, end)
        return Series(rows.view(first, last), column.values.view(first, last))

    def first_non_finite(self, name: str, start: int = 0) -> tuple[int, float] | None:
        """Row and value of the first NaN or infinity of a column in the published rows from `start` on.

        What is known to be finite is not looked at again.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        column = self._columns[name]
        first, last = self._span(column, start, self._length)
        found = _first_bad(column.values, column.finite_until, last)
        column.finite_until = last if found is None else found
        if found is not None and found < first:
            found = _first_bad(column.values, first, last)
        if found is None:
            return None
        row = found if column.rows is None else int(column.rows.view(found, found + 1)[0])
        return row, float(column.values.view(found, found + 1)[0])

    @staticmethod
    def _span(column: _Column, start: int, stop: int) -> tuple[int, int]:
        rows = column.rows
        if rows is None:
            count = len(column.values)
            return min(start, count), min(stop, count)
        # The writer writes a value before its row number, so every row number has its value.
        stored = rows.view(0, len(rows))
        first, last = np.searchsorted(stored, (start, stop), "left")
        return int(first), int(last)

    def values(self, name: str, start: int = 0, stop: int | None = None) -> Floats:
        """The values without rows, shape (n,); a view if they are in one chunk."""
        column = self._columns[name]
        end = self._length if stop is None else min(stop, self._length)
        first, last = self._span(column, start, end)
        return column.values.view(first, last)
