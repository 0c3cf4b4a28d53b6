"""The loss grows, and is lost or stays far above where it had been."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class Diverges(Kind):
    """Grows for a while or at once; then it is no number, infinite or huge to the end."""

    name = "diverges"
    share = 2.0

    def change(self, sheet: Sheet, rng: Rng) -> None:
        at = sheet.row(0.02, 0.95)
        grows = 1 + sheet.row(0.0, 0.08)
        since = np.arange(sheet.steps) - at
        height = 10 ** rng.uniform(0.2, 3)
        sheet.effect = np.where(since >= 0, height * np.clip((since + 1) / grows, 0, 1) ** rng.uniform(1, 5), 0.0)
        if rng.random() < 0.6:
            sheet.effect[since >= grows] = rng.choice((np.nan, np.nan, np.inf))
        sheet.mark("diverged", at, sheet.steps - 1)
        for kind in ("late_rise", "overshoot"):
            sheet.mark(kind, at, sheet.steps - 1, "unsure")
