"""A learning rate beyond 2/λ on badly scaled features: the loss grows by a constant factor until it is infinite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.run import Value
from engine.scenarios.base import Scenario, Task
from engine.training.settings import knobs

SAMPLES = 1000


class Explosion(Scenario):
    """Linear regression of house prices on raw features, by gradient descent with 1.6 × the critical learning rate.

    The Hessian of the mean squared error does not depend on the weights; its largest eigenvalue λ is about 3200, so
    2/λ is about 6.2e-4. At 1e-3 the loss grows by (1 − ηλ)² ≈ 5 a step.
    """

    name = "explosion"
    title = N_("Explosion")
    summary = N_(
        "Linear regression on unscaled features: a learning rate of 0.001 drives the loss to infinity "
        "within one epoch; 0.0001 works"
    )
    shows = (EventKind.DIVERGED,)
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
        standardize=False,
        label_noise=0.0,
        corrupt_batch=False,
    )

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        import torch
        from torch import nn

        from engine.training.data.houses import houses, standardized
        from engine.training.initialisation import build
        from engine.training.randomness import numpy_generator, torch_generator

        features, prices = houses(SAMPLES, numpy_generator(seed, "data"))
        if settings["standardize"]:
            features = standardized(features)
        model = build(lambda: nn.Linear(features.shape[1], 1), torch_generator(seed, "init"))
        return Task(
            model=model,
            inputs=torch.tensor(features, dtype=torch.float32),
            targets=torch.tensor(prices, dtype=torch.float32),
            losses=lambda outputs, targets: (outputs - targets).square().mean(1),
        )
