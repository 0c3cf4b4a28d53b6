"""Validation stays right, but the loss of the few wrong answers grows."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, with_rate
from tools.faultlab.setup import Setup


class Overconfident(Fault):
    name = "overconfident"
    face = "turn_only"
    families = ("mlp", "cnn", "rnn", "linear")
    cadences = ("step", "epoch", "epoch", "every")
    needs = ("val",)

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.noise, setup.shape.depth = 0.0, 2
        setup.shape.samples, setup.batch_size = 3000, int(rng.choice((16, 32, 64)))
        with_rate(setup, base_rate(setup.family, setup.optimizer))

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples = int(rng.choice((64, 128, 256, 400)))
        setup.batch_size = min(setup.batch_size, setup.shape.samples // 3)
        setup.rates = setup.rates * rng.uniform(1, 3)
