"""A falling loss whose noise has a memory: it rises and falls by itself."""

from __future__ import annotations

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import WITH_MEMORY, Rng
from tools.judging.simulated.sheet import Sheet


class WithMemory(Kind):
    """AR(1), 1/f or a walk that is pulled back."""

    name = "with_memory"
    share = 6.0
    is_healthy = True

    def change(self, sheet: Sheet, rng: Rng) -> None:
        colour = WITH_MEMORY[rng.integers(len(WITH_MEMORY))]
        sheet.noise = 10 ** rng.uniform(-2.7, -1.2) * colour(rng, sheet.steps)
