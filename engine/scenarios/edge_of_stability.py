"""Full-batch gradient descent sharpens its own valley until 2/η, and hovers there."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar

from engine.i18n import N_
from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.base import Task
from engine.tasks.settings import GRADIENT_DESCENT, knobs

IMAGES, SIZE, NOISE_STD = 250, 16, 0.5
HIDDEN = 32


class EdgeOfStability(Scenario):
    """Tanh network 256-32-32-5, half the squared error on one-hot targets, gradient descent with rate 0.2.

    The largest eigenvalue of the Hessian rises from 3 to 2/η = 10 within 60 to 90 steps and stays there; from then on
    the loss goes down without doing so in every step (Cohen et al. 2021, arXiv 2103.00065).
    """

    name = "edge-of-stability"
    title = N_("Edge of stability")
    summary = N_(
        "Full-batch gradient descent: the sharpness climbs to 2/η and hovers there, while the loss falls unevenly"
    )
    brief = N_("The sharpness climbs to 2/η and hovers there")
    shows = ()
    panes = ("loss", "sharpness")
    settings: ClassVar = knobs(
        GRADIENT_DESCENT,
        lr=0.2,
        batch_size="full",
        optimizer="sgd",
        init="default",
        init_std=0.1,
        epochs=1500,
    )

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        import torch
        from torch import nn
        from torch.nn import functional

        from engine.tasks.classification import classification, is_correct
        from engine.tasks.data.gratings import ANGLES, ORIENTATIONS, gratings
        from engine.tasks.randomness import numpy_generator

        def network() -> nn.Module:
            widths = (SIZE * SIZE, HIDDEN, HIDDEN)
            hidden = [m for a, b in pairwise(widths) for m in (nn.Linear(a, b), nn.Tanh())]
            return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(HIDDEN, ORIENTATIONS))

        def losses(outputs: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
            one_hot = functional.one_hot(kinds, ORIENTATIONS).to(outputs.dtype)
            return 0.5 * (outputs - one_hot).square().sum(1)

        images, kinds = gratings(IMAGES, SIZE, NOISE_STD, numpy_generator(seed, "data"))
        task = classification(network, torch.tensor(images, dtype=torch.float32), torch.tensor(kinds), settings, seed)
        return Task(task.model, task.inputs, task.targets, losses, is_correct, ANGLES)
