"""A schedule that lowers the learning rate in steps."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class RateDrops(Kind):
    """The loss and its scatter fall at each; people differ on whether that is a kick-in."""

    name = "rate_drops"
    share = 4.0
    is_healthy = True

    def change(self, sheet: Sheet, rng: Rng) -> None:
        steps = np.arange(sheet.steps)
        for at in sorted(rng.uniform(0.2, 0.92, rng.integers(1, 4)) * sheet.steps):
            height, half = rng.uniform(0.05, 0.3), sheet.steps * rng.uniform(0.001, 0.03) + 1
            sheet.level = sheet.level - np.where(steps >= at, height * (1 - 0.5 ** ((steps - at) / half)), 0.0)
            sheet.noise = np.where(steps >= at, rng.uniform(0.3, 0.9), 1.0) * sheet.noise
            sheet.mark("kick_in", at, at + 3 * half, "unsure", height=height)
