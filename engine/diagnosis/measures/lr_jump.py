"""Jumps of the learning rate at an event: up, as in a warm restart, or down, as in a step schedule."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import TIMES, Measure
from engine.diagnosis.points import after, before, near
from engine.table import Floats


def _steps(facts: Facts) -> Floats:
    """Each rate around the onset ÷ the one logged before it."""
    count = near(facts)
    rates = np.concatenate([before(facts, "lr", count + 1), after(facts, "lr", count + 1)])
    rates = rates[np.isfinite(rates) & (rates > 0)]
    return rates[1:] / rates[:-1]


def jump(facts: Facts) -> float | None:
    """The largest factor from one logged rate to the next."""
    steps = _steps(facts)
    return float(steps.max()) if len(steps) else None


def drop(facts: Facts) -> float | None:
    """The smallest factor from one logged rate to the next."""
    steps = _steps(facts)
    return float(steps.min()) if len(steps) else None


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
