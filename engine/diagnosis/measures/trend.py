"""Whether a series moves at all: the fall from its first to its last third against what chance makes of its scatter."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream.scatter import median
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SHARE, Measure
from engine.diagnosis.points import finite
from engine.table import Floats

FEWEST = 9


def _run(facts: Facts) -> Floats:
    return finite(facts.values(facts.event.series, 0, len(facts.run.table) - 1))


def trend(facts: Facts) -> float | None:
    """(mean of the first third − of the last) ÷ its standard error for independent points, within ±30."""
    return _significance(_run(facts))


def late_trend(facts: Facts) -> float | None:
    """The same of the last half of the run."""
    values = _run(facts)
    return _significance(values[len(values) // 2 :])


def _significance(values: Floats) -> float | None:
    if len(values) < FEWEST:
        return None
    part = len(values) // 3
    first, last = values[:part], values[-part:]
    error = float(np.sqrt((first.var() + last.var()) / part))
    fall = float(first.mean() - last.mean())
    if error <= 1e-12 * abs(float(values.mean())) or not np.isfinite(error):
        return float(np.sign(fall) * 30) if abs(fall) > 1e-12 * abs(float(values.mean())) else 0.0
    return float(np.clip(fall / error, -30, 30))


def early_fall(facts: Facts) -> float | None:
    """The share of the fall of the whole run that its first twentieth makes."""
    values = _run(facts)
    edge = max(2, len(values) // 20)
    if len(values) < FEWEST:
        return None
    last = median(values[-edge:])
    whole = float(values[0]) - last
    return float(np.clip((values[0] - median(values[edge : 2 * edge])) / whole, -1, 2)) if whole > 0 else None


def with_level(facts: Facts) -> float | None:
    """The slope of the logarithm of the scatter over that of the level, over eighths of the run."""
    values = _run(facts)
    if len(values) < 64 or values.min() <= 0:
        return None
    parts = np.array_split(values, 8)
    levels = np.log([median(part) for part in parts])
    scatters = np.array([median(np.abs(np.diff(part))) for part in parts])
    if np.ptp(levels) < 0.2 or (scatters <= 0).any():
        return None
    return float(np.clip(np.polyfit(levels, np.log(scatters), 1)[0], -3, 5))


TREND = Measure(
    "trend_errors",
    "Fall over the whole run, in standard errors",
    "(mean of the first third − of the last) ÷ √((variances) ÷ points), within ±30",
    "near 0, nothing is learned at all; far above 0 on a level that looks flat, the steps are short and do reach it",
    "× standard error",
    trend,
)
LATE_TREND = Measure(
    "late_trend_errors",
    "Fall over the second half, in standard errors",
    "the same of the last half of the run",
    "near 0 after a first fall, what can be learned is learned, or no more reaches the weights",
    "× standard error",
    late_trend,
)
EARLY_FALL = Measure(
    "early_fall_share",
    "Fall made in the first twentieth",
    "(first L − median of the second twentieth) ÷ (first L − level at the end)",
    "near 1 and flat after it, only the outputs' mean was learned: unrelated labels, dead units; near 0, a slow start",
    SHARE,
    early_fall,
)
SCATTER_WITH_LEVEL = Measure(
    "scatter_with_level_slope",
    "How the scatter follows the level",
    "slope of ln(scatter) over ln(level), over eighths of the run",
    "near 1, each mini-batch scatters by a share of its loss: few samples; near 0, a noise that stays, as of dropout",
    "",
    with_level,
)
