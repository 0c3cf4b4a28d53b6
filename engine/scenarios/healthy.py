"""A training in which nothing is wrong: what silence looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.i18n import N_
from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.base import Task
from engine.tasks.settings import MINIBATCHES, knobs

IMAGES, SIZE, NOISE_STD = 2000, 16, 1.0


class Healthy(Scenario):
    """A small CNN with He initialisation on noisy gratings, Adam with a rate that falls to zero."""

    name = "healthy"
    title = N_("Healthy")
    summary = N_(
        "A small CNN with sound settings: the loss falls, scatters a little, and levels off; nothing is reported"
    )
    brief = N_("Falls, scatters a little, levels off")
    shows = ()
    settings: ClassVar = knobs(
        MINIBATCHES,
        lr=1e-3,
        batch_size=100,
        optimizer="adam",
        init="kaiming",
        init_std=0.1,
        dropout=0.0,
        reduction="mean",
        epochs=30,
    )

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        import torch
        from torch import nn

        from engine.tasks.classification import classification
        from engine.tasks.data.gratings import ANGLES, ORIENTATIONS, gratings
        from engine.tasks.networks import Dropout
        from engine.tasks.randomness import numpy_generator

        def network() -> nn.Module:
            convolutions = (nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU())
            hidden = (nn.Linear(8 * (SIZE // 2) ** 2, 32), nn.ReLU(), Dropout(float(settings["dropout"])))  # type: ignore[arg-type]
            return nn.Sequential(*convolutions, nn.Flatten(), *hidden, nn.Linear(32, ORIENTATIONS))

        images, kinds = gratings(IMAGES, SIZE, NOISE_STD, numpy_generator(seed, "data"))
        inputs = torch.tensor(images, dtype=torch.float32)
        return classification(network, inputs, torch.tensor(kinds), settings, seed, ANGLES)
