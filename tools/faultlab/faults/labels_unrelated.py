"""Inputs and targets do not belong together."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class LabelsUnrelated(Fault):
    name = "labels_unrelated"
    face = "slow"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "contrastive", "autoencoder")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples = max(setup.shape.samples, 800)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.is_unrelated = True
