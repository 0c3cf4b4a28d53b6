"""The learning rate is far too small, from the start or because it decays to nothing too early."""

import numpy as np

from tools.faultlab.faults.base import ORDINARY, Fault, between
from tools.faultlab.setup import Setup


class LrTooSmall(Fault):
    name = "lr_too_small"
    face = "slow"
    families = (*ORDINARY, "policy")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        if rng.random() < 0.75:
            factor = between(rng, 1e-5, 0.03)
            setup.lr, setup.rates = setup.lr * factor, setup.rates * factor
        else:
            setup.rates = setup.lr * np.exp(-np.arange(setup.steps) / (setup.steps * rng.uniform(0.004, 0.03)))
            setup.schedule = "exponential"
