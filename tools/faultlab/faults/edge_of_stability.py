"""Training with all samples sharpens the curvature until the learning rate is too long for it."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, between, with_rate
from tools.faultlab.setup import Setup


class EdgeOfStability(Fault):
    name = "edge_of_stability"
    also = ("step_too_large", "step_noise")
    face = "late"
    tries = 10
    families = ("mlp", "cnn", "rnn", "sums", "transformer", "autoencoder")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples = setup.batch_size = int(rng.choice((24, 48, 96)))
        setup.steps = max(setup.steps, 250)
        setup.shape.noise, setup.clip_norm = 0.0, None
        setup.optimizer = str(rng.choice(("sgd", "momentum", "adam")))
        with_rate(setup, base_rate(setup.family, setup.optimizer) / 3)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        with_rate(setup, setup.lr * between(rng, 3, 40))
