"""Inputs and targets do not belong together, or the inputs do not contain the answer."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class LabelsUnrelated(Fault):
    name = "labels_unrelated"
    face = "slow"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "overlap", "contrastive", "autoencoder")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.shape.samples = max(setup.shape.samples, 800)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        if setup.family == "contrastive" or rng.random() < 0.6:
            setup.shape.is_unrelated = True
            return

        def empty(training: Training) -> None:  # the inputs do not contain the answer
            for name in ("train", "held"):
                inputs, *rest = getattr(training.problem, name)
                setattr(training.problem, name, (training.problem.randn(*inputs.shape), *rest))

        setup.at_start.append(empty)
