"""The learning rate just before an event, at its onset and shortly after it."""

from __future__ import annotations

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import Measure
from engine.diagnosis.points import after, before, near, positive


def lr_before(facts: Facts) -> float | None:
    """The last rate that stands clear of the onset."""
    rates = positive(before(facts, "lr", 2 * near(facts)))
    return float(rates[max(0, len(rates) - near(facts))]) if len(rates) else None


def lr_at(facts: Facts) -> float | None:
    """The rate at the onset; the one given as a setting if none is logged."""
    rates = positive(after(facts, "lr", 1))
    return float(rates[0]) if len(rates) else facts.number("lr")


def lr_after(facts: Facts) -> float | None:
    """The first rate that stands clear of the onset."""
    rates = positive(after(facts, "lr", 1 + near(facts)))
    return float(rates[-1]) if len(rates) else None


LR_BEFORE = Measure(
    "lr_before",
    "Learning rate before",
    "learning rate a few points before the onset",
    "with the one after it: whether the rate was changed here",
    "",
    lr_before,
    "schedule",
    needs="lr",
)
LR_AT = Measure(
    "lr_at",
    "Learning rate at the onset",
    "learning rate at the first point of the event",
    "the number that a remedy raises or lowers",
    "",
    lr_at,
    "schedule",
    needs="lr",
)
LR_AFTER = Measure(
    "lr_after",
    "Learning rate after",
    "learning rate a few points after the onset",
    "with the one before it: whether the rate was changed here",
    "",
    lr_after,
    "schedule",
    needs="lr",
)
