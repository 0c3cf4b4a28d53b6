"""The learning rate is too long to settle, with many samples in each step."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import Fault, between, with_rate
from tools.faultlab.setup import Setup


class StepNoise(Fault):
    name = "step_noise"
    also = ("step_too_large",)
    face = "noise"
    tries = 8
    families = ("mlp", "cnn", "rnn", "transformer", "sums", "linear", "autoencoder")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.batch_size = min(setup.shape.samples, int(rng.choice((16, 32, 64))))
        setup.clip_norm = None
        with_rate(setup, base_rate(setup.family, setup.optimizer) / 3)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        with_rate(setup, setup.lr * between(rng, 6, 60))

    def accepted(self, setup: Setup, is_dead: bool) -> tuple[str, ...]:
        return (*super().accepted(setup, is_dead), *(["edge_of_stability"] if setup.is_full else []))
