"""The last mini-batch of an epoch is smaller, and the sum of its losses is divided by the usual size."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class ShortLastBatch(Fault):
    name = "short_last_batch"
    face = "epoch"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "transformer", "autoencoder", "contrastive")
    cadences = ("step",)

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = int(rng.choice((16, 32, 64)))
        setup.shape.samples = setup.batch_size * max(6, int(setup.steps / setup.batch_size / rng.uniform(4, 12)) * 8)
        setup.steps = max(setup.steps, 8 * setup.an_epoch)
        setup.rates = np.full(setup.steps, setup.lr)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples += int(setup.batch_size * rng.uniform(0.06, 0.6))
        setup.reduction = "nominal" if setup.family != "contrastive" else "mean"
