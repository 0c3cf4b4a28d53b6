"""Eight layers with tiny first weights: nothing for ten epochs, then everything at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.events import EventKind
from engine.i18n import N_
from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.base import Task
from engine.tasks.settings import MINIBATCHES, knobs

if TYPE_CHECKING:
    from torch import nn

IMAGES, SIZE, NOISE_STD = 1000, 16, 0.5
CHANNELS = (8, 16, 16, 16, 16)
POOLED = (0, 2, 4)  # convolutions that are followed by pooling
HIDDEN = 32


class KickIn(Scenario):
    """Five convolutions and three linear layers, all weights and biases from N(0, 0.02²), Adam 2e-4.

    What distinguishes two samples vanishes from layer to layer and grows exponentially, unseen, until the loss drops.
    """

    name = "kick-in"
    title = N_("Kick-in")
    summary = N_(
        "A deep network with small initial weights learns nothing for eight epochs; then its accuracy jumps to 80 %"
    )
    brief = N_("Learns nothing for eight epochs, then jumps")
    shows = (EventKind.PLATEAU, EventKind.KICK_IN)
    panes = ("loss", "signal/*")
    thread = "002_38c4dfb29a8fc2ad"
    settings: ClassVar = knobs(
        MINIBATCHES,
        lr=2e-4,
        batch_size=50,
        optimizer="adam",
        init="normal",
        init_std=0.02,
        normalization="none",
        dropout=0.0,
        epochs=40,
    )

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        import torch

        from engine.tasks.classification import classification
        from engine.tasks.data.gratings import ANGLES, gratings
        from engine.tasks.randomness import numpy_generator

        images, kinds = gratings(IMAGES, SIZE, NOISE_STD, numpy_generator(seed, "data"))
        inputs = torch.tensor(images, dtype=torch.float32)
        return classification(lambda: _network(settings), inputs, torch.tensor(kinds), settings, seed, ANGLES)


def _network(settings: Mapping[str, Value]) -> nn.Module:
    from torch import nn

    from engine.tasks.data.gratings import ORIENTATIONS
    from engine.tasks.networks import BatchNorm1d, Dropout

    is_normalized = settings["normalization"] == "batch"
    layers: list[nn.Module] = []
    channels = 1
    for index, width in enumerate(CHANNELS):
        layers += [nn.Conv2d(channels, width, 3, padding=1)]
        layers += [nn.BatchNorm2d(width)] if is_normalized else []
        layers += [nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if index in POOLED else []
        channels = width
    width = channels * (SIZE // 2 ** len(POOLED)) ** 2
    layers += [nn.Flatten()]
    for _layer in range(2):
        layers += [nn.Linear(width, HIDDEN)]
        layers += [BatchNorm1d(HIDDEN)] if is_normalized else []
        layers += [nn.ReLU(), Dropout(float(settings["dropout"]))]  # type: ignore[arg-type]
        width = HIDDEN
    return nn.Sequential(*layers, nn.Linear(width, ORIENTATIONS))
