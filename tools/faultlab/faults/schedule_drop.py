"""The schedule lowers the learning rate at once, and the weights settle."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, between, some_step, with_rate
from tools.faultlab.setup import Setup


class ScheduleDrop(Fault):
    name = "schedule_drop"
    face = "drop"
    tries = 9
    families = ("mlp", "cnn", "rnn", "transformer", "linear", "sums", "autoencoder")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        with_rate(setup, base_rate(setup.family, setup.optimizer) * between(rng, 2, 8))
        setup.clip_norm = None

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.onset, setup.schedule = some_step(setup, rng, 0.35, 0.75), "step"
        setup.rates[setup.onset :] *= float(rng.choice((0.1, 0.1, 0.2, 0.03)))
