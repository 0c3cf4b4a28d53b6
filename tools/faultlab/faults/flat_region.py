"""All units of a layer start alike, near a saddle point of the loss."""

import numpy as np

from tools.faultlab.faults.base import Fault, between
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class FlatRegion(Fault):
    name = "flat_region"
    face = "slow"
    families = ("mlp", "cnn", "rnn", "sums", "contrastive", "autoencoder", "transformer")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        rest = between(rng, 1e-4, 0.03)

        def level(training: Training) -> None:
            matrices = training.problem.matrices()
            for place in matrices:
                part = training.problem.parts[place]
                mean = part.mean(1, keepdims=True)
                part[:] = mean + np.float32(rest) * (part - mean)
            training.problem.parts[matrices[-1]] *= np.float32(rest)

        setup.at_start.append(level)
