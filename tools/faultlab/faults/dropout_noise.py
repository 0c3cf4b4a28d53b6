"""Dropout draws a new part of a small network at each step."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class DropoutNoise(Fault):
    name = "dropout_noise"
    face = "noise"
    families = ("mlp", "cnn", "rnn", "transformer", "sums", "autoencoder")
    cadences = ("step", "step", "every")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = int(rng.choice((32, 64, 128)))
        setup.shape.depth = max(2, setup.shape.depth)
        if rng.random() < 0.5:
            setup.shape.samples = setup.batch_size

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.dropout = float(rng.uniform(0.5, 0.85))
