"""Many spikes in a part of the run."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Burst(Kind):
    """As of a data set with broken batches; people mark the first, or call it fluctuation."""

    name = "burst"
    share = 1.0

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=100)

    def change(self, sheet: Sheet, rng: Rng) -> None:
        start = sheet.row(0.1, 0.8)
        end = min(sheet.steps - 1, start + sheet.row(0.03, 0.3))
        height = 10 ** rng.uniform(-0.8, 0.4)
        for at in start + np.cumsum(rng.integers(1, max(3, (end - start) // 6), 40)):
            if at < end:
                sheet.effect[at] += height * rng.uniform(0.3, 1)
        sheet.effect[start] += height
        sheet.mark("spike", start, end, "likely", height=height)
        sheet.mark("fluctuation", start, end, "unsure", height=height)
