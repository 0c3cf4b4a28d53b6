"""Few samples with noise: the network learns their peculiarities."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, with_rate
from tools.faultlab.setup import Setup


class Memorises(Fault):
    name = "memorises"
    face = "turn"
    families = ("mlp", "cnn", "rnn", "transformer", "sums", "autoencoder")
    cadences = ("step", "epoch", "epoch", "every")
    needs = ("val",)

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.noise, setup.shape.depth = 0.25, 3
        setup.shape.samples, setup.batch_size = 3000, int(rng.choice((16, 32, 64)))
        with_rate(setup, base_rate(setup.family, setup.optimizer))

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples = int(rng.choice((48, 96, 160)))
        setup.batch_size = min(setup.batch_size, setup.shape.samples // 3)
        setup.rates = setup.rates * rng.uniform(1, 2)

    def accepted(self, setup: Setup, is_dead: bool) -> tuple[str, ...]:
        return (self.name,)
