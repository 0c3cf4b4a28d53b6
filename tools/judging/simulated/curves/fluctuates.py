"""A scatter as large as all that is gained."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Fluctuates(Kind):
    """From the start or from some point on; adversarial and policy losses, steps too large, tiny batches."""

    name = "fluctuates"
    share = 5.0

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=40)

    def change(self, sheet: Sheet, rng: Rng) -> None:
        start = 0 if rng.random() < 0.6 else sheet.row(0.05, 0.6)
        spread = 1.4826 * np.median(np.abs(sheet.noise)) + 1e-9
        size = 10 ** rng.uniform(-1.0, 0.5)
        sheet.noise = np.where(np.arange(sheet.steps) >= start, sheet.noise * size / spread, sheet.noise * 0.3)
        if sheet.window > 1:
            size /= sheet.window**0.5
        sheet.mark("fluctuation", start, sheet.steps - 1, _certain(size), height=np.inf)
        sheet.mark("spike", start, sheet.steps - 1, "unsure", height=np.inf)
        if size > 0.3:
            for kind in ("stalled", "late_rise", "overshoot", "plateau"):
                sheet.mark(kind, start, sheet.steps - 1, "unsure", height=np.inf)


def _certain(size: float) -> str:
    return "sure" if size > 0.25 else "likely" if size > 0.15 else "unsure"
