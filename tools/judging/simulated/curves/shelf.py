"""A flat stretch in the middle, and a second fall."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Shelf(Kind):
    """As when a new feature is found late, or in grokking."""

    name = "shelf"
    share = 2.0

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=40, scatter=(-3, -1.2))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        at = sheet.row(0.3, 0.85)
        begin = int(at * rng.uniform(0.1, 0.6))
        steps = np.arange(sheet.steps)
        height, width = rng.uniform(0.1, 0.7), sheet.steps * rng.uniform(0.001, 0.04) + 1
        first = np.exp(-4 * steps / begin)
        sheet.level = first * (1 - height) + height
        sheet.effect = -height / (1 + np.exp(-np.clip((steps - at - 3 * width) / width, -60, 60)))
        sheet.mark("plateau", begin, at, height=height)
        sheet.mark("kick_in", at, at + 6 * width, height=height)
