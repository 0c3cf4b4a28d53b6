"""A jump with a slow return: resumed without its optimizer, unfrozen, a new phase."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind, mark_rise, returning
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Jump(Kind):
    """Up at once, back over a twentieth of the run or more, often below where it had been."""

    name = "jump"
    share = 2.5

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=40, scatter=(-3, -1.3))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        at, rise = sheet.row(0.1, 0.85), int(rng.integers(0, 3))
        half = sheet.steps * rng.uniform(0.015, 0.15)
        height = 10 ** rng.uniform(-1.2, 0.2)
        sheet.effect += returning(sheet.steps, at, height, rise, half)
        if rng.random() < 0.4:
            steps = np.arange(sheet.steps)
            sheet.effect -= np.where(steps >= at, rng.uniform(0, 0.2) * (1 - 0.5 ** ((steps - at) / half)), 0.0)
        mark_rise(sheet, at, rise, half)
