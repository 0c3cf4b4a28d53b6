"""One bad validation epoch, or two."""

from __future__ import annotations

from tools.judging.simulated.base import Kind
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet


class BadEpoch(Kind):
    """A single value that is far too high, in a curve of few points."""

    name = "bad_epoch"
    share = 1.5

    def sheet(self, rng: Rng) -> Sheet:
        return sheet(rng, least=15, most=200, scatter=(-2.5, -1.2))

    def change(self, sheet: Sheet, rng: Rng) -> None:
        sheet.window, sheet.every = 1, 1
        for _ in range(int(rng.choice((1, 1, 2)))):
            at = int(rng.integers(2, sheet.steps - 1))
            sheet.effect[at] += 10 ** rng.uniform(-0.7, 1.0)
            sheet.mark("spike", at, at)
