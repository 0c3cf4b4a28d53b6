"""Norms of gradient, update and weights by layer."""

from __future__ import annotations

from engine.events import EventKind
from engine.i18n import N_
from engine.probes.base import Moment, Probe, Quantity, Readings
from engine.probes.layers import layers
from overshoot.arithmetic.norms import moved, norm, ratio


class LayerNorms(Probe):
    """L2 norms over each layer's trainable parameters, including biases, and its update-to-weight ratio."""

    name = "layer_norms"
    title = N_("Norms by layer")
    about = N_("Length of gradient, update and weights in each layer")
    cost = N_("Four norms per layer and reading: up to half a step at batch size 1")
    quantities = (
        Quantity("grad_norm/*", N_("Gradient norm"), "‖g‖₂ of the layer, before clipping", is_log=True),
        Quantity("weight_norm/*", N_("Weight norm"), "‖θₜ‖₂ of the layer", is_log=True),
        Quantity("update_ratio/*", N_("Update-to-weight ratio"), "‖u‖₂ / ‖θₜ‖₂ of the layer", is_log=True),
    )
    explains = (EventKind.KICK_IN, EventKind.STALLED)
    default_stride = 100
    is_default = False
    wants_previous = True

    def before_step(self, moment: Moment) -> Readings:
        row: dict[str, float] = {}
        for name, at in _places(moment).items():
            row[f"grad_norm/{name}"] = norm([moment.gradients[i] for i in at])
            row[f"weight_norm/{name}"] = norm([moment.parameters[i] for i in at])
        return row

    def after_step(self, moment: Moment) -> Readings:
        assert moment.previous is not None
        row: dict[str, float] = {}
        for name, at in _places(moment).items():
            before = [moment.previous[i] for i in at]
            update = norm(moved([moment.parameters[i] for i in at], before))
            if "update_ratio" in (found := ratio(update, norm(before))):
                row[f"update_ratio/{name}"] = found["update_ratio"]
        return row


def _places(moment: Moment) -> dict[str, list[int]]:
    """Indices of each layer's parameters among the trainable ones."""
    place = {id(p): i for i, p in enumerate(moment.parameters)}
    found = {
        name: [place[id(p)] for p in layer.parameters(recurse=False) if id(p) in place]
        for name, layer in layers(moment.task.model).items()
    }
    return {name: at for name, at in found.items() if at}
