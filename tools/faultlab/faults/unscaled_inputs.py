"""Some inputs are on a much larger scale than the others."""

import numpy as np

from tools.faultlab.faults.base import Fault, between
from tools.faultlab.setup import Setup


class UnscaledInputs(Fault):
    name = "unscaled_inputs"
    also = ("step_too_large",)  # any useful step is too long for the steep direction
    face = "worse"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "contrastive", "autoencoder")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.scale = between(rng, 8, 1000)

    def accepted(self, setup: Setup, is_dead: bool) -> tuple[str, ...]:
        return (*super().accepted(setup, is_dead), *(["dead_units"] if is_dead else []))
