"""When the gain of a run was made."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SHARE, Measure, part_of
from engine.diagnosis.view import middle, view

PARTS = 40


def speed(facts: Facts) -> dict[str, float]:
    """When a tenth, half and nine tenths of the gain were made, and how steep the steepest part is."""
    v = view(facts, facts.event.series)
    if v is None or len(v.all) < 8:
        return {}
    coarse = np.array([middle(part) for part in np.array_split(v.all, min(PARTS, len(v.all) // 2))])
    gain = coarse[0] - coarse.min()
    if gain <= 0:
        return {}
    when = [float(np.argmax(coarse <= coarse[0] - share * gain)) / len(coarse) for share in (0.1, 0.5, 0.9)]
    steepest = float(np.max(coarse[:-1] - coarse[1:]) / gain) if len(coarse) > 1 else 1.0
    return {"tenth_at_share": when[0], "half_at_share": when[1], "most_at_share": when[2], "steepest_share": steepest}


def _when(name: str, part: str, meaning: str) -> Measure:
    formula = f"first fortieth of the run whose median is {part} of the way from the first to the lowest"
    return Measure(name, f"When {part} was gained", formula, meaning, SHARE, part_of(speed, name))


MEASURES = (
    _when("tenth_at_share", "a tenth", "late, a warm-up or a signal that had to grow first"),
    _when("half_at_share", "half", "late, a slow start; early, an ordinary course"),
    _when("most_at_share", "nine tenths", "early, there is nothing left to learn"),
    Measure(
        "steepest_share",
        "Gain of the steepest part",
        "largest fall from one fortieth to the next ÷ gain",
        "near 1, everything was learned at one place: a drop of the rate, a signal that kicks in",
        SHARE,
        part_of(speed, "steepest_share"),
    ),
)
