"""Two things in one run."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.curves.jump import Jump
from tools.judging.simulated.curves.late_rise import LateRise
from tools.judging.simulated.curves.late_start import LateStart
from tools.judging.simulated.curves.shelf import Shelf
from tools.judging.simulated.curves.spikes import Spikes
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet

OTHERS: tuple[type[Kind], ...] = (Shelf, LateRise, Jump, LateStart)


class Mixed(Kind):
    """Spikes, and something that changes the level."""

    name = "mixed"
    share = 2.0

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=60, scatter=(-3, -1.2))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        OTHERS[rng.integers(len(OTHERS))]().change(sheet, rng)
        before = sheet.effect
        Spikes().change(sheet, rng)
        sheet.effect = np.where(np.isfinite(before), sheet.effect, before)
