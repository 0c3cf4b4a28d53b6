"""The optimizer's denominator shrinks while gradients are tiny; the next ordinary one makes far too long a step."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, between, some_step, with_rate
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class SmallDenominator(Fault):
    name = "small_denominator"
    tries = 8
    families = ("mlp", "cnn", "rnn", "transformer", "sums", "linear", "autoencoder", "contrastive")
    cadences = ("step", "step", "every")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.optimizer = str(rng.choice(("adam", "adamw", "rmsprop")))
        setup.clip_norm, setup.schedule = None, "constant"
        with_rate(setup, base_rate(setup.family, setup.optimizer) * (0.3 if setup.optimizer == "rmsprop" else 1))

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        if rng.random() < 0.5:
            setup.shape.noise, setup.shape.samples = 0.0, setup.batch_size
            setup.steps = max(setup.steps, 300)
            setup.beta2, setup.eps = float(rng.choice((0.9, 0.95, 0.99))), 1e-12
            with_rate(setup, setup.lr * between(rng, 2, 8))
            return
        setup.beta2, setup.eps = float(rng.choice((0.99, 0.999))), 1e-12
        onset, quiet = some_step(setup, rng, 0.3, 0.8), int(rng.integers(20, 60))
        setup.onset = onset

        is_lasting, length, shrinks = rng.random() < 0.5, int(rng.integers(15, 80)), rng.uniform(0.6, 0.95)

        def starve(training: Training, step: int) -> None:
            if onset - quiet <= step < onset:
                training.gradient *= np.float32(1e-4)
                training.second *= np.float32(0.7)  # as after hundreds of such steps, at a fraction of the cost
            elif is_lasting and onset <= step < onset + length:
                training.second *= np.float32(shrinks)  # it stays too small, step after step

        setup.after.append(starve)
