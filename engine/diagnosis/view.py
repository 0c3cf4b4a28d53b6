"""A series around an event, thinned, with what measures of a whole course need."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from engine.detectors.stream.scatter import median
from engine.diagnosis.facts import MOST_POINTS, Facts
from engine.table import Floats
from engine.values import dataclass

TINY = 1e-300


@dataclass(frozen=True)
class View:
    """A column's values and the places of an event's onset and end among them.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Thinned evenly to at most `MOST_POINTS`.
    start, end : int
        Indices of the onset and of the end.
    """

    values: Floats
    start: int
    end: int

    @cached_property
    def before(self) -> Floats:
        return finite(self.values[: self.start])

    @cached_property
    def after(self) -> Floats:
        return finite(self.values[self.start :])

    @cached_property
    def all(self) -> Floats:
        return finite(self.values)

    @cached_property
    def near(self) -> int:
        """Points that count as shortly before or after."""
        return max(3, len(self.values) // 30)

    @cached_property
    def scatter(self) -> float:
        """Of neighbours, robust; at least a millionth of the level."""
        part = self.before if len(self.before) >= 8 else self.all
        return max(noise(part), 1e-6 * abs(middle(part)), TINY)


def view(facts: Facts, column: str) -> View | None:
    """A column of the run; None if it is not there or empty."""
    if column not in facts.views:
        facts.views[column] = _view(facts, column)
    return facts.views[column]


def _view(facts: Facts, column: str) -> View | None:
    table = facts.run.table
    if column not in table or (count := table.count(column)) < 2:
        return None
    stride = max(1, count // MOST_POINTS)
    if table.is_dense(column):  # its row numbers alone would be as long as the run
        rows, values = np.arange(0, count, stride), table.values(column)[::stride]
    else:
        series = table.series(column)
        rows, values = series.rows[::stride], series.values[::stride]
    start, end = (int(np.searchsorted(rows, row)) for row in (facts.event.start, facts.event.end))
    last = len(rows) - 1
    return View(values, min(start, last), min(end, last))


def finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def middle(values: Floats) -> float:
    """The median; NaN of nothing."""
    return median(values) if len(values) else float("nan")


def noise(values: Floats) -> float:
    """1.4826 × the median absolute difference of neighbours ÷ √2."""
    return float(1.0484 * median(np.abs(np.diff(values)))) if len(values) > 2 else 0.0


def log_ratio(a: float, b: float) -> float:
    """Decimal logarithm of a ÷ b, within ±12; NaN unless both are finite and of one sign."""
    if not (np.isfinite(a) and np.isfinite(b)) or a * b < 0 or (a == 0 and b == 0):
        return float("nan")
    return float(np.clip(np.log10((abs(a) + TINY) / (abs(b) + TINY)), -12, 12))
