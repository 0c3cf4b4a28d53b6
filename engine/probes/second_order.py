"""Second-order check: whether slope and curvature explain how a step changed the loss of its mini-batch."""

from __future__ import annotations

from typing import ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.probes.base import NONE, Moment, Probe, Quantity, Readings
from engine.probes.curvature import Curvature, dot

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
        here = Curvature(moment.twin, moment.inputs, moment.targets, moment.reduce)
        with torch.no_grad():
            step = torch._foreach_sub(list(moment.parameters), list(moment.previous))
        slope = dot(here.gradient, step)
        curvature = 0.5 * dot(step, here.times(step))
        moment.twin.load(moment.parameters)
        with torch.no_grad():
            after = float(moment.reduce(moment.twin.losses(moment.inputs, moment.targets)))
        return _readings(slope, curvature, after - here.loss)


def _readings(slope: float, curvature: float, measured: float) -> Readings:
    if slope == curvature == 0.0:
        return NONE  # a step of length zero
    row = {
        "taylor_change": slope + curvature,
        "loss_change": measured,
        "slope_term": slope,
        "curvature_term": curvature,
    }
    if slope < 0:
        row |= {"overlength": curvature / -slope, "overlength_limit": 1.0}
    return row
