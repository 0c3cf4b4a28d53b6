"""The course of the learning rate over the whole run, and its size."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, LOG, SHARE, Measure, part_of
from engine.diagnosis.view import log_ratio, view

CHANGED = 0.1  # of a decade from one logged rate to the next
MOST = 20.0  # changes that are counted


def rates(facts: Facts) -> dict[str, float]:
    """Level and top of the rate, and how often it rises and falls."""
    v = view(facts, "lr")
    if v is None:
        return {}
    values = v.all
    if len(values) < 3:
        return {}
    at, top = min(v.start, len(values) - 1), float(values.max())
    steps = np.diff(np.log10(np.maximum(values, 1e-30)))
    return {
        "lr_level_log": float(np.log10(max(values[at], 1e-30))),
        "lr_top_log": float(np.log10(max(top, 1e-30))),
        "lr_rise_count": float(min(MOST, (steps > CHANGED).sum())),
        "lr_fall_count": float(min(MOST, (steps < -CHANGED).sum())),
        "lr_end_log": log_ratio(float(values[-1]), top),
        "lr_top_at_share": float(np.argmax(values >= top * 0.999)) / len(values),
    }


def _measure(name: str, label: str, formula: str, meaning: str, unit: str) -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(rates, name), "schedule", needs="lr")


MEASURES = (
    _measure("lr_level_log", "Size of the rate", "log₁₀(η at the onset)", "absurdly small or large", LOG),
    _measure("lr_top_log", "Size of the largest rate", "log₁₀(largest η)", "absurdly small or large", LOG),
    _measure(
        "lr_rise_count",
        "Rises of the rate",
        "number of ηᵢ above 1.26 ηᵢ₋₁, at most 20",
        "restarts, or a warm-up in steps",
        COUNT,
    ),
    _measure("lr_fall_count", "Falls of the rate", "number of ηᵢ below ηᵢ₋₁ ÷ 1.26, at most 20", "steps down", COUNT),
    _measure("lr_end_log", "Rate at the end", "log₁₀(last η ÷ largest)", "far below 0, it has decayed", LOG),
    _measure(
        "lr_top_at_share", "Where the rate is largest", "first η of the largest ÷ points", "late, a long warm-up", SHARE
    ),
)
