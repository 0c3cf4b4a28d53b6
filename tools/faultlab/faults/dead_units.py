"""A far too long step at the start kills the units; the steps after it are ordinary."""

import numpy as np

from tools.faultlab.faults.base import Fault, between
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class DeadUnits(Fault):
    name = "dead_units"
    also = ("step_too_large",)
    face = "slow"
    tries = 8
    families = ("mlp", "cnn", "sums", "overlap", "contrastive", "autoencoder")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        onset, self.is_long = int(rng.choice((1, 2, 4, 10, 30))), bool(rng.random() < 0.5)
        if self.is_long:
            setup.rates[: int(rng.choice((2, 3, 5)))] *= between(rng, 50, 1000)
            setup.clip_norm = None
            return

        def kill(training: Training, step: int) -> None:
            if step == onset:
                for place in training.problem.matrices()[:-1]:
                    part = training.problem.parts[place]
                    training.problem.parts[place + 1] -= 5 * np.linalg.norm(part, axis=0) + 3

        setup.before.append(kill)

    def accepted(self, setup: Setup, is_dead: bool) -> tuple[str, ...]:
        if self.is_long:
            return (self.name, "step_too_large") if is_dead else ()  # it may live on
        return (self.name,)
