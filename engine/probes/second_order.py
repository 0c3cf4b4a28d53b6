"""Second-order check: whether slope and curvature explain how a step changed the loss of its mini-batch."""

from __future__ import annotations

from typing import ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.probes.base import Moment, Probe, Quantity, Readings
from overshoot.arithmetic.curvature import Curvature
from overshoot.arithmetic.norms import moved
from overshoot.arithmetic.step_check import readings, terms

BOOK = "Goodfellow, Bengio, Courville, Deep Learning (2016), §8.2.1"


class SecondOrder(Probe):
    """The predicted change of the loss, g·u + ½ uᵀHu, for the step u actually taken, and the measured change.

    Both are on the mini-batch of the step, for any optimizer; compared with the next mini-batch's loss the sign would
    be random. For plain gradient descent u = −εg the two terms are −ε gᵀg and ½ε² gᵀHg. Dropout is off in both.
    """

    name = "second_order"
    title = N_("Second-order step check")
    about = N_(
        "Predicts from slope and curvature how the step changes the loss on its own mini-batch, and measures the change"
    )
    cost = N_("One forward pass, one gradient with its graph and one Hessian-vector product: 3 to 6 steps per reading")
    quantities = (
        Quantity("taylor_change", N_("Predicted loss change"), "g·u + ½ uᵀHu", BOOK, beside="loss_change"),
        Quantity("loss_change", N_("Measured loss change"), "L(θ + u) − L(θ), same mini-batch", beside="taylor_change"),
        Quantity("slope_term", N_("Slope term"), "g·u; for gradient descent −ε gᵀg", BOOK, beside="curvature_term"),
        Quantity(
            "curvature_term", N_("Curvature term"), "½ uᵀHu; for gradient descent ½ε² gᵀHg", BOOK, beside="slope_term"
        ),
        Quantity(
            "overlength",
            N_("Step ÷ break-even length"),
            "½ uᵀHu / |g·u|; above 1 the loss rises, ½ is the best length",
            BOOK,
            limit="overlength_limit",
            is_log=True,
        ),
        Quantity("overlength_limit", N_("Break-even step length"), "1"),
    )
    explains = (EventKind.OVERSHOOT, EventKind.DIVERGED)
    strides: ClassVar = {
        "edge-of-stability": 500,
        "epoch-spikes": 400,
        "explosion": 800,
        "fluctuation": 1000,
        "healthy": 600,
        "kick-in": 500,
        "late-rise": 200,
    }
    default_stride = 500
    wants_previous = True

    def after_step(self, moment: Moment) -> Readings:
        import torch

        assert moment.previous is not None
        moment.twin.load(moment.previous)
        twin = moment.twin
        here = Curvature(lambda: moment.reduce(twin.losses(moment.inputs, moment.targets)), twin.parameters)
        slope, curvature = terms(here, moved(moment.parameters, moment.previous))
        moment.twin.load(moment.parameters)
        with torch.no_grad():
            after = float(moment.reduce(moment.twin.losses(moment.inputs, moment.targets)))
        return readings(slope, curvature, after - here.loss)
