"""Whether the learning rate was on its way up or down when an event began."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SHARE, TIMES, Measure
from engine.diagnosis.points import before, finite, ratio

RAMP_POINTS = 20
RAMP_SHARE = 0.05  # of the run
LAST_POINTS = 10


def ramp(facts: Facts) -> float | None:
    """The rate just before the onset ÷ the rate some time before."""
    count = max(RAMP_POINTS, round(RAMP_SHARE * facts.run.table.count("lr"))) if "lr" in facts.run.table else 0
    rates = finite(before(facts, "lr", count))
    return ratio(float(rates[-1]), float(rates[0])) if len(rates) > 2 else None


def rising(facts: Facts) -> float | None:
    """The share of the last logged rates that were above the one before."""
    rates = finite(before(facts, "lr", LAST_POINTS + 1))
    return float(np.mean(np.diff(rates) > 0)) if len(rates) > 2 else None


LR_RAMP = Measure(
    "lr_ramp_factor",
    "Growth of the learning rate before",
    "η just before the onset ÷ η 20 points (or 5 % of the run) before",
    "above 1, a warm-up was still raising the rate: the steps grew until they were too long",
    TIMES,
    ramp,
    "warmup",
    needs="lr",
)
LR_RISING = Measure(
    "lr_rising_share",
    "Learning rate still rising",
    "share of the last 10 logged rates that exceed the one before",
    "at a NaN, a rate that is still rising speaks for steps too long, not for the number format",
    SHARE,
    rising,
    "warmup",
    needs="lr",
)
