"""The x of table rows: their number, or a column such as step, epoch or time."""

from __future__ import annotations

import numpy as np

from engine.table import Floats, MetricTable, Rows
from gui.plots.curves.growing import Growing


class Abscissa:
    """The x of every row; rows without a value have that of the row before.

    Parameters
    ----------
    table : MetricTable
    column : str or None
        None, or a column that the table does not have, for the row number.
    origin : int or None
        The row at which x is 0, to align runs.
    is_share : bool
        Whether x is the share of the rows there are, in percent.
    """

    def __init__(
        self, table: MetricTable, column: str | None, origin: int | None = None, is_share: bool = False
    ) -> None:
        self._table = table
        self._origin = None if is_share else origin
        self._is_share = is_share
        self.column = column if column is not None and column in table else None
        self._x = Growing()
        self._rows = 0
        self._falls: list[int] = []

    def __len__(self) -> int:
        return self._rows

    def update(self, stop: int) -> None:
        """Append the rows up to `stop`."""
        if stop <= self._rows:
            return
        if self.column is not None:
            x, zero = self._filled(self._rows, stop), self._zero()
            self._append(x - zero if zero else x)
        elif self._is_share:
            self._append(100.0 * np.arange(stop, dtype=np.float64) / max(stop - 1, 1))
        elif self._origin is not None:
            self._append(np.arange(self._rows, stop, dtype=np.float64) - self._origin)
        self._rows = stop

    def _zero(self) -> float:
        """The value of the column at the origin."""
        if self._origin is None or self.column is None:
            return 0.0
        known = self._table.values(self.column, 0, self._origin + 1)
        return float(known[-1]) if len(known) and np.isfinite(known[-1]) else 0.0

    def _filled(self, start: int, stop: int) -> Floats:
        """The column's values for these rows, gaps filled with the value before (at the start, the first value)."""
        values = self._table.values(self.column or "", start, stop)
        if len(values) == stop - start and np.isfinite(values).all():
            return values
        series = self._table.series(self.column or "", start, stop)
        known = series.values[np.isfinite(series.values)]
        rows = series.rows[np.isfinite(series.values)]
        before = self._x.array[-1] + self._zero() if len(self._x) else (known[0] if len(known) else 0.0)
        at = np.searchsorted(rows, np.arange(start, stop), "right")
        return np.concatenate([[before], known])[at]

    def _append(self, x: Floats) -> None:
        if len(self._x) and x[0] < self._x.array[-1]:
            self._falls.append(len(self._x))
        falls = np.flatnonzero(x[1:] < x[:-1]) + 1 + len(self._x)
        self._falls.extend(falls.tolist())
        self._x.append(x)

    @property
    def falls(self) -> list[int]:
        """Rows at which x decreases."""
        return self._falls

    @property
    def array(self) -> Floats | None:
        """The x of each row, shape (rows,); None if it is the row number."""
        return None if self._is_counted else self._x.array

    @property
    def _is_counted(self) -> bool:
        """Whether x is the row number, which need not be stored."""
        return self.column is None and self._origin is None and not self._is_share

    def at(self, rows: Rows) -> Floats:
        """The x of the given rows, which are clipped to the last one."""
        rows = np.clip(rows, 0, max(self._rows - 1, 0))
        return rows.astype(np.float64) if self._is_counted or not len(self._x) else self._x.array[rows]

    def row_near(self, x: float) -> int:
        """The row with the nearest x."""
        if self._is_counted:
            return int(np.clip(round(x), 0, max(self._rows - 1, 0)))
        values = self._x.array
        if self._falls:
            return int(np.argmin(np.abs(values - x))) if len(values) else 0
        right = int(np.searchsorted(values, x))
        around = range(max(right - 1, 0), min(right + 1, len(values)))
        return min(around, key=lambda row: abs(values[row] - x), default=0)
