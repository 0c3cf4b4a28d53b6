"""The loss has a wall: the gradient jumps where the weights meet it, and the step with it."""

import numpy as np

from tools.faultlab.faults.base import Fault, between
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class GradientCliff(Fault):
    name = "gradient_cliff"
    families = ("mlp", "cnn", "rnn", "transformer", "sums", "linear", "autoencoder", "contrastive")
    cadences = ("step", "step", "every")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.clip_norm = None
        if setup.optimizer in ("rmsprop", "adamw"):
            setup.optimizer = "adam"

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        onset = setup.onset = int(setup.steps * rng.uniform(0.2, 0.8))
        steepness, length = between(rng, 100, 10_000), int(rng.choice((1, 2, 4)))
        if setup.optimizer == "adam" and rng.random() < 0.5:
            length = int(rng.integers(5, 40))  # thrown far step by step, and then held there by the large denominator

        def meet(training: Training, step: int) -> None:
            if step == max(0, onset - 1):
                training.saved = training.weights.copy()
            if step == onset:
                ahead = training.weights - training.saved
                size = (
                    float(np.linalg.norm(training.first if training.first.any() else ahead / training.lr))
                    * steepness
                    / 10
                )
                training.wall = (training.weights - ahead * 5, float(np.linalg.norm(ahead)) * 5, size)
            if step == onset + length:
                training.wall = None  # passed over

        setup.before.append(meet)
