"""What the counters of a log tell: samples a step, and gaps where a run was interrupted."""

from __future__ import annotations

import re

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, TIMES, Measure
from engine.diagnosis.points import near
from engine.patterns import pattern

SAMPLES = pattern(r"(^|[^a-z])(consumed_|total_|num_|seen_)?(samples|images|examples|sequences)([^a-z]|$)", re.I)


def _column(facts: Facts) -> str | None:
    return next((name for name in facts.run.table.columns if SAMPLES.search(name)), None)


def samples_per_step(facts: Facts) -> float | None:
    """Samples counted ÷ steps counted between two logged rows."""
    name, table = _column(facts), facts.run.table
    if name is None or "step" not in table:
        return None
    samples, steps = table.series(name, 0, 2000), table.series("step", 0, 2000)
    shared = np.intersect1d(samples.rows, steps.rows)
    if len(shared) < 3:
        return None
    counted = np.diff(samples.values[np.isin(samples.rows, shared)])
    taken = np.diff(steps.values[np.isin(steps.rows, shared)])
    good = (counted > 0) & (taken > 0)
    if np.count_nonzero(good) < 2:
        return None
    return float(np.median(counted[good] / taken[good]))


def gap(facts: Facts, column: str | None) -> float | None:
    """The largest distance between neighbouring values of a column around the onset ÷ the usual one."""
    if column is None or column not in facts.run.table:
        return None
    reach = near(facts) + 1
    there = facts.values(column, facts.event.start - reach, facts.event.start + reach)
    usual = np.diff(facts.values(column, facts.event.start - 200, facts.event.start + 200))
    steps = np.diff(there)
    typical = scatters.median(usual[~np.isnan(usual)]) if len(usual) >= 8 else 0.0
    return float(np.nanmax(np.abs(steps)) / typical) if typical > 0 and len(steps) else None


def time_gap(facts: Facts) -> float | None:
    """The same for the clock on the wall."""
    return gap(facts, "time")


def x_gap(facts: Facts) -> float | None:
    """The same for steps or epochs."""
    return gap(facts, facts.run.x)


SAMPLES_PER_STEP = Measure(
    "samples_per_step",
    "Samples a step",
    "increase of the sample counter ÷ increase of the step, median",
    "the batch size, all devices and accumulation steps together",
    COUNT,
    samples_per_step,
)
TIME_GAP = Measure(
    "time_gap_factor",
    "Pause at the onset",
    "longest time between neighbouring rows around the onset ÷ the usual one",
    "far above 1, the run was interrupted here and may have been resumed without its optimizer state",
    TIMES,
    time_gap,
)
X_GAP = Measure(
    "x_gap_factor",
    "Gap of the steps at the onset",
    "largest distance of neighbouring steps or epochs around the onset ÷ the usual one",
    "far above 1, rows are missing, as between two parts of a run",
    TIMES,
    x_gap,
)
