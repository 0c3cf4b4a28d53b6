"""Fine-tuning on little data: a step down at the start of each epoch."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class EpochStairs(Kind):
    """Two to eight epochs, flat in each as what is seen is new, lower in the next as it was seen before."""

    name = "epoch_stairs"
    share = 1.5

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=80, most=6000, scatter=(-2.5, -0.8))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        epochs = int(rng.integers(2, 9))
        of_epoch = np.arange(sheet.steps) * epochs // sheet.steps
        height = 10 ** rng.uniform(-1.3, -0.2)
        sheet.level = rng.uniform(0.05, 1.0) * sheet.level
        sheet.effect = -height * np.cumsum(rng.uniform(0.4, 1.0, epochs))[of_epoch] + height
        sheet.mark("epoch_boundary", sheet.steps // epochs, sheet.steps - 1, height=height)
        sheet.mark("kick_in", sheet.steps // epochs, sheet.steps - 1, "unsure", height=height)
