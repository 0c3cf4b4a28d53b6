"""Cosine schedules that start again: the loss rises at each, and soon falls below."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind, returning
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class WarmRestarts(Kind):
    """Small rises are nobody's event; of large ones people differ on the name."""

    name = "warm_restarts"
    share = 2.5
    is_healthy = True

    def change(self, sheet: Sheet, rng: Rng) -> None:
        count, growth = int(rng.integers(2, 7)), float(rng.choice((1.0, 2.0)))
        ends = np.cumsum(growth ** np.arange(count))
        height = 10 ** rng.uniform(-2, -0.7)
        for at in (ends[:-1] / ends[-1] * sheet.steps).astype(int):
            left = int((ends[0] / ends[-1]) * sheet.steps)
            sheet.level = sheet.level + returning(sheet.steps, at, height, max(1, left // 50), left * 0.2)
            for kind in ("overshoot", "spike", "epoch_boundary", "late_rise"):
                sheet.mark(kind, at, at + left // 2, "unsure", height=height)
