"""A loss that falls over several decades, with noise in proportion."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class Decades(Kind):
    """Exact problems, physics, regression: seen on a log axis."""

    name = "decades"
    share = 2.0
    is_healthy = True

    def change(self, sheet: Sheet, rng: Rng) -> None:
        decades = rng.uniform(1.0, 4.0)
        fall = 10 ** (decades * (sheet.level + np.clip(sheet.noise, -0.1, 0.1)))
        sheet.level, sheet.noise = 10 ** (decades * sheet.level) / 10**decades, np.zeros(sheet.steps)
        sheet.noise = fall / 10**decades - sheet.level
        sheet.offset, sheet.digits = 0.0, None
