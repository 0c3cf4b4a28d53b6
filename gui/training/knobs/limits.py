"""The learning rate beyond which steps diverge, from what the probes of a run measured last."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.probes.base import all_probes
from engine.run import Run

LIMIT = "stability_limit"  # of a curvature; all of them are inversely proportional to the learning rate
NEAR_ROWS = 400


@dataclass(frozen=True)
class StableRate:
    """The largest stable learning rate, the step after which it was measured, and whether that is long ago."""

    rate: float
    step: int
    is_old: bool


def stable_rate(run: Run) -> StableRate | None:
    """The largest stable learning rate of a run's optimizer on the last measured curvature; None without any.

    Where the limit of a curvature s is c/η, as 2/η for gradient descent, steps of the rate η are stable while
    η < c/s, so the largest rate is η · limit / s.
    """
    for probe in all_probes().values():
        for quantity in probe.quantities:
            if quantity.limit == LIMIT and (found := _stable_rate(run, quantity.column)) is not None:
                return found
    return None


def _stable_rate(run: Run, column: str) -> StableRate | None:
    stop = len(run.table)
    measured = _last_reading(run, column, stop)
    if measured is None:
        return None
    row, curvature = measured
    rate, limit = _last_reading(run, "lr", row + 1), _last_reading(run, LIMIT, row + 1)
    if rate is None or limit is None or not (curvature > 0 and limit[1] > 0 and rate[1] > 0):
        return None
    found = rate[1] * limit[1] / curvature
    return StableRate(found, row + 1, row < stop - NEAR_ROWS) if math.isfinite(found) else None


def _last_reading(run: Run, column: str, stop: int) -> tuple[int, float] | None:
    """Row and value of the last finite value before a row."""
    if column not in run.table:
        return None
    for start in (max(0, stop - NEAR_ROWS), 0):
        series = run.table.series(column, start, stop)
        known = np.flatnonzero(np.isfinite(series.values))
        if len(known):
            return int(series.rows[known[-1]]), float(series.values[known[-1]])
    return None


def last(run: Run, column: str) -> float | None:
    """The last finite value of a column, if it is not long ago."""
    if column not in run.table:
        return None
    values = run.table.values(column, max(0, len(run.table) - NEAR_ROWS))
    return next((float(value) for value in values[::-1] if math.isfinite(value)), None)
