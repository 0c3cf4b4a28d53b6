"""Whether the loss grew before it stopped being a number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import ROWS, SCATTERS, TIMES, Measure
from engine.diagnosis.points import before, finite, median, ratio, scatter
from engine.table import Floats

LAST_POINTS = 10
FLAT_SCATTER = 1e-3  # of the level: a log of three digits shows no less


def bad_row(facts: Facts) -> int | None:
    """The first row that is not a number, or that stands for one."""
    if facts.first_non_finite is not None:
        return facts.first_non_finite[0]
    hidden = facts.evidence("first_non_finite_row")
    return None if hidden is None else int(hidden)


Parts = tuple[Floats, Floats]


def _parts(facts: Facts) -> list[Parts]:
    """Of each loss that stops at that row: the finite losses of the last points before it, and those before them.

    A term of the loss may be level while the sum grows: what ends together grew together.
    """
    row = bad_row(facts)
    if row is None:
        return []
    names = dict.fromkeys((facts.event.series, *(s.name for s in facts.run.series)))
    ending = [name for name in names if name == facts.event.series or _ends_at(facts, name, row)]
    return [part for name in ending if len((part := _split(finite(before(facts, name, 60, row))))[1])]


def _ends_at(facts: Facts, name: str, row: int) -> bool:
    there = facts.values(name, row, row)
    return len(there) > 0 and not np.isfinite(there).any()


def _split(losses: Floats) -> Parts:
    last = min(LAST_POINTS, len(losses) // 2)
    return losses[len(losses) - last :], losses[: len(losses) - last]


def _largest(parts: list[Parts], of: Callable[[Floats, Floats], float | None]) -> float | None:
    found = [value for last, earlier in parts if len(last) and (value := of(last, earlier)) is not None]
    return max(found, default=None)


def factor(facts: Facts) -> float | None:
    """The largest of the last finite losses ÷ the median of those before."""
    return _largest(_parts(facts), lambda last, earlier: ratio(float(last.max()), median(earlier)))


def scatters(facts: Facts) -> float | None:
    """The same as a difference, in scatters of those before."""
    return _largest(_parts(facts), _in_scatters)


def _in_scatters(last: Floats, earlier: Floats) -> float | None:
    level, spread = median(earlier), scatter(earlier)
    if level is None or spread is None:
        return None
    return float((np.max(last) - level) / max(spread, FLAT_SCATTER * abs(level), 1e-12))


def rows(facts: Facts) -> float | None:
    """How many points in a row, up to the last finite one, lie above the median of the earlier points."""
    return _largest(_parts(facts), _in_a_row)


def _in_a_row(last: Floats, earlier: Floats) -> float | None:
    below = np.flatnonzero(last <= np.median(earlier))
    return float(len(last) - 1 - below[-1]) if len(below) else float(len(last))


GROWTH_FACTOR = Measure(
    "growth_before_nan_factor",
    "Growth before it was not a number",
    "largest of the last 10 finite losses ÷ median of the 50 before them",
    "above 2, the steps were too long; at 1 the loss was level up to the last number: number format, log 0, 0 ÷ 0",
    TIMES,
    factor,
    "mixed_precision",
)
GROWTH_SCATTERS = Measure(
    "growth_before_nan_scatters",
    "Growth before it was not a number, in scatters",
    "(largest of the last 10 finite losses − median of the 50 before) ÷ scatter",
    "above 5, the loss was growing already, even where the factor is small",
    SCATTERS,
    scatters,
    "mixed_precision",
)
GROWTH_ROWS = Measure(
    "growth_before_nan_rows",
    "Points of growth before it was not a number",
    "points in a row above the earlier median, up to the last finite one",
    "several in a row are growth, one is chance",
    ROWS,
    rows,
    "mixed_precision",
)
