"""Signal propagation: the differences between samples in each layer's output, and the gradient coming back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from engine.events import EventKind
from engine.i18n import N_, told
from engine.probes.base import Moment, Probe, Quantity, Readings
from engine.probes.layers import layers, weights
from engine.probes.optimizer_state import ADAPTIVE
from engine.run import Value
from overshoot.arithmetic.norms import norm

if TYPE_CHECKING:
    import torch

    from engine.tasks.base import Task

REFERENCE = 32
DEPTH = "Schoenholz et al. 2017, arXiv 1611.01232"


class Signal(Probe):
    """For each layer the standard deviation of its output between samples, and the RMS of its weights' gradient.

    The standard deviation is over samples for each unit, averaged over units; pooled over all elements it would
    contain the biases. It is taken on a fixed set of `REFERENCE` samples, the gradient on the mini-batch. If RMS(g)
    is far below ε, Adam does not normalise and a plateau will not end soon.
    """

    name = "signal"
    title = N_("Signal propagation")
    about = N_(
        "Layer by layer: how far samples still differ on the way up, and how large the gradient is on the way down"
    )
    cost = N_("One forward pass over 32 samples per reading: about half a step")
    quantities = (
        Quantity(
            "signal/*", N_("Signal between samples"), "mean over units of the std over samples", DEPTH, is_log=True
        ),
        Quantity("grad_rms/*", N_("Gradient scale"), "√mean(g²) over a layer's weights", is_log=True),
        Quantity(
            "grad_over_eps/*",
            N_("Gradient scale in units of ε"),
            "√mean(g²) / ε; well below 1 an adaptive optimizer no longer normalises",
            is_log=True,
        ),
    )
    explains = (EventKind.KICK_IN, EventKind.PLATEAU, EventKind.STALLED)
    strides: ClassVar = {
        "edge-of-stability": 500,
        "epoch-spikes": 400,
        "fluctuation": 200,
        "healthy": 200,
        "kick-in": 40,
        "late-rise": 100,
    }
    default_stride = 200

    def applies_to(self, scenario: str, settings: Mapping[str, Value], task: Task | None = None) -> str | None:
        if task is None:
            return None
        if len(task.inputs) < 2:
            return told(N_("A single sample has no others to differ from"))
        if len(layers(task.model)) < 2:
            return told(N_("The model has a single layer: no signal can vanish on the way"))
        return None

    def before_step(self, moment: Moment) -> Readings:
        import torch

        rows = torch.linspace(0, len(moment.task.inputs) - 1, REFERENCE).long().unique()
        moment.twin.load(moment.parameters)
        with torch.no_grad(), outputs(moment.twin.model) as kept:
            moment.twin.model(moment.task.inputs[rows])
            row = {f"signal/{name}": float(output.std(0).mean()) for name, output in kept.items()}
        row.update(_gradients(moment))
        return row


@contextmanager
def outputs(model: torch.nn.Module) -> Iterator[dict[str, torch.Tensor]]:
    """Record the output of each layer in the passes made within the context; for a recurrent layer its states."""
    kept: dict[str, torch.Tensor] = {}

    def keeper(name: str) -> Callable:
        def keep(_module: torch.nn.Module, _inputs: object, output: torch.Tensor | tuple) -> None:
            kept[name] = output[0] if isinstance(output, tuple) else output

        return keep

    hooks = [layer.register_forward_hook(keeper(name)) for name, layer in layers(model).items()]
    try:
        yield kept
    finally:
        for hook in hooks:
            hook.remove()


def _gradients(moment: Moment) -> Readings:
    eps = float(moment.settings.get("eps", 0.0) or 0.0)
    divides = moment.settings.get("optimizer") in ADAPTIVE and eps > 0
    row: dict[str, float] = {}
    for name, layer in layers(moment.task.model).items():
        gradients = [p.grad for p in weights(layer) if p.grad is not None]
        if not gradients:
            continue
        rms = norm(gradients) / sum(g.numel() for g in gradients) ** 0.5
        row[f"grad_rms/{name}"] = rms
        if divides:
            row[f"grad_over_eps/{name}"] = rms / eps
    return row
