"""Norms of gradient, update and weights."""

from __future__ import annotations

from typing import ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.probes.base import Moment, Probe, Quantity, Readings
from overshoot.arithmetic.norms import moved, norm, ratio


class Norms(Probe):
    """L2 norms over all trainable parameters, and the norm of a step relative to that of the weights."""

    name = "norms"
    title = N_("Norms")
    about = N_("Length of gradient, update and weights, and how far a step moves the weights relative to their length")
    cost = N_("About a tenth of a step per reading at batch size 1, less for larger mini-batches")
    quantities = (
        Quantity("grad_norm", N_("Gradient norm"), "‖g‖₂, before clipping", is_log=True),
        Quantity("update_norm", N_("Update norm"), "‖u‖₂ = ‖θₜ₊₁ − θₜ‖₂", is_log=True),
        Quantity("weight_norm", N_("Weight norm"), "‖θₜ‖₂", is_log=True),
        Quantity("update_ratio", N_("Update-to-weight ratio"), "‖u‖₂ / ‖θₜ‖₂", is_log=True),
    )
    explains = (EventKind.DIVERGED, EventKind.LATE_RISE, EventKind.SPIKE)
    strides: ClassVar = {
        "edge-of-stability": 150,
        "epoch-spikes": 60,
        "explosion": 200,
        "fluctuation": 10,
        "healthy": 40,
        "kick-in": 20,
        "late-rise": 15,
    }
    default_stride = 50
    wants_previous = True

    def before_step(self, moment: Moment) -> Readings:
        return {"grad_norm": norm(moment.gradients), "weight_norm": norm(moment.parameters)}

    def after_step(self, moment: Moment) -> Readings:
        assert moment.previous is not None
        return ratio(norm(moved(moment.parameters, moment.previous)), norm(moment.previous))
