"""A few samples, or all, hold values that are not finite."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class NotFiniteData(Fault):
    name = "not_finite_data"
    face = "lost"
    families = ("mlp", "cnn", "rnn", "linear", "sums", "overlap", "contrastive", "autoencoder")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        is_everywhere, is_skipped = rng.random() < 0.25, rng.random() < 0.25
        share, value = float(rng.uniform(0.5, 4)), float(rng.choice((np.nan, np.nan, np.inf)))

        def spoil(training: Training) -> None:
            inputs, *rest = training.problem.train
            count = len(inputs) if is_everywhere else max(1, round(share))
            bad = rng.choice(len(inputs), min(count, len(inputs)), replace=False)
            inputs = inputs.copy()
            inputs.reshape(len(inputs), -1)[bad, 0] = value
            training.problem.train = (inputs, *rest)

        def skip(training: Training, step: int) -> None:
            if np.isfinite(training.gradient).all():
                return
            if setup.onset is None:
                setup.onset = step
            if is_skipped:
                training.gradient[:] = 0

        setup.at_start.append(spoil)
        setup.after.append(skip)
