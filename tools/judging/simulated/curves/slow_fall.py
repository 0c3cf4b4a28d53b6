"""A slow fall under a large scatter, which is not stalled."""

from __future__ import annotations

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class SlowFall(Kind):
    """The whole fall is one to five scatters of single points, and is clear over many points."""

    name = "slow_fall"
    share = 3.0
    is_healthy = True

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=200, scatter=(-0.7, 0.0))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        """Nothing happens."""
