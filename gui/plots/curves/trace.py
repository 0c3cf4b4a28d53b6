"""One column of one run over x; reads only the new rows from the table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.table import Floats, MetricTable
from gui.plots.curves.abscissa import Abscissa
from gui.plots.curves.growing import Growing
from gui.plots.curves.line import Line


class Trace(Line):
    """The values of a column over x; grows with the table."""

    def __init__(self, table: MetricTable, column: str, abscissa: Abscissa) -> None:
        super().__init__()
        self._table = table
        self.column = column
        self._abscissa = abscissa
        self._values = Growing()
        self._x: Growing | None = None  # only if some rows have no value
        self._own_falls: list[int] = []
        self._rows = 0

    def update(self, stop: int) -> bool:
        """Append the rows up to `stop` and return whether they had values."""
        before = len(self)
        if stop > self._rows and self.column in self._table:
            if self._x is None and self._table.is_dense(self.column):
                self._values.append(self._table.values(self.column, self._rows, stop))
            else:
                self._append_sparse(stop)
            self._rows = stop
        return len(self) > before

    def _append_sparse(self, stop: int) -> None:
        if self._x is None:
            self._x = Growing()
            self._x.append(self._abscissa.at(np.arange(len(self))))
            self._own_falls = [row for row in self._abscissa.falls if row < len(self)]
        series = self._table.series(self.column, self._rows, stop)
        x = self._abscissa.at(series.rows)
        joined = np.concatenate([self._x.array[-1:], x])
        first = len(self) + len(x) - len(joined) + 1
        self._own_falls.extend((np.flatnonzero(joined[1:] < joined[:-1]) + first).tolist())
        self._x.append(x)
        self._values.append(series.values)

    @property
    def values(self) -> Floats:
        return self._values.array

    def _own_x(self) -> Floats | None:
        if self._x is not None:
            return self._x.array
        array = self._abscissa.array
        return None if array is None else array[: len(self)]

    def _falls(self) -> Sequence[int]:
        return self._own_falls if self._x is not None else self._abscissa.falls
