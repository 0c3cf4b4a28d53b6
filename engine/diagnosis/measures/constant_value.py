"""Whether a stretch of the loss is the same number again and again: nothing moves, or the output is constant."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SHARE, Measure
from engine.diagnosis.points import before, finite
from engine.table import Floats

LAST_POINTS = 50


def _distinct(values: Floats) -> float | None:
    found = finite(values)
    return scatters.count_distinct(found) / len(found) if len(found) >= 4 else None


def distinct(facts: Facts) -> float | None:
    """Distinct values of the event ÷ its points."""
    return _distinct(facts.during)


def at_end(facts: Facts) -> float | None:
    """The same for the last points of the series."""
    return _distinct(before(facts, facts.event.series, LAST_POINTS, len(facts.run.table)))


def relative_scatter(facts: Facts) -> float | None:
    """The standard deviation of the last points ÷ their level."""
    last = finite(before(facts, facts.event.series, LAST_POINTS, len(facts.run.table)))
    level = abs(scatters.median(last)) if len(last) >= 4 else 0.0
    return float(np.std(last) / level) if level else None


DISTINCT = Measure(
    "distinct_share",
    "Different values during the event",
    "number of different values ÷ number of points",
    "near 0, the weights do not move at all or the output is constant",
    SHARE,
    distinct,
)
DISTINCT_AT_END = Measure(
    "distinct_at_end_share",
    "Different values at the end",
    "number of different values among the last 50 points ÷ their number",
    "near 0 after jumps, the network has died: its output is the same for every input",
    SHARE,
    at_end,
    "dead_relu",
)
SCATTER_AT_END = Measure(
    "scatter_at_end_share",
    "Scatter at the end, of the level",
    "standard deviation of the last 50 points ÷ their median",
    "0 to the digits of the log: frozen or dead",
    SHARE,
    relative_scatter,
    "dead_relu",
)
