"""The network remembers single samples, so the loss steps down where all have been seen once more."""

import numpy as np

from tools.faultlab.faults.base import WITH_BANK, Fault, between
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class SeenOnceMore(Fault):
    name = "seen_once_more"
    face = "epoch"
    families = WITH_BANK
    cadences = ("step", "step", "every")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.noise = 0.3
        setup.batch_size = int(rng.choice((8, 16, 32)))
        setup.shape.samples = setup.batch_size * max(10, int(setup.steps / rng.uniform(2.5, 8)))

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.has_bank = True
        reach = between(rng, 0.2, 1.5)

        def remember(training: Training, step: int) -> None:
            bank = training.problem.bank
            if bank is not None:
                slope = training.problem.grads[bank]
                training.problem.parts[bank] -= np.clip(slope * np.float32(reach * setup.batch_size), -2, 2)
                slope[:] = 0

        setup.after.append(remember)
