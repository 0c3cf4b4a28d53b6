"""A learning rate beyond 2/λ: the loss grows by a constant factor until it is infinite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.base import Task
from engine.tasks.settings import knobs

if TYPE_CHECKING:
    import torch

SAMPLES = 1000
HIDDEN = 16
HOUSES, PARABOLA, BOWL = "houses", "parabola", "bowl"
LINEAR, NETWORK = "linear", "relu_network"
BOWL_CURVATURES = (50.0, 1.0)


class Explosion(Scenario):
    """Linear regression of house prices on raw features, by gradient descent with 1.6 × the critical learning rate.

    The Hessian of the mean squared error does not depend on the weights; its largest eigenvalue λ is about 3200, so
    2/λ is about 6.2e-4. At 1e-3 the loss grows by (1 − ηλ)² ≈ 5 a step. A small ReLU network on the same data does not
    explode: one long step and it predicts a constant for ever. The bowls are the same without data: f(x) = x², critical
    at 1, and ½(50x² + y²), critical at 0.04.
    """

    name = "explosion"
    title = N_("Explosion")
    summary = N_(
        "Linear regression on unscaled features: a learning rate of 0.001 drives the loss to infinity "
        "within one epoch; 0.0001 works"
    )
    brief = N_("A learning rate too high: the loss goes to infinity")
    shows = (EventKind.DIVERGED,)
    panes = ("loss", "overlength")
    view = "landscape"
    thread = "003_f1196205277cf8ec"
    settings: ClassVar = knobs(
        lr=1e-3,
        batch_size=16,
        optimizer="sgd",
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        momentum=0.9,
        rho=0.9,
        clip_norm="off",
        clip_update="off",
        schedule="constant",
        shuffle=True,
        drop_last=False,
        loss_logging="step",
        epochs=20,
        data=(HOUSES, (HOUSES, PARABOLA, BOWL)),
        model=(LINEAR, (LINEAR, NETWORK)),
        standardize=False,
        label_noise=0.0,
        corrupt_batch=False,
    )

    @classmethod
    def implied(cls, given: Mapping[str, object]) -> Mapping[str, Value]:
        if given["data"] == PARABOLA:
            return {"lr": 0.12, "batch_size": "full", "epochs": 300}
        if given["data"] == BOWL:
            return {"lr": 0.042, "batch_size": "full", "epochs": 2000}
        return {"epochs": 1000} if given["batch_size"] == "full" else {}

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        if settings["data"] == PARABOLA:
            return _bowl((2.0,), (3.0,))
        if settings["data"] == BOWL:
            return _bowl(BOWL_CURVATURES, (1.0, 10.0))
        return _regression(settings, seed)


def _regression(settings: Mapping[str, Value], seed: int) -> Task:
    import torch
    from torch import nn

    from engine.tasks.data.houses import FEATURES, houses, standardized
    from engine.tasks.initialisation import build
    from engine.tasks.randomness import numpy_generator, torch_generator

    def network() -> nn.Module:
        if settings["model"] == LINEAR:
            return nn.Linear(5, 1)
        return nn.Sequential(
            *(nn.Linear(5, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
        )

    features, prices = houses(SAMPLES, numpy_generator(seed, "data"))
    if settings["standardize"]:
        features = standardized(features)
    inputs = torch.tensor(features, dtype=torch.float32)
    targets = torch.tensor(prices, dtype=torch.float32)
    return Task(build(network, torch_generator(seed, "init")), inputs, targets, _squares, names=FEATURES)


def _bowl(curvatures: tuple[float, ...], start: tuple[float, ...]) -> Task:
    """f(x) = ½ Σ λᵢxᵢ² as a linear model of one sample that should give 0 for each input √λᵢ/√2."""
    import torch
    from torch import nn

    from engine.tasks.networks import Bowl

    model: nn.Module = Bowl(start)
    inputs = (torch.tensor(curvatures) / 2).sqrt()[None]
    return Task(model, inputs, torch.zeros_like(inputs), lambda outputs, targets: (outputs - targets).square().sum(1))


def _squares(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (outputs - targets).square().mean(1)
