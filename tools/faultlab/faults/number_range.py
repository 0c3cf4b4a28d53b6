"""A value leaves the range of its number format."""

import numpy as np

from tools.faultlab.faults.base import ORDINARY, Fault, some_step
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class NumberRange(Fault):
    name = "number_range"
    face = "lost"
    families = (*ORDINARY, "gan", "policy")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        is_first, is_zero, is_inf = rng.random() < 0.12, rng.random() < 0.12, rng.random() < 0.2
        setup.onset = 0 if is_first else some_step(setup, rng, 0.05, 0.95)
        onset = setup.onset

        def lose(training: Training, step: int) -> None:
            if step >= onset:
                training.gradient[:] = float("nan")
                training.logged_loss = 0.0 if is_zero else float("inf" if is_inf and step == onset else "nan")

        setup.after.append(lose)
