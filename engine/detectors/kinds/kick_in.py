"""A plateau ends in a sudden drop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.detectors.base import FIRST, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import Kind
from engine.detectors.claims.proposals import Proposal
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.scales import CLEAR, FEW
from engine.detectors.shapes.proposed.ledges import Ledge, find_ledges
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.shelves import Shelf, find_shelves
from engine.detectors.stream.blocks import Block, TableView
from engine.detectors.stream.curve import Curve
from engine.events import EventKind, Severity
from engine.i18n import N_
from engine.table import Floats

KICK_IN = Kind(
    EventKind.KICK_IN,
    N_("Kick-in"),
    N_("After a flat stretch at {before}, loss suddenly fell to {floor} within {duration}"),
)


class KickIn(Hindsight):
    """The drop that ends a plateau (see `find_shelves`), unless the learning rate was lowered there.

    Where the column `lr` is known, a learning rate that falls by 30 % from the end of the plateau to the drop makes it
    a scheduled step. Without it a drop from one bin to the next counts as one, in curves of 100 bins and more.

    Wrong when another setting was changed there.
    """

    name = "kick_in"
    kinds = (EventKind.KICK_IN,)
    about = N_("A plateau ends in a sudden drop")

    @staticmethod
    def example() -> dict[str, Floats]:
        rows = np.arange(400)
        loss = 0.1 + 1.5 / (1 + np.exp((rows - 200) / 7))
        rate = np.where(rows < 200, 0.1, 0.08)  # lowered by less than a schedule's step
        return {"loss": loss * np.exp(0.02 * np.random.default_rng(0).standard_normal(400)), "lr": rate}

    @dataclass
    class Memory(Hindsight.Memory):
        """The other columns up to the last block."""

        table: TableView | None = None

    memory: Memory

    scheduled = Threshold(
        1 - CLEAR, "of the learning rate before", "a rate below it at the drop is a schedule's step", FIRST
    )

    def read(self, block: Block) -> None:
        self.memory.table = block.table
        super().read(block)

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        shelves = [s for s in find_shelves(curve) if not s.is_step and not self._is_scheduled(curve, s)]
        claims = [_claim(curve, shelf) for shelf in shelves]
        if not is_over:
            return claims
        context = surroundings(curve, self.series) if len(curve) else {}
        ledges = [ledge for ledge in find_ledges(curve) if not self._is_scheduled(curve, ledge)]
        proposals = [Proposal(_claim(curve, ledge), {**ledge.features, **context}) for ledge in ledges]
        return self.decided("kick_in", claims, proposals)

    def _is_scheduled(self, curve: Curve, shelf: Shelf | Ledge) -> bool:
        if self.memory.table is None or "lr" not in self.memory.table:
            return False
        first = curve.row_of(max(shelf.start, shelf.end - FEW))
        rates = self.memory.table.values("lr", first, curve.end_of(shelf.drop_end) + 1)
        return len(rates) > 1 and bool(np.min(rates) < self.scheduled * rates[0])


def _claim(curve: Curve, shelf: Shelf | Ledge) -> Claim:
    evidence = {
        "level_before": shelf.level(curve),
        "level_after": float(curve.level[shelf.drop_end]),
        "drop_factor": float(np.exp(shelf.drop)),
        "plateau_share_of_run": (shelf.flat_end - shelf.start + 1) / len(curve),
    }
    start, end = curve.row_of(shelf.end), curve.end_of(shelf.drop_end)
    return Claim(EventKind.KICK_IN, start, end, Severity.INFO, confidence(EventKind.KICK_IN, shelf.drop), evidence)
