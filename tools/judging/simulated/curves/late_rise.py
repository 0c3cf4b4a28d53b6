"""The loss had fallen, and climbs for long."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import WITH_MEMORY, Rng
from tools.judging.simulated.sheet import Sheet, sheet


class LateRise(Kind):
    """Slowly, to a level that it keeps or that still grows at the end, in noise of any colour."""

    name = "late_rise"
    share = 2.5

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=40, scatter=(-3, -1.2))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        if rng.random() < 0.5:
            sheet.noise = 10 ** rng.uniform(-2.7, -1.3) * WITH_MEMORY[rng.integers(len(WITH_MEMORY))](rng, sheet.steps)
        start = sheet.row(0.2, 0.8)
        length = min(sheet.steps - start, sheet.row(0.1, 0.8))
        since = np.clip((np.arange(sheet.steps) - start) / length, 0, 1)
        sheet.effect = 10 ** rng.uniform(-1.2, 0.3) * since ** rng.uniform(0.7, 2)
        sheet.mark("late_rise", start, start + length)
        for kind in ("overshoot", "diverged"):
            sheet.mark(kind, start, start + length, "unsure")
