"""A mark at every epoch's end, by one of four mechanisms that look alike."""

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

IMAGES, SIZE, NOISE_STD = 5039, 12, 1.0
HEAVY_NOISE_STD = 2.0
MEMORISED, MEMORISED_SIZE = 1000, 24
RUNNING_MEAN, NOT_SHUFFLED, SHORT_LAST_BATCH, MEMORISING = (
    "running_mean",
    "not_shuffled",
    "short_last_batch",
    "memorising",
)
IMPLIED: dict[str, dict[str, Value]] = {
    RUNNING_MEAN: {},
    NOT_SHUFFLED: {"loss_logging": "step", "shuffle": False},
    # 5039 = 39·128 + 47: divided by 128, the last loss of each epoch is 0.37 of the others
    SHORT_LAST_BATCH: {
        "loss_logging": "step",
        "lr": 1e-3,
        "batch_size": 128,
        "reduction": "sum_over_nominal",
        "epochs": 20,
    },
    MEMORISING: {"loss_logging": "step", "lr": 3e-4, "epochs": 10},
}


class EpochSpikes(Scenario):
    """Small CNN on 5039 images, batch size 1, Adam 1e-5; by default the loss is logged as a mean over the epoch so far.

    The mechanism brings its own settings: samples in a fixed order, class after class; a short last batch with a fixed
    divisor; or a thousand images of noise that are learned by heart, each seen once more in every epoch.
    """

    name = "epoch-spikes"
    title = N_("Epoch spikes")
    summary = N_("A CNN with batch size 1 on 5039 images: a spike at the end of every epoch, by one of four mechanisms")
    brief = N_("A spike at the end of every epoch")
    shows = (EventKind.EPOCH_BOUNDARY,)
    panes = ("loss", "update_rms")
    thread = "004_c398980bf3cab6e8"
    settings: ClassVar = knobs(
        MINIBATCHES,
        mechanism=(RUNNING_MEAN, tuple(IMPLIED)),
        lr=1e-5,
        batch_size=1,
        optimizer="adam",
        replacement=False,
        loss_logging="running_mean",
        reduction="mean",
        epochs=5,
    )

    @classmethod
    def implied(cls, given: Mapping[str, object]) -> Mapping[str, Value]:
        return IMPLIED[str(given["mechanism"])]

    def build(self, settings: Mapping[str, Value], seed: int) -> Task:
        import torch

        from engine.tasks.classification import classification
        from engine.tasks.data.gratings import ANGLES, gratings, noise_images, sorted_by_kind
        from engine.tasks.randomness import numpy_generator

        random = numpy_generator(seed, "data")
        network, names = _small, ANGLES
        if settings["mechanism"] == MEMORISING:
            network, names = _wide, ()
            images, kinds = noise_images(MEMORISED, MEMORISED_SIZE, random)
        else:
            noise = HEAVY_NOISE_STD if settings["mechanism"] == SHORT_LAST_BATCH else NOISE_STD
            images, kinds = sorted_by_kind(*gratings(IMAGES, SIZE, noise, random))
        inputs = torch.tensor(images, dtype=torch.float32)
        return classification(network, inputs, torch.tensor(kinds), settings, seed, names)


def _small() -> nn.Module:
    from torch import nn

    first = (nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    second = (nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(16 * 3 * 3, 32), nn.ReLU(), nn.Linear(32, 5))


def _wide() -> nn.Module:
    from torch import nn

    convolution = (nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU())
    return nn.Sequential(*convolution, nn.Flatten(), nn.Linear(8 * 12 * 12, 64), nn.ReLU(), nn.Linear(64, 5))
