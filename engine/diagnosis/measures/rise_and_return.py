"""How fast a loss rises at an event, and how far and how fast it returns, as far as the log goes."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import ROWS, SCATTERS, SHARE, Measure
from engine.diagnosis.points import before, median, near, scatter, series_after, series_before
from engine.once import once
from engine.table import Floats

REACH = 2000  # points after the onset that are searched


@once
def jump_row(facts: Facts) -> int:
    """The row of the largest step up around the onset: a detector knows an onset to a few points only."""
    reach = near(facts)
    early = series_before(facts, facts.event.series, reach + 1)
    late = series_after(facts, facts.event.series, 2 * reach)
    rows, values = np.concatenate([early.rows, late.rows]), np.concatenate([early.values, late.values])
    steps = np.diff(values)
    if not len(steps) or not np.isfinite(steps).any():
        return facts.event.start
    return int(rows[1 + int(np.nanargmax(np.where(np.isfinite(steps), steps, np.nan)))])


@once
def _after(facts: Facts) -> Floats:
    values = series_after(facts, facts.event.series, REACH, jump_row(facts)).values
    bad = np.flatnonzero(~np.isfinite(values))
    return values[: bad[0]] if len(bad) else values


@once
def _level(facts: Facts) -> float | None:
    return median(before(facts, facts.event.series, 20)[: -near(facts) or None])


@once
def peak_of(facts: Facts) -> tuple[Floats, int, float] | None:
    """The values from the onset on, where among those of the event the highest is, and the level before."""
    values, level = _after(facts), _level(facts)
    if level is None or not len(values):
        return None
    length = max(2 * near(facts), min(len(values), facts.event.end - facts.event.start + 1))
    peak = int(np.argmax(values[:length]))
    return (values, peak, level) if values[peak] > level else None


def height(facts: Facts) -> float | None:
    """(highest loss − level before) ÷ scatter, for losses of any sign."""
    found, spread = peak_of(facts), scatter(before(facts, facts.event.series))
    if found is None or not spread:
        return None
    values, peak, level = found
    return float((values[peak] - level) / spread)


def rise(facts: Facts) -> float | None:
    """Points from the largest step up around the onset to the highest loss."""
    found = peak_of(facts)
    return None if found is None else float(found[1])


def half_return(facts: Facts) -> float | None:
    """Points from the highest loss to the first below half the height; None if the log ends before."""
    found = peak_of(facts)
    if found is None:
        return None
    values, peak, level = found
    low = np.flatnonzero(values[peak:] < (values[peak] + level) / 2)
    return float(low[0]) if len(low) else None


def returned(facts: Facts) -> float | None:
    """The share of the height that was lost again at the last points of the log (or before the next NaN)."""
    found = peak_of(facts)
    if found is None:
        return None
    values, peak, level = found
    last = scatters.median(values[peak:][-3:])
    return float(np.clip((values[peak] - last) / (values[peak] - level), 0.0, 1.0))


def is_ongoing(facts: Facts) -> float:
    """Whether the event reaches the last rows of the log."""
    return float(facts.event.end >= len(facts.run.table) - 1 - near(facts))


def learned(facts: Facts) -> float | None:
    """What had been gained before the onset ÷ the first loss, for losses of any sign."""
    first = median(facts.values(facts.event.series, 0, 4))
    level = _level(facts)
    if first is None or level is None or first == 0:
        return None
    return float((first - level) / abs(first))


def place(facts: Facts) -> float:
    """The row of the onset ÷ the rows of the run."""
    return facts.event.start / max(1, len(facts.run.table) - 1)


HEIGHT = Measure(
    "rise_scatters",
    "Height in scatters",
    "(highest L − level before) ÷ scatter before",
    "how far out of the ordinary it is, also for losses below 0",
    SCATTERS,
    height,
)
RISE = Measure(
    "rise_points",
    "Points from the jump to the peak",
    "points from the largest step up around the onset to the highest L",
    "0 or 1 is a jump from one point to the next, many are a climb",
    ROWS,
    rise,
)
HALF_RETURN = Measure(
    "half_return_points",
    "Points until half the height is gone",
    "points from the highest L to the first below the middle of peak and level before",
    "1 to 3 is a bad mini-batch; many after a jump are what a lost optimizer state, a new stage of training or "
    "unfrozen layers look like",
    ROWS,
    half_return,
)
RETURNED = Measure(
    "returned_share",
    "Share of the rise that is gone at the end of the log",
    "(highest L − last L) ÷ (highest L − level before), 0 to 1",
    "1 has returned; what is below may be going on still",
    SHARE,
    returned,
)
ONGOING = Measure(
    "is_ongoing",
    "Still going on at the end of the log",
    "whether the event reaches the last rows",
    "then nobody can say yet that it returned",
    "",
    is_ongoing,
)
LEARNED = Measure(
    "learned_share",
    "Gained before the onset",
    "(first L − level before the onset) ÷ size of the first L",
    "near 0, it began before anything was learned",
    SHARE,
    learned,
)
PLACE = Measure(
    "onset_share",
    "Place in the run",
    "row of the onset ÷ rows of the run",
    "at the start, initial weights, inputs and warm-up are near; late, curvature, denominators and data",
    SHARE,
    place,
)
