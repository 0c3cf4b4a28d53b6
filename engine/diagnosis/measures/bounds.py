"""A loss at or below its lower bound: exactly 0, a cross-entropy below 0, a Dice loss back at 0."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SHARE, TIMES, Measure
from engine.diagnosis.points import finite, median, ratio
from engine.patterns import pattern

# Losses that cannot be negative by definition, by the words of their names.
BOUNDED = pattern(r"(?<![a-z])(bce|ce|xent|nll|mse|mae|rmse|logloss|cross[^a-z]?entropy|hinge|huber)(?![a-z])")


def zero(facts: Facts) -> float | None:
    """The share of losses of exactly 0 during the event."""
    losses = facts.values(facts.event.series, facts.event.start, facts.event.end)
    return float(np.mean(losses == 0)) if len(losses) else None


def below_zero(facts: Facts) -> float | None:
    """How far below 0 the loss goes ÷ how far above 0 it began."""
    losses = finite(facts.values(facts.event.series, 0, len(facts.run.table) - 1))
    if not len(losses) or losses[0] <= 0:
        return None
    return max(0.0, float(-losses.min() / losses[0]))


def bounded(facts: Facts) -> float:
    """Whether the series is named after a loss that cannot be negative."""
    return float(bool(BOUNDED.search(facts.event.series.lower())))


def back_at_zero(facts: Facts) -> float | None:
    """The level after the onset ÷ the best level before, of a loss that had gone negative."""
    best = facts.values(facts.event.series, 0, facts.event.start - 1)
    best = finite(best)
    if len(best) < 3 or median(best[-10:]) is None:
        return None
    low = scatters.median(np.sort(best)[: max(1, len(best) // 10)])
    return ratio(facts.last, low) if low < 0 else None


ZERO = Measure(
    "zero_share",
    "Losses of exactly 0",
    "share of L = 0 during the event",
    "near 1, nothing is computed any more, or NaN is logged as 0: look at the gradient norm",
    SHARE,
    zero,
)
BELOW_ZERO = Measure(
    "below_zero_factor",
    "Depth below 0 against the start",
    "−min L ÷ first L, of a loss that begins above 0",
    "above 1 in a cross-entropy, labels are outside 0 to 1 or the arguments are exchanged: it has no lower bound",
    TIMES,
    below_zero,
)
IS_BOUNDED = Measure(
    "is_bounded_below",
    "Named after a loss that cannot be negative",
    "whether the name is that of a cross-entropy, a squared or an absolute error",
    "with a negative value, an error of the labels or of the loss",
    "",
    bounded,
)
BACK_AT_ZERO = Measure(
    "back_at_zero_share",
    "Level after, of the best level of a negative loss",
    "median L at the end ÷ lowest tenth of L before the onset, where that is below 0",
    "near 0, an overlap loss such as Dice has lost everything: the network answers with one class",
    SHARE,
    back_at_zero,
)
