"""The validation loss turns and climbs while training goes on falling."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.curves.validation import Validation
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class Overfits(Validation):
    """From its lowest level on, slightly or to several times it."""

    name = "overfits"
    share = 3.0
    is_healthy = False

    def change(self, sheet: Sheet, rng: Rng) -> None:
        super().change(sheet, rng)
        start = sheet.row(0.05, 0.7)
        since = np.maximum(np.arange(sheet.steps) - start, 0) / (sheet.steps - start)
        sheet.level[start:] = np.maximum(sheet.level[start:], sheet.level[start])
        sheet.effect = 10 ** rng.uniform(-1.1, 0.5) * since ** rng.uniform(0.5, 1.5)
        sheet.mark("overfitting", start, sheet.steps - 1)
        for kind in ("late_rise", "overshoot", "diverged"):
            sheet.mark(kind, start, sheet.steps - 1, "unsure")
