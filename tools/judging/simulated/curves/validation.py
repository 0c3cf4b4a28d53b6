"""A validation loss beside a training loss: higher, flat at the end, and not rising."""

from __future__ import annotations

import numpy as np

from tools.judging.simulated.base import Drawn, Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Validation(Kind):
    """A gap is no overfitting, and neither is a rise that the noise makes."""

    name = "validation"
    share = 4.0
    is_healthy = True

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=12, most=400, scatter=(-2.5, -1.1))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        sheet.stride = 1
        floor = rng.uniform(0.0, 0.5)
        sheet.level = np.maximum(sheet.level, 0) * (1 - floor) + floor

    def draw(self, rng: Rng) -> Drawn:
        made = self.sheet(rng)
        made.is_healthy = self.is_healthy
        training = made.level + 0.3 * made.noise * rng.standard_normal(made.steps)
        self.change(made, rng)
        x, values, labels = made.logged()
        return x, {"loss": (training[:: made.every] + made.offset) * made.scale, "val_loss": values}, labels
