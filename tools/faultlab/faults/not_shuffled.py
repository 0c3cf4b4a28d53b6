"""Samples come in the same order in every epoch."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class NotShuffled(Fault):
    name = "not_shuffled"
    face = "epoch"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "transformer", "autoencoder")
    cadences = ("step", "step", "every")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = int(rng.choice((4, 8, 16, 32)))
        setup.shape.samples = setup.batch_size * max(8, int(setup.steps / rng.uniform(4, 15)))

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.is_shuffled, setup.shape.is_sorted = False, bool(rng.random() < 0.75)
