"""The fall stops with a kink: a learning rate that is gone, a head that is stuck."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class GoesFlat(Kind):
    """Flat from there to the end, with hardly any noise or as much as before."""

    name = "goes_flat"
    share = 1.5

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=40, scatter=(-3, -1.3))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        at = sheet.row(0.15, 0.7)
        steps = np.arange(sheet.steps)
        straight = 1 - rng.uniform(0.5, 1) * np.minimum(steps, at) / at
        sheet.level = straight ** rng.uniform(0.7, 1.5)
        sheet.noise = np.where(steps >= at, rng.choice((0.02, 0.5, 1.0)), 1.0) * sheet.noise
        sheet.mark("plateau", at, sheet.steps - 1, "likely", height=np.inf)
