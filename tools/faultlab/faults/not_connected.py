"""The optimizer does not move the weights that matter."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class NotConnected(Fault):
    name = "not_connected"
    face = "slow"

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        is_partial, has_gradient = rng.random() < 0.3, rng.random() < 0.6

        def detach(training: Training, step: int) -> None:
            if is_partial:
                for place in training.problem.matrices():
                    training.problem.grads[place][:] = 0
            elif has_gradient:
                training.is_frozen = True
            else:
                training.gradient[:] = 0
                training.is_frozen = True

        setup.after.append(detach)
