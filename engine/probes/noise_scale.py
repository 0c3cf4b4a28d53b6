"""Gradient noise scale: the sampling noise of the gradient, and the batch size that averages it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.events import EventKind
from engine.i18n import N_, told
from engine.probes.base import NONE, Moment, Probe, Quantity, Readings, State
from engine.run import Value
from overshoot.arithmetic.noise import Noise, two_batch

if TYPE_CHECKING:
    import torch

    from engine.tasks.base import Task

SOURCE = "McCandlish et al. 2018, arXiv 1812.06162, App. A"


class NoiseScale(Probe):
    """Gradient noise scale tr Σ / ‖G‖² from the two halves of a mini-batch.

    With B_b the batch, B_s its half: ‖G‖² ≈ (B_b‖G_b‖² − B_s‖G_s‖²)/(B_b − B_s) and
    tr Σ ≈ (‖G_s‖² − ‖G_b‖²)/(1/B_s − 1/B_b). Both are unbiased but their ratio is not, so each is averaged over
    readings (memory `MEMORY`, debiased) before the division.
    """

    name = "noise_scale"
    title = N_("Gradient noise scale")
    about = N_("Sampling noise of the gradient: with batches of about this size plain gradient descent is calm")
    cost = N_("Two gradients of half a mini-batch: one to two steps per reading")
    quantities = (
        Quantity(
            "noise_scale",
            N_("Noise scale: batch size at which fluctuation should fade"),
            "tr Σ / ‖G‖², from two batch sizes",
            SOURCE,
            limit="batch_size",
            is_log=True,
        ),
        Quantity("gradient_variance", N_("Variance of a sample's gradient"), "tr Σ, averaged", SOURCE, is_log=True),
        Quantity("gradient_square", N_("Squared norm of the true gradient"), "‖G‖², averaged", SOURCE, is_log=True),
    )
    explains = (EventKind.FLUCTUATION,)
    strides: ClassVar = {
        "fluctuation": 200,
    }
    default_stride = 100
    is_default = False

    def __init__(self) -> None:
        self._noise = Noise()

    def is_on(self, scenario: str) -> bool:
        return scenario == "fluctuation"

    def applies_to(self, scenario: str, settings: Mapping[str, Value], task: Task | None = None) -> str | None:
        batch = settings.get("batch_size")
        if batch == "full":
            return told(N_("Every step sees all the data: there is no sampling noise"))
        if batch == 1:
            return told(N_("A mini-batch of one cannot be split in two"))
        if settings.get("normalization") == "batch":
            message = N_(
                "With BatchNorm, each sample's gradient depends on the rest of its mini-batch, so halves cannot be "
                "compared"
            )
            return told(message)
        return None

    def caveat(self, settings: Mapping[str, Value]) -> str | None:
        """Why a correct reading does not predict the calming batch size here; None if it does."""
        if settings.get("optimizer") in ("adam", "adamw", "rmsprop"):
            message = N_(
                "An adaptive optimizer at its stability limit fluctuates because of its step size, not of "
                "sampling: a larger mini-batch will not calm it"
            )
            return told(message)
        return None

    def before_step(self, moment: Moment) -> Readings:
        half = len(moment.inputs) // 2
        if half == 0:
            return NONE
        moment.twin.load(moment.parameters)
        first = _gradient(moment, slice(0, half))
        second = _gradient(moment, slice(half, 2 * half))
        return self._noise.add(*two_batch(first, second, half))

    def state(self) -> State:
        return {"trace": self._noise.trace, "square": self._noise.square, "count": self._noise.count}

    def restore(self, state: State) -> None:
        self._noise.trace, self._noise.square = float(state["trace"]), float(state["square"])  # type: ignore[arg-type]
        self._noise.count = int(state["count"])  # type: ignore[call-overload]


def _gradient(moment: Moment, rows: slice) -> torch.Tensor:
    import torch

    loss = moment.twin.losses(moment.inputs[rows], moment.targets[rows]).mean()
    gradient = torch.autograd.grad(loss, moment.twin.parameters, allow_unused=True, materialize_grads=True)
    return torch.cat([g.reshape(-1) for g in gradient]).double()
