"""The last mini-batch of an epoch has one or two samples and pulls as strongly as a full one."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class ShortLastBatchNoise(Fault):
    name = "short_last_batch_noise"
    also = ("short_last_batch",)
    face = "epoch"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "transformer", "autoencoder")
    cadences = ("step",)

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = int(rng.choice((16, 32, 64)))
        setup.shape.noise = 0.15
        setup.shape.samples = setup.batch_size * int(rng.integers(6, 40))
        setup.steps = max(setup.steps, 12 * setup.an_epoch)
        setup.rates = np.full(setup.steps, setup.lr)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples += int(rng.choice((1, 1, 2)))
        setup.rates = np.full(setup.steps, setup.lr * 3)
