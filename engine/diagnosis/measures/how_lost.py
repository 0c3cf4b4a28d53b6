"""How a series came to be no number: when, by infinity or NaN, in which epoch, for good or at single points."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, SHARE, Measure, part_of
from engine.diagnosis.view import view


def lost(facts: Facts) -> dict[str, float]:
    """Where the series has values that are no numbers."""
    v = view(facts, facts.event.series)
    if v is None or not len(v.values):
        return {}
    bad, zero = ~np.isfinite(v.values), v.values == 0
    if not bad.any():
        return {"is_lost": 0.0, "is_zero_at_end": float(len(zero) > 3 and zero[-3:].all())}
    at = int(np.argmax(bad))
    found = {
        "is_lost": 1.0,
        "lost_at_share": at / len(v.values),
        "is_lost_at_once": float(at == 0),
        "is_lost_to_infinity": float(np.isinf(v.values[at])),
        "lost_for_good_share": float(bad[at:].mean()),
    }
    epoch = facts.values("epoch", 0, facts.event.start)
    epoch = epoch[np.isfinite(epoch)]
    return found | ({"lost_in_epoch": float(epoch[-1] - epoch[0])} if len(epoch) else {})


def _measure(name: str, label: str, formula: str, meaning: str, unit: str = "") -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(lost, name))


MEASURES = (
    _measure("is_lost", "Lost", "whether any L is NaN or infinite", "then it is about how it was lost"),
    _measure("is_zero_at_end", "0 at the end", "whether the last three L are 0", "NaN is logged as 0"),
    _measure(
        "lost_at_share",
        "Where it is lost",
        "first L that is no number ÷ points",
        "early, data or initial weights; any other place, number range or long steps",
        SHARE,
    ),
    _measure("is_lost_at_once", "Lost from the first point", "whether the first L is no number", "data or weights"),
    _measure(
        "is_lost_to_infinity", "Infinite first", "whether the first such L is infinite", "growth or a division by 0"
    ),
    _measure(
        "lost_for_good_share",
        "Lost for good",
        "share of L that are no numbers, from the first such L on",
        "below 1, single mini-batches hold values that are not finite and the step was skipped",
        SHARE,
    ),
    _measure(
        "lost_in_epoch",
        "Epoch in which it is lost",
        "epochs from the first row to the onset",
        "in the first, a sample that is not finite is met; in a later one, every sample was seen before",
        COUNT,
    ),
)
