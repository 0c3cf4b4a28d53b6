"""What the scatter is like: correlation of neighbours, tails, lopsidedness."""

from __future__ import annotations

import math

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import LOG, Measure, part_of
from engine.diagnosis.view import TINY, middle, view

WIDTH = 9  # points of the running mean that is taken off
FEWEST = 12


def colour(facts: Facts) -> dict[str, float]:
    """Of the second half, about its running mean."""
    v = view(facts, facts.event.series)
    if v is None or len(v.all) < 8:
        return {}
    y = v.all[len(v.all) // 2 :]
    if len(y) < FEWEST:
        return {}
    rest = y - np.convolve(np.pad(y, WIDTH // 2, mode="edge"), np.full(WIDTH, 1 / WIDTH), "valid")
    size = float(np.std(rest))
    if size < 1e-12 * (abs(middle(y)) + TINY):
        return {"is_still": 1.0}
    z = np.clip(rest / size, -8, 8)
    deviation = 1.4826 * scatters.median(np.abs(rest)) + TINY
    return {
        "is_still": 0.0,
        "neighbours_correlation": float(np.mean(z[1:] * z[:-1])),
        "second_neighbours_correlation": float(np.mean(z[2:] * z[:-2])),
        "tails_log": math.log10(size / deviation),
        "skewness": float(np.mean(z * z * z)),
    }


def _measure(name: str, label: str, formula: str, meaning: str, unit: str = "") -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(colour, name))


MEASURES = (
    _measure("is_still", "Without scatter", "whether the second half does not scatter", "frozen or dead"),
    _measure(
        "neighbours_correlation",
        "Correlation of neighbours",
        "mean of zᵢzᵢ₊₁, z = (L − running mean of 9) ÷ standard deviation",
        "below 0 beyond what the running mean takes off, the loss bounces from wall to wall; above, it drifts",
    ),
    _measure(
        "second_neighbours_correlation",
        "Correlation over two points",
        "mean of zᵢzᵢ₊₂",
        "above 0 beside a negative correlation of neighbours, an oscillation of two steps: the edge of stability",
    ),
    _measure(
        "tails_log",
        "Heavy tails",
        "log₁₀(standard deviation ÷ (1.4826 median abs z))",
        "far above 0, single points stand out: rare samples, or bursts",
        LOG,
    ),
    _measure(
        "skewness",
        "Lopsidedness",
        "mean of z³",
        "above 0, as a mean of few positive losses is; near 0, many samples or added noise",
    ),
)
