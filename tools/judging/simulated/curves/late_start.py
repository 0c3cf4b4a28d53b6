"""Nothing at first, then the loss falls."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class LateStart(Kind):
    """A plateau at the start, at times after a first drop, and the fall that ends it."""

    name = "late_start"
    share = 2.0

    def change(self, sheet: Sheet, rng: Rng) -> None:
        at = sheet.row(0.08, 0.75)
        left = sheet.steps - at
        first = int(sheet.row(0.0, 0.03))
        level = np.ones(sheet.steps)
        level[at:] = sheet.level[:left] / max(sheet.level[0], 1e-9)
        drop = rng.uniform(0, 1.5) * (rng.random() < 0.5)
        level += drop * np.exp(-np.arange(sheet.steps) / (1 + first / 3))
        fall = 1 - float(level[-1])
        sheet.level = level
        sheet.mark("plateau", first, at, height=fall)
        sheet.mark("kick_in", at, at + np.argmax(level[at:] < 1 - 0.8 * fall), height=fall)
