"""A warm-up that takes a large part of the run."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class WarmingUp(Fault):
    name = "warming_up"
    face = "slow"

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.schedule, setup.rates = "constant", np.full(setup.steps, setup.lr)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        share, power = rng.uniform(0.3, 0.9), int(rng.choice((1, 2, 4, 8)))
        setup.rates = setup.lr * np.minimum(1, (np.arange(setup.steps) + 1) / (setup.steps * share)) ** power
        setup.schedule = "warmup"
