"""The network has learned what it can, early in the run."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, with_rate
from tools.faultlab.setup import Setup


class NothingLeft(Fault):
    name = "nothing_left"
    face = "done"

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.noise = float(rng.choice((0.1, 0.2, 0.4)))
        setup.batch_size = min(setup.shape.samples, int(rng.choice((64, 128, 256))))
        setup.steps = int(setup.steps * 1.3)
        with_rate(setup, base_rate(setup.family, setup.optimizer) * rng.uniform(0.5, 1), setup.schedule)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        """Nothing is wrong: the run goes on after there is nothing left to learn."""
