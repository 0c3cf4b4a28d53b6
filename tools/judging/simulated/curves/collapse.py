"""What had been learned is lost: the loss goes to chance and stays."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Collapse(Kind):
    """A bounded loss goes to its upper end, another to about its start."""

    name = "collapse"
    share = 1.5

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=40, scatter=(-3, -1.2))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        at, rise = sheet.row(0.15, 0.85), 1 + sheet.row(0.0, 0.02)
        steps = np.arange(sheet.steps)
        after = steps >= at
        goal = rng.uniform(0.3, 1.6)
        if rng.random() < 0.4:
            sheet.is_bounded, sheet.offset, sheet.scale = True, 0.0, 1.0
            sheet.level, goal = np.clip(sheet.level, 0, 1) * 0.8 + 0.05, rng.uniform(0.8, 1.0)
        gap = (goal - sheet.level) * np.clip((steps - at + 1) / rise, 0, 1)
        sheet.effect = np.where(after, np.maximum(gap, 0), 0.0)
        sheet.noise = np.where(after, rng.uniform(0.1, 1.0), 1.0) * sheet.noise
        first, second = ("diverged", "late_rise") if goal > 0.95 * sheet.level[0] else ("late_rise", "diverged")
        sheet.mark(first, at, sheet.steps - 1)
        for kind in (second, "overshoot"):
            sheet.mark(kind, at, sheet.steps - 1, "unsure")
