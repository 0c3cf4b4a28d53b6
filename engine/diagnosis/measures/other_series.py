"""Whether the loss beside it (validation for training, and the other way) shows the same, and its constant factor."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SCATTERS, SHARE, TIMES, Measure
from engine.diagnosis.points import after, before, finite, median, near, scatter
from engine.table import Floats

FEWEST_PAIRS = 4
MOST_PAIRS = 2000  # evenly spread


def partner(facts: Facts) -> str | None:
    """The training loss of a validation loss, or the first validation loss of a training loss."""
    for series in facts.run.series:
        if series.name == facts.event.series and series.partner is not None:
            return series.partner
        if series.partner == facts.event.series:
            return series.name
    return None


def jump(facts: Facts) -> float | None:
    """(highest value of the other loss around the onset − its level before) ÷ its scatter."""
    name = partner(facts)
    if name is None:
        return None
    usual = before(facts, name, 50)
    there = finite(after(facts, name, near(facts) + 1))
    level, spread = median(usual[-20:]), scatter(usual)
    if level is None or not spread or not len(there):
        return None
    return float((there.max() - level) / spread)


def _factors(facts: Facts) -> Floats:
    """Training loss ÷ validation loss wherever both are logged, the training loss as the last one before."""
    name = partner(facts)
    if name is None:
        return np.empty(0)
    of = {s.name: s for s in facts.run.series}
    own = facts.event.series
    training, validation = (own, name) if of[name].partner == own else (name, own)
    table = facts.run.table
    if training not in table or validation not in table:
        return np.empty(0)
    rare, often = table.series(validation), table.series(training)
    every = max(1, len(rare) // MOST_PAIRS)
    rows, lower = rare.rows[::every], rare.values[::every]
    at = np.searchsorted(often.rows, rows, "right") - 1
    upper = often.values[np.maximum(at, 0)]
    is_known = (at >= 0) & np.isfinite(upper) & np.isfinite(lower) & (lower > 0) & (upper > 0)
    return upper[is_known] / lower[is_known]


def factor(facts: Facts) -> float | None:
    """The median of training loss ÷ validation loss."""
    factors = _factors(facts)
    return float(np.median(factors)) if len(factors) >= FEWEST_PAIRS else None


def factor_spread(facts: Facts) -> float | None:
    """The middle half of ln(training ÷ validation loss)."""
    factors = _factors(facts)
    return float(np.ptp(np.quantile(np.log(factors), [0.25, 0.75]))) if len(factors) >= FEWEST_PAIRS else None


OTHER_JUMP = Measure(
    "other_loss_jump_scatters",
    "The other loss at the same place",
    "(highest value around the onset − level before) ÷ scatter, of the validation loss or the training loss",
    "high in both, the weights were thrown off; in one only, its own data or its own averaging",
    SCATTERS,
    jump,
    needs="validation",
)
OTHER_FACTOR = Measure(
    "other_loss_factor",
    "Training loss ÷ validation loss",
    "median of L(training) ÷ L(validation) wherever both are logged",
    "a whole number that never changes is a sum over accumulation steps or devices, and no fault",
    TIMES,
    factor,
    needs="validation",
)
OTHER_FACTOR_SPREAD = Measure(
    "other_loss_factor_spread",
    "Spread of that factor",
    "middle half of ln(L(training) ÷ L(validation))",
    "near 0, the two differ by a constant factor alone",
    SHARE,
    factor_spread,
    needs="validation",
)
