"""One spike or several, of one point or a few."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind, mark_rise, returning
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class Spikes(Kind):
    """Up within a point or a few, and back within a few."""

    name = "spikes"
    share = 3.0

    def change(self, sheet: Sheet, rng: Rng) -> None:
        count = int(rng.choice((1, 1, 1, 2, 3, 5)))
        for at in sorted(rng.choice(np.arange(sheet.steps // 20 + 1, sheet.steps - 2), count, replace=False)):
            rise = int(rng.choice((0, 0, 1, 2)))
            half = float(rng.choice((0.3, 0.3, 1.0, rng.uniform(1, 1 + 0.01 * sheet.steps)))) * sheet.every
            sheet.effect += returning(sheet.steps, at, 10 ** rng.uniform(-1.2, 0.7), rise, half)
            mark_rise(sheet, int(at), rise, half)
