"""Jumps of the learning rate at an event: up, as in a warm restart, or down, as in a step schedule."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import TIMES, Measure
from engine.diagnosis.points import after, before, near, positive
from engine.table import Floats

RECORD_SHARE = 0.02  # of the run: a rise begins so soon after a rate that stays high
FEWEST_BEFORE = 5  # rates, before one of them can exceed all others


def _steps(facts: Facts) -> Floats:
    """Each rate around the onset ÷ the one logged before it."""
    count = near(facts)
    rates = np.concatenate([before(facts, "lr", count + 1), after(facts, "lr", count + 1)])
    rates = positive(rates)
    return rates[1:] / rates[:-1]


def jump(facts: Facts) -> float | None:
    """The largest factor from one logged rate to the next."""
    steps = _steps(facts)
    return float(steps.max()) if len(steps) else None


def drop(facts: Facts) -> float | None:
    """The smallest factor from one logged rate to the next."""
    steps = _steps(facts)
    return float(steps.min()) if len(steps) else None


def record(facts: Facts) -> float | None:
    """The largest factor by which a rate near the onset exceeds every rate logged before it."""
    table = facts.run.table
    if "lr" not in table:
        return None
    reach = max(near(facts), round(RECORD_SHARE * table.count("lr")))
    rates = positive(table.series("lr", 0, facts.event.start + near(facts)).values)
    first = max(FEWEST_BEFORE, len(rates) - near(facts) - reach)
    if first >= len(rates):
        return None
    highest = np.maximum.accumulate(np.concatenate([[rates[:first].max()], rates[first:-1]]))
    return float((rates[first:] / highest).max())


LR_JUMP = Measure(
    "lr_jump_factor",
    "Jump of the learning rate",
    "largest ηᵢ ÷ ηᵢ₋₁ of the points around the onset",
    "above 1.5, the schedule or a restart raised the rate here, and the loss follows",
    TIMES,
    jump,
    "schedule",
    needs="lr",
)
LR_DROP = Measure(
    "lr_drop_factor",
    "Drop of the learning rate",
    "smallest ηᵢ ÷ ηᵢ₋₁ of the points around the onset",
    "below 0.67, the schedule lowered the rate here, and the loss settles",
    TIMES,
    drop,
    "schedule",
    needs="lr",
)
LR_RECORD = Measure(
    "lr_record_factor",
    "Learning rate above all before",
    "largest ηᵢ ÷ the largest rate before it, of the points up to the onset and just behind",
    "above 1.5, the rate was raised beyond all that the run had known; one that is resumed goes back to a known rate",
    TIMES,
    record,
    "schedule",
    needs="lr",
)
