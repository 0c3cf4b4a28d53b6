"""Each step sees one or a few samples."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class SmallBatchNoise(Fault):
    name = "small_batch_noise"
    face = "noise"
    families = ("mlp", "cnn", "rnn", "transformer", "linear", "sums", "autoencoder")
    cadences = ("step", "step", "every")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = int(rng.choice((32, 64)))
        setup.shape.samples = max(setup.shape.samples, 500)
        setup.has_replacement = True

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = int(rng.choice((1, 1, 2, 3, 4)))
        setup.has_replacement = False
        setup.rates = setup.rates * 0.5
