"""A loss that never falls."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class Stalled(Kind):
    """Chance level with noise of any colour; at times an initial drop within a hundredth of the run."""

    name = "stalled"
    share = 2.0

    def change(self, sheet: Sheet, rng: Rng) -> None:
        sheet.level = np.zeros(sheet.steps)
        sheet.noise = sheet.noise / max(np.abs(sheet.noise).max(), 1e-9)
        if rng.random() < 0.4:
            sheet.level = rng.uniform(0, 3) * np.exp(-np.arange(sheet.steps) / (1 + 0.01 * sheet.steps))
        sheet.mark("stalled", 0, sheet.steps - 1, height=np.inf)
        for kind in ("plateau", "fluctuation"):
            sheet.mark(kind, 0, sheet.steps - 1, "unsure", height=np.inf)
