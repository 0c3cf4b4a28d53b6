"""The whole curve: how long it is, what it gains and gives back, how much it scatters."""

from __future__ import annotations

import math

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import LOG, SCATTERS, SHARE, Measure, part_of
from engine.diagnosis.view import TINY, log_ratio, middle, noise, view


def course(facts: Facts) -> dict[str, float]:
    """All numbers of the course of the event's series."""
    v = view(facts, facts.event.series)
    if v is None:
        return {}
    y, n = v.all, len(v.values)
    found = {
        "event_length_share": (v.end - v.start + 1) / n,
        "points_log": math.log10(n),
        "finite_share": len(y) / n,
    }
    if len(y) < 8:
        return found
    edge, half = max(2, len(y) // 20), len(y) // 2
    first, last = middle(y[:edge]), middle(y[-edge:])
    span, rough = scatters.quantile(y, 0.98) - float(y.min()), noise(y)
    return found | {
        "gain_share": (first - last) / max(abs(first), TINY),
        "back_share": (last - float(y.min())) / max(span, TINY),
        "scatter_of_span_log": log_ratio(rough, span),
        "scatter_of_level_log": log_ratio(rough, abs(last)),
        "scatter_late_early_log": log_ratio(noise(y[half:]), noise(y[:half])),
        "late_fall_scatters": (middle(y[half : half + edge]) - last) / max(noise(y[half:]), 1e-6 * abs(last), TINY),
        "distinct_late_share": scatters.count_distinct(y[half:]) / len(y[half:]),
        "negative_share": float((y < 0).mean()),
        "top_of_first_log": log_ratio(float(y.max()), first),
    }


def _measure(name: str, label: str, formula: str, meaning: str, unit: str) -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(course, name))


MEASURES = (
    _measure("event_length_share", "Length of the event", "points of the event ÷ points", "short, an accident", SHARE),
    _measure("points_log", "Points", "log₁₀(points)", "how much all other measures rest on", LOG),
    _measure(
        "finite_share", "Points that are numbers", "finite L ÷ L", "little, it was lost early or from the start", SHARE
    ),
    _measure(
        "gain_share",
        "Gained in the whole run",
        "(L of the first twentieth − L of the last) ÷ size of the first",
        "near 0, nothing was learned",
        SHARE,
    ),
    _measure(
        "back_share",
        "Given back at the end",
        "(L of the last twentieth − lowest L) ÷ range",
        "high, what had been learned is lost",
        SHARE,
    ),
    _measure(
        "scatter_of_span_log",
        "Scatter against the range",
        "log₁₀(scatter ÷ (98th percentile − lowest L))",
        "near 0, the run is nothing but scatter",
        LOG,
    ),
    _measure(
        "scatter_of_level_log",
        "Scatter against the level",
        "log₁₀(scatter ÷ L of the last twentieth)",
        "high, few samples a step or steps too long to settle",
        LOG,
    ),
    _measure(
        "scatter_late_early_log",
        "Scatter late against early",
        "log₁₀(scatter of the second half ÷ of the first)",
        "above 0, the steps grow against the curvature; below, the rate decays or the loss comes to its end",
        LOG,
    ),
    _measure(
        "late_fall_scatters",
        "Fall over the second half",
        "(L at the middle − L at the end) ÷ scatter",
        "near 0, nothing more is learned",
        SCATTERS,
    ),
    _measure(
        "distinct_late_share",
        "Different values in the second half",
        "number of different values ÷ points, of the second half",
        "near 0, the output is constant",
        SHARE,
    ),
    _measure(
        "negative_share",
        "Points below 0",
        "share of L < 0",
        "it may be negative, or has no lower bound",
        SHARE,
    ),
    _measure(
        "top_of_first_log",
        "Highest point against the start",
        "log₁₀(highest L ÷ L of the first twentieth)",
        "far above 0, weights were thrown far off",
        LOG,
    ),
)
