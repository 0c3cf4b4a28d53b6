"""Validation data come from another distribution than the training data."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, with_rate
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class DifferentData(Fault):
    name = "different_data"
    face = "turn"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "autoencoder")
    cadences = ("step", "epoch", "epoch", "every")
    needs = ("val",)

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples = max(setup.shape.samples, 1500)
        with_rate(setup, base_rate(setup.family, setup.optimizer))

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        strength = rng.uniform(0.7, 2.5)

        def move(training: Training) -> None:
            inputs, *rest = training.problem.held
            shift = strength * np.abs(training.problem.randn(*inputs.shape[1:])) * inputs.std()
            training.problem.held = (np.float32(strength) * (inputs + shift), *rest)

        setup.at_start.append(move)
