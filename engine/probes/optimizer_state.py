"""Denominator of adaptive optimizers, and the resulting size of the next step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.events import EventKind
from engine.i18n import N_, told
from engine.probes.base import NONE, Moment, Probe, Quantity, Readings
from engine.probes.preconditioner import coming
from engine.run import Value

if TYPE_CHECKING:
    from engine.tasks.base import Task

ADAPTIVE = ("adam", "adamw", "rmsprop")


class OptimizerState(Probe):
    """The second moment v of Adam or RMSprop and the size of the next step in units of the learning rate.

    Everything is known before the step is applied: a guard could still veto it.
    """

    name = "optimizer_state"
    title = N_("Optimizer state")
    about = N_("Denominator of Adam and RMSprop, and the relative size of the coming step against its ceiling")
    cost = N_("A few passes over the weights per reading: a twentieth of a step for large networks, half for tiny ones")
    quantities = (
        Quantity("denominator_median", N_("Median denominator"), "median √v̂", is_log=True),
        Quantity(
            "update_rms",
            N_("Relative step"),
            "RMS of g/√v (RMSprop) or m̂/√v̂ (Adam), before the step",
            "Wortsman et al. 2023, arXiv 2304.13013",
            limit="update_rms_ceiling",
        ),
        Quantity(
            "update_rms_ceiling",
            N_("Ceiling of the relative step"),
            "1/√(1 − ρ); Adam by Cauchy-Schwarz from β₁, β₂ and t",
        ),
        Quantity(
            "denominator_lag",
            N_("How far v lags behind g²"),
            "√(Σg²/Σv̂); 1 when it keeps up",
            "Bai et al. 2025, arXiv 2506.04805",
            is_log=True,
        ),
    )
    explains = (EventKind.SPIKE, EventKind.LATE_RISE, EventKind.FLUCTUATION)
    strides: ClassVar = {
        "epoch-spikes": 150,
        "fluctuation": 6,
        "healthy": 40,
        "kick-in": 40,
        "late-rise": 15,
    }
    default_stride = 100

    def applies_to(self, scenario: str, settings: Mapping[str, Value], task: Task | None = None) -> str | None:
        if settings.get("optimizer", "sgd") not in ADAPTIVE:
            return told(N_("Gradient descent has no denominator: it keeps no second moment"))
        return None

    def before_step(self, moment: Moment) -> Readings:
        step = coming(moment)
        return NONE if step is None else step.readings()
