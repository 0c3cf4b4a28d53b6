"""The mean since the epoch began is logged: a jump at each new epoch."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class RunningMean(Kind):
    """Falls within each epoch as the mean catches up, and starts anew."""

    name = "running_mean"
    share = 1.0

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=100, most=8000, scatter=(-2.5, -0.5))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        sheet.window, sheet.every = 1, 1
        epochs = int(rng.integers(3, min(40, sheet.steps // 8) + 1))
        length = -(-sheet.steps // epochs)
        whole = sheet.level + sheet.noise
        starts = np.arange(sheet.steps) // length * length
        begun = np.concatenate([[0.0], np.cumsum(whole)])
        mean = (begun[np.arange(sheet.steps) + 1] - begun[starts]) / (np.arange(sheet.steps) + 1 - starts)
        steps = [abs(mean[at] - mean[at - 1]) for at in range(length, sheet.steps, length)]
        sheet.level, sheet.noise = mean, 0.02 * sheet.noise
        seen = float(np.median(steps)) / (float(np.ptp(mean)) + 1e-9)
        sheet.mark("epoch_boundary", length, sheet.steps - 1, _certain(seen), height=np.inf)


def _certain(seen: float) -> str:
    return "sure" if seen > 0.06 else "likely" if seen > 0.03 else "unsure"
