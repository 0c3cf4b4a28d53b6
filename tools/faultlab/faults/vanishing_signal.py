"""Initial weights are too small, and the difference between samples fades from layer to layer."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class VanishingSignal(Fault):
    name = "vanishing_signal"
    face = "slow"
    families = ("mlp", "cnn", "rnn", "sums", "overlap", "contrastive", "autoencoder", "transformer")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.depth = int(rng.integers(3, 6))

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        scale = float(rng.uniform(0.02, 0.5))

        def shrink(training: Training) -> None:
            training.weights *= np.float32(scale)

        setup.at_start.append(shrink)
