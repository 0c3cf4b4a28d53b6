"""The learning rate against those in use with its optimizer."""

from __future__ import annotations

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import TIMES, Measure
from engine.diagnosis.measures.lr_at_event import lr_at
from engine.diagnosis.points import median, ratio

# Lowest and highest rates that published recipes start from: fine-tuning with Adam goes down to 10⁻⁶ (preference
# tuning of language models), SGD to 10⁻⁴; above the upper ones most networks diverge. A rate of an unknown optimizer
# is only unusual where it is so for all of them.
USUAL = {
    "sgd": (1e-4, 1.0),
    "momentum": (1e-4, 0.5),
    "rmsprop": (1e-6, 1e-2),
    "adam": (1e-6, 1e-2),
    "adamw": (1e-6, 1e-2),
}
ANY = (1e-6, 1.0)


def _rate(facts: Facts) -> float | None:
    during = median(facts.values("lr", facts.event.start, facts.event.end))
    return during if during is not None and during > 0 else lr_at(facts)


def _usual(facts: Facts) -> tuple[float, float]:
    return USUAL.get(str(facts.settings.get("optimizer")), ANY)


def over_least(facts: Facts) -> float | None:
    """The rate during the event ÷ the lowest usual one of its optimizer."""
    return ratio(_rate(facts), _usual(facts)[0])


def over_most(facts: Facts) -> float | None:
    """The rate at the onset ÷ the highest usual one of its optimizer."""
    return ratio(lr_at(facts), _usual(facts)[1])


OVER_LEAST = Measure(
    "lr_over_least_usual",
    "Learning rate ÷ lowest usual one",
    "median rate during the event ÷ 10⁻⁶ (Adam, RMSprop, unknown) or 10⁻⁴ (SGD)",
    "below 1, the rate is too small to learn anything: raise it, never lower it",
    TIMES,
    over_least,
    needs="lr",
)
OVER_MOST = Measure(
    "lr_over_most_usual",
    "Learning rate ÷ highest usual one",
    "rate at the onset ÷ 0.01 (Adam, RMSprop), 0.5 (momentum) or 1 (SGD, unknown)",
    "above 1, the steps are likely too long",
    TIMES,
    over_most,
    needs="lr",
)
