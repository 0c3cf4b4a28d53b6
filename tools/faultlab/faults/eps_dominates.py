"""The optimizer's epsilon is larger than the gradients."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, between, with_rate
from tools.faultlab.setup import Setup


class EpsDominates(Fault):
    name = "eps_dominates"
    face = "slow"

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.optimizer = str(rng.choice(("adam", "adamw", "rmsprop")))
        with_rate(setup, base_rate(setup.family, setup.optimizer) / 2, setup.schedule)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.eps = between(rng, 0.03, 100)
