"""One column of one run over x; reads only the new rows from the table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.table import Floats, MetricTable
from gui.plots.curves.abscissa import Abscissa
from gui.plots.curves.growing import Growing
from gui.plots.curves.line import Line

DECADES = 3.0  # from here on a linear axis shows only the largest values
FEW = 0.01  # share of values without a place on a log axis that does not speak against it


@dataclass(frozen=True)
class Extent:
    """The smallest and largest of the finite positive values, and how many finite ones are and are not positive."""

    low: float = math.inf
    high: float = 0.0
    positive: int = 0
    others: int = 0

    def __add__(self, other: Extent) -> Extent:
        return Extent(
            min(self.low, other.low),
            max(self.high, other.high),
            self.positive + other.positive,
            self.others + other.others,
        )


def extent_of(values: Floats) -> Extent:
    """The extent of some values.

    Examples
    --------
    >>> extent_of(np.array([3.0, 0.0, np.nan, 0.5, np.inf]))
    Extent(low=0.5, high=3.0, positive=2, others=1)
    """
    low, high = float(values.min()), float(values.max())
    if low > 0 and high < math.inf:  # false for NaN
        return Extent(low, high, len(values))
    known = values[np.isfinite(values)]
    positive = known[known > 0]
    if not len(positive):
        return Extent(others=len(known))
    return Extent(float(positive.min()), float(positive.max()), len(positive), len(known) - len(positive))


def spans_decades(extents: Sequence[Extent]) -> bool:
    """Whether values are positive but for a few, and span more than three decades.

    Examples
    --------
    >>> spans_decades([extent_of(np.array([1e-4, 2.0]))]), spans_decades([extent_of(np.array([-1.0, 1e-4, 2.0]))])
    (True, False)
    """
    total = sum(extents, Extent())
    if not total.positive or total.others > FEW * total.positive:
        return False
    return math.log10(total.high) - math.log10(total.low) > DECADES


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
        self._extent, self._measured = Extent(), 0

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

    def extent(self) -> Extent:
        """The extent of all values; only new ones are looked at."""
        if self._measured < len(self):
            self._extent += extent_of(self.values[self._measured :])
            self._measured = len(self)
        return self._extent

    def make_ready(self) -> None:
        """Summarise and measure the values in advance."""
        super().make_ready()
        self.extent()

    def own_x(self, count: int) -> Floats | None:
        """The x of the first `count` values; None for 0, 1, 2 …"""
        own = self._own_x()
        return None if own is None else own[:count]

    def _falls(self) -> Sequence[int]:
        return self._own_falls if self._x is not None else self._abscissa.falls
