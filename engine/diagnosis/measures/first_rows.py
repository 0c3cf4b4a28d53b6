"""The first rows of a run against those that follow."""

from __future__ import annotations

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import TIMES, Measure
from engine.diagnosis.points import finite, ratio


def first(facts: Facts) -> float | None:
    """The first loss ÷ the median of the next five."""
    losses = finite(facts.values(facts.event.series, 0, 5))
    return ratio(float(losses[0]), scatters.median(losses[1:])) if len(losses) >= 3 else None


def early_peak(facts: Facts) -> float | None:
    """The largest of the first six losses ÷ the first."""
    losses = finite(facts.values(facts.event.series, 0, 5))
    return ratio(float(losses.max()), float(losses[0])) if len(losses) >= 3 and losses[0] > 0 else None


FIRST_ROW = Measure(
    "first_row_factor",
    "First value against the next",
    "first loss ÷ median of the next five",
    "far above 1, the initial weights give loud answers that the first steps quieten",
    TIMES,
    first,
    "kaiming",
)
EARLY_PEAK = Measure(
    "early_peak_factor",
    "Peak of the first rows",
    "largest of the first six losses ÷ the first",
    "far above 1, the first steps were too long: no warm-up, or a rate too high for fresh weights",
    TIMES,
    early_peak,
    "warmup",
)
