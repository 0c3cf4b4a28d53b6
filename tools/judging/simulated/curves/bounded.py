"""A loss between 0 and 1, such as Dice."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class Bounded(Kind):
    """Starts near 1 and falls, at times after a while in which nothing is found."""

    name = "bounded"
    share = 1.5
    is_healthy = True

    def change(self, sheet: Sheet, rng: Rng) -> None:
        sheet.is_bounded = True
        sheet.offset, sheet.scale, sheet.window = 0.0, 1.0, 1
        sheet.level = np.clip(sheet.level, 0, 1) * rng.uniform(0.6, 0.97) + rng.uniform(0.0, 0.2)
