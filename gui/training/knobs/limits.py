"""The learning rate beyond which steps diverge, from what the probes of a run measured last."""

from __future__ import annotations

import math

from engine.probes.base import all_probes
from engine.run import Run

LIMIT = "stability_limit"  # of a curvature; all of them are inversely proportional to the learning rate
NEAR_ROWS = 400


def stable_rate(run: Run) -> float | None:
    """The largest stable learning rate of a run's optimizer on the present curvature; None if it was not measured.

    Where the limit of a curvature s is c/η, as 2/η for gradient descent, steps of the rate η are stable while
    η < c/s, so the largest rate is η · limit / s.
    """
    rate = last(run, "lr")
    for probe in all_probes().values():
        for quantity in probe.quantities:
            if quantity.limit != LIMIT:
                continue
            curvature, limit = last(run, quantity.column), last(run, LIMIT)
            if rate and curvature and limit and curvature > 0 and limit > 0:
                found = rate * limit / curvature
                return found if math.isfinite(found) else None
    return None


def last(run: Run, column: str) -> float | None:
    """The last finite value of a column, if it is not long ago."""
    if column not in run.table:
        return None
    values = run.table.values(column, max(0, len(run.table) - NEAR_ROWS))
    return next((float(value) for value in values[::-1] if math.isfinite(value)), None)
