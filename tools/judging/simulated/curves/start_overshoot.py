"""The first steps are too large: the loss climbs above its start, then falls."""

from __future__ import annotations

from tools.judging.simulated.base import Kind, returning
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet


class StartOvershoot(Kind):
    """Up within the first hundredths, at times to several times the start, and below it again."""

    name = "start_overshoot"
    share = 1.5

    def change(self, sheet: Sheet, rng: Rng) -> None:
        at = int(rng.integers(1, 4)) * sheet.every
        rise = 1 + sheet.row(0.0, 0.03)
        half = 1 + sheet.steps * rng.uniform(0.005, 0.06)
        sheet.effect += returning(sheet.steps, at, 10 ** rng.uniform(-0.5, 1.0), rise, half)
        sheet.mark("overshoot", at, at + rise + 2 * half)
        sheet.mark("spike", at, at + rise + 2 * half, "unsure")
