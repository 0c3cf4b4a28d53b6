"""The learning rate changes much at the end of every epoch."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, between
from tools.faultlab.setup import Setup


class EpochSchedule(Fault):
    name = "epoch_schedule"
    face = "epoch"
    cadences = ("step", "step", "every")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = max(16, min(64, setup.batch_size))
        setup.shape.samples = setup.batch_size * max(8, int(setup.steps / rng.uniform(4, 14)))
        setup.rates = np.full(setup.steps, setup.lr)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        epoch = np.arange(setup.steps) // setup.an_epoch
        phase = (np.arange(setup.steps) % setup.an_epoch) / setup.an_epoch
        top = base_rate(setup.family, setup.optimizer) * between(rng, 2, 10)
        if rng.random() < 0.5:
            setup.rates, setup.schedule = top * np.power(between(rng, 0.2, 0.6), epoch), "step"
        else:
            setup.rates, setup.schedule = top * (0.02 + 0.98 * (1 + np.cos(np.pi * phase)) / 2), "restarts"
