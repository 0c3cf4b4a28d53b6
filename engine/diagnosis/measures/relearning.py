"""How fast a loss falls again after a rise, against how fast it passed the same levels for the first time."""

from __future__ import annotations

import math

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import Measure
from engine.diagnosis.measures.rise_and_return import peak_of
from engine.diagnosis.points import finite
from engine.table import Floats

MOST_POINTS = 5000


def _points_to(values: Floats, level: float) -> int | None:
    low = np.flatnonzero(values <= level)
    return int(low[0]) if len(low) else None


def relearning(facts: Facts) -> float | None:
    """Points from the top to half the height ÷ points from there to half the height in the first learning, as log₁₀."""
    found = peak_of(facts)
    if found is None:
        return None
    values, peak, level = found
    half = (values[peak] + level) / 2
    first = finite(facts.values(facts.event.series, 0, facts.event.start))[:MOST_POINTS]
    top = _points_to(first, min(float(values[peak]), float(first.max()))) if len(first) else None
    again, once = _points_to(values[peak:], half), _points_to(first, half)
    if again is None or once is None or top is None or once <= top:
        return None
    return math.log10(max(again, 1) / (once - top))


def where_from(facts: Facts) -> float | None:
    """The share of the points before the onset that lie above the level to which the loss rose."""
    found = peak_of(facts)
    if found is None:
        return None
    values, peak, _level = found
    first = finite(facts.values(facts.event.series, 0, facts.event.start))
    after = values[peak : peak + 5]
    return float(np.mean(first > scatters.median(after))) if len(first) >= 5 else None


RELEARNING = Measure(
    "relearning_log",
    "Points to learn it again, against the first time",
    "log₁₀((points from the top to half the height) ÷ (points between these levels at first))",
    "about 0, it is learned as the first time: older weights, a new task; far below 0, the weights were only pushed",
    "log₁₀",
    relearning,
)
WHERE_FROM = Measure(
    "back_to_share",
    "Share of the earlier points above the new level",
    "share of the points before the onset that exceed the median of the five from the top on",
    "some, a level as it was once: older weights were loaded; none, higher than ever: a push or another loss",
    "share",
    where_from,
)
