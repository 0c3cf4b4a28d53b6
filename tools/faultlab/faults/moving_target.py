"""Nothing is wrong: the objective itself moves, and its loss rises while the result gets better."""

import numpy as np

from tools.faultlab.faults.base import Fault
from tools.faultlab.setup import Setup


class MovingTarget(Fault):
    name = "moving_target"
    face = "moving"
    families = ("gan", "policy")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        """The objective moves by itself."""
