"""The logged value is the mean since the epoch began."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class RunningMean(Fault):
    name = "running_mean"
    face = "epoch"
    cadences = ("mean",)

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.steps = max(setup.steps, 300)
        setup.batch_size = max(16, min(64, setup.batch_size))
        setup.shape.samples = setup.batch_size * max(8, int(setup.steps / rng.uniform(3, 12)))
        setup.rates = np.full(setup.steps, setup.lr / 2)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        """The fault is in how it is logged, not in the training."""
