"""All clues of an event."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.clues.course import around, course, lost
from engine.diagnosis.clues.epochs import epochs
from engine.diagnosis.clues.gradients import gradients
from engine.diagnosis.clues.held_out import validation
from engine.diagnosis.clues.rates import rates
from engine.diagnosis.clues.view import View, view
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import all_measured
from engine.events import EventKind
from engine.series import Role, is_adversarial


def clues(facts: Facts) -> dict[str, float]:
    """Named numbers that speak for and against causes; one that is not known is left out.

    Every number is free of the loss' unit and of the run's length.
    """
    own = view(facts, facts.event.series)
    if own is None:
        return {}
    with np.errstate(all="ignore"):
        found = course(own) | around(own) | lost(own) | rates(view(facts, "lr"), own)
        found |= gradients(view(facts, "grad_norm")) | epochs(facts, own) | _held(facts, own) | _beside(facts)
        found |= all_measured(facts)
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def _held(facts: Facts, own: View) -> dict[str, float]:
    train: View | None = own
    held: View | None = own
    if facts.is_validation:
        partner = next((s.partner for s in facts.run.series if s.name == facts.event.series), None)
        train = view(facts, partner) if partner else None
    else:
        name = next((s.name for s in facts.run.series if s.role is Role.VALIDATION), None)
        held = view(facts, name) if name else None
    return validation(train, held, view(facts, "accuracy"), view(facts, "val_accuracy"))


def _beside(facts: Facts) -> dict[str, float]:
    """What else is in the log: other events, a restart, names of moving objectives."""
    names = [facts.event.series, *(s.name for s in facts.run.series)]
    return {
        "is_validation": float(facts.is_validation),
        "is_adversarial": float(any(is_adversarial(name) for name in names)),
        "has_reward": float(any("reward" in name.lower() for name in facts.run.table.columns)),
        "resumed": float(facts.resumed),
        **{f"has_{kind.value}": float(facts.has_other(kind)) for kind in EventKind},
    }
