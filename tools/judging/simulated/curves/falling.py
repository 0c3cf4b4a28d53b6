"""A falling loss."""

from __future__ import annotations

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Falling(Kind):
    """Any fall, any noise, any way of logging, from a few points on."""

    name = "falling"
    share = 11.0
    is_healthy = True

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng)

    def change(self, sheet: Sheet, rng: Rng) -> None:
        """Nothing happens."""
