"""What is left of a rise one, three, ten and thirty points after its top, and how it came up to it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SHARE, Measure
from engine.diagnosis.measures.rise_and_return import jump_row, peak_of
from engine.diagnosis.points import before, finite, median, near, series_before

OFFSETS = (1, 3, 10, 30)


def left_after(points: int) -> Callable[[Facts], float | None]:
    """The share of the height that is left so many points after the top."""

    def of(facts: Facts) -> float | None:
        found = peak_of(facts)
        if found is None:
            return None
        values, peak, level = found
        window = values[peak + points : peak + points + max(1, points // 3)]
        return (
            float(np.clip((scatters.median(window) - level) / (values[peak] - level), -1, 1)) if len(window) else None
        )

    return of


def run_up(facts: Facts) -> float | None:
    """The share of the height that was there one point before the largest step up."""
    found = peak_of(facts)
    if found is None:
        return None
    values, peak, level = found
    last = series_before(facts, facts.event.series, 1, jump_row(facts)).values
    if not len(last) or not np.isfinite(last[0]):
        return None
    return float(np.clip((last[0] - level) / (values[peak] - level), -1, 1))


def first_step(facts: Facts) -> float | None:
    """The share of the height that the largest step up makes."""
    found = peak_of(facts)
    if found is None:
        return None
    values, peak, level = found
    last = series_before(facts, facts.event.series, 1, jump_row(facts)).values
    start = float(last[0]) if len(last) and np.isfinite(last[0]) else level
    return float(np.clip((values[0] - start) / (values[peak] - level), 0, 2))


def of_gain(facts: Facts) -> float | None:
    """The height ÷ what had been gained before."""
    found, first = peak_of(facts), median(facts.values(facts.event.series, 0, 4))
    if found is None or first is None:
        return None
    values, peak, level = found
    gained = first - level
    return float(np.clip((values[peak] - level) / gained, 0, 1e3)) if gained > 0 else None


def scatter_after(facts: Facts) -> float | None:
    """Mean distance of neighbours well after the top ÷ that before the onset."""
    found = peak_of(facts)
    earlier = finite(before(facts, facts.event.series))
    if found is None or len(earlier) < 8:
        return None
    values, peak, _level = found
    later = values[peak + 2 * near(facts) :][:50]
    own = scatters.median(np.abs(np.diff(earlier)))
    return scatters.median(np.abs(np.diff(later))) / own if len(later) >= 8 and own > 0 else None


def _left(points: int) -> Measure:
    return Measure(
        f"left_after_{points}_share",
        f"Left of the rise, {points} {'point' if points == 1 else 'points'} after its top",
        f"(L {points} after the top − level before) ÷ (top − level before), −1 to 1",
        "about 0 at once, a mini-batch that was only seen; a rest that fades, weights that were moved and are pulled "
        "back; all of it, another task or another rate",
        SHARE,
        left_after(points),
    )


LEFT_AFTER_1, LEFT_AFTER_3, LEFT_AFTER_10, LEFT_AFTER_30 = map(_left, OFFSETS)
RUN_UP = Measure(
    "run_up_share",
    "Risen before the largest step",
    "(L before the largest step up − level before) ÷ (top − level before)",
    "about 0 is a jump out of a calm course; more is growth from step to step, as steps that are too long make it",
    SHARE,
    run_up,
)
FIRST_STEP = Measure(
    "first_step_share",
    "Height made in one point",
    "largest step up ÷ (top − level before)",
    "1 is a jump, as of a mini-batch or a restart; less is a climb",
    SHARE,
    first_step,
)
OF_GAIN = Measure(
    "rise_of_gain_factor",
    "Height against what was gained",
    "(top − level before) ÷ (first L − level before)",
    "near 1, all that was learned is lost: weights made anew, or one constant answer",
    SHARE,
    of_gain,
)
SCATTER_AFTER = Measure(
    "scatter_after_factor",
    "Scatter after against before",
    "median abs ΔL of 50 points after the top ÷ of those before the onset",
    "above 1, the steps are longer than before: a raised rate; about 1, one accident",
    "×",
    scatter_after,
)
