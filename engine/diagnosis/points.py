"""Points of a column around the onset of an event, counted in points of that column, not in table rows."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.table import Floats, MetricTable, Series

NEAR_POINTS = 3  # the onset of an event is known to a few points
NEAR_SHARE = 1 / 256  # and in a long run to one of the bins that detectors review
USUAL_POINTS = 50


def near(facts: Facts) -> int:
    """How many points away from the onset something still happens at the onset."""
    return max(NEAR_POINTS, round(NEAR_SHARE * facts.run.table.count(facts.event.series)))


def before(facts: Facts, column: str, count: int = USUAL_POINTS, row: int | None = None) -> Floats:
    """The last `count` values of a column before a row, by default the onset; not finite ones included."""
    return series_before(facts, column, count, row).values


def series_before(facts: Facts, column: str, count: int = USUAL_POINTS, row: int | None = None) -> Series:
    """The same, with their rows."""
    row = facts.event.start if row is None else row
    found = _reach(facts.run.table, column, row, count, -1)
    return Series(found.rows[-count:], found.values[-count:])


def after(facts: Facts, column: str, count: int = USUAL_POINTS, row: int | None = None) -> Floats:
    """The first `count` values of a column from a row on, by default the onset; not finite ones included."""
    return series_after(facts, column, count, row).values


def series_after(facts: Facts, column: str, count: int = USUAL_POINTS, row: int | None = None) -> Series:
    """The same, with their rows."""
    row = facts.event.start if row is None else row
    found = _reach(facts.run.table, column, row, count, 1)
    return Series(found.rows[:count], found.values[:count])


def _reach(table: MetricTable, column: str, row: int, count: int, way: int) -> Series:
    """At least `count` values on one side of a row, as far as there are any: the window grows over empty cells."""
    if column not in table or count <= 0:
        return Series(np.empty(0, np.int64), np.empty(0))
    reach = count
    while True:
        first, stop = (max(0, row - reach), max(0, row)) if way < 0 else (max(0, row), row + reach)
        found = table.series(column, first, stop)
        if len(found) >= count or (first == 0 and way < 0) or (stop >= len(table) and way > 0):
            return found
        reach *= 4


def finite(values: Floats) -> Floats:
    """The finite ones of some values."""
    return values[np.isfinite(values)]


def positive(values: Floats) -> Floats:
    """The finite ones above 0, as rates that are logged before or after a training are not."""
    return values[np.isfinite(values) & (values > 0)]


def median(values: Floats) -> float | None:
    """The median of the finite values; None if there are none."""
    found = finite(values)
    return scatters.median(found) if len(found) else None


def scatter(values: Floats) -> float | None:
    """Robust standard deviation of points about a curve: 1.4826 median |Δ − median Δ| / √2; None below four points.

    Examples
    --------
    >>> scatter(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    0.0
    """
    steps = np.diff(finite(values))
    if len(steps) < 3:
        return None
    return float(1.4826 * scatters.median(np.abs(steps - scatters.median(steps))) / np.sqrt(2))


def ratio(upper: float | None, lower: float | None) -> float | None:
    """A quotient of two numbers; None if one is unknown or the lower one is 0."""
    return None if upper is None or lower is None or lower == 0 else float(upper / lower)
