"""The unit of accuracies, which are logged as fractions or in percent: their largest value tells."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from engine.run import Run
from engine.table import Floats, Sparse

LARGEST_FRACTION = 1.5  # a little above 1, for what is no share of all but a mean of some kind
LARGEST_PERCENTAGE = 100.0


def are_percentages(cells: Floats | Sparse) -> bool:
    """Whether an accuracy is told in percent, by its largest value."""
    return _tells_percent(_largest_finite(cells.values if isinstance(cells, Sparse) else cells))


def as_fraction(cells: Floats | Sparse) -> Floats | Sparse:
    """Percentages as fractions."""
    return Sparse(cells.rows, cells.values / 100) if isinstance(cells, Sparse) else cells / 100


def is_accuracy(column: str) -> bool:
    """Whether a column of a table is an accuracy."""
    return column.endswith("accuracy")


def has_other_units(old: Run, new: Run) -> bool:
    """Whether a new reading of a log found that an accuracy is told in another unit than had been thought."""
    columns = [column for column in old.table.columns if is_accuracy(column) and old.table.count(column)]
    return any((column in old.in_percent) is not (column in new.in_percent) for column in columns)


class AppendedAccuracies:
    """Brings appended accuracies to fractions, and notices where they show that those before have another unit."""

    def __init__(self) -> None:
        self.are_outdated = False  # whether the rows so far have to be read again
        self._largest: dict[str, float] = {}  # as it was logged, by column

    def scaled(self, run: Run, column: str, values: Floats) -> Floats:
        """Appended values of an accuracy, in the unit that a reading of all rows would find."""
        is_percent = _tells_percent(self._note(run, column, values))
        if is_percent is not (column in run.in_percent):
            if column in run.table and run.table.count(column):
                self.are_outdated = True
            else:
                run.in_percent ^= {column}
        return values / 100 if is_percent else values

    def _note(self, run: Run, column: str, values: Iterable[float]) -> float:
        """The largest value of all, as it was logged."""
        if column not in self._largest:
            had = _largest_finite(run.table.values(column)) if column in run.table else math.nan
            self._largest[column] = had * 100 if column in run.in_percent else had
        self._largest[column] = float(np.fmax(self._largest[column], _largest_finite(np.asarray(values, np.float64))))
        return self._largest[column]


def _tells_percent(largest: float) -> bool:
    return LARGEST_FRACTION < largest <= LARGEST_PERCENTAGE


def _largest_finite(values: Floats) -> float:
    """The largest finite value, NaN if there is none, usually without copying the column."""
    if len(values) and not np.isfinite(values.max()):
        values = values[np.isfinite(values)]
    return float(values.max()) if len(values) else math.nan
