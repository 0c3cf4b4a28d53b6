"""The weights themselves, if there are few enough to draw their path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.events import EventKind
from engine.i18n import N_, told
from engine.i18n import number as spoken
from engine.probes.base import Moment, Probe, Quantity, Readings
from engine.run import Value

if TYPE_CHECKING:
    from engine.tasks.base import Task

MOST = 16


class Weights(Probe):
    """Every trainable number before the step, in the order of the model, for the path in the landscape view."""

    name = "weights"
    title = N_("Weights")
    about = N_("Every trainable weight of a tiny model at every step, to draw its path through the landscape")
    cost = N_("A tenth of a step at every step")
    quantities = (Quantity("weight/*", N_("Weight"), "θᵢ before the step"),)
    explains = (EventKind.OVERSHOOT, EventKind.DIVERGED)
    default_stride = 1
    is_default = False

    def applies_to(self, scenario: str, settings: Mapping[str, Value], task: Task | None = None) -> str | None:
        if task is None:
            return None
        count = sum(p.numel() for p in task.model.parameters() if p.requires_grad)
        if count > MOST:
            message = N_("The model has {count} weights; a path can be drawn for at most {most}")
            return told(message, count=spoken(count), most=spoken(MOST))
        return None

    def before_step(self, moment: Moment) -> Readings:
        values = [value for p in moment.parameters for value in p.detach().reshape(-1).tolist()]
        return {f"weight/{i}": value for i, value in enumerate(values)}
