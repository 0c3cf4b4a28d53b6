"""A falling loss of a few points."""

from __future__ import annotations

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class Short(Kind):
    """As epochs are logged."""

    name = "short"
    share = 3.0
    is_healthy = True

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, most=60, scatter=(-2.5, -0.7))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        """Nothing happens."""
