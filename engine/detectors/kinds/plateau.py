"""No progress for long, ended by progress."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import Kind
from engine.detectors.claims.proposals import Proposal
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.shapes.proposed.ledges import Ledge, find_ledges
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.shelves import Shelf, find_shelves
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import NOTHING
from engine.events import EventKind, Severity
from engine.i18n import N_
from engine.table import Floats

PLATEAU = Kind(
    EventKind.PLATEAU,
    N_("Plateau"),
    N_("Loss made no progress for {duration} from {where}, staying at {level}"),
)


class Plateau(Hindsight):
    """A flat stretch of the curve that a drop ends (see `find_shelves`): without one it is convergence.

    It is reported once the drop has started, therefore late by its whole length. A drop that happens from one bin to
    the next is a scheduled change, not the end of a plateau, and is not reported in curves of 100 bins and more.

    Wrong where the learning rate falls in steps and the curve reacts slowly.
    """

    name = "plateau"
    kinds = (EventKind.PLATEAU,)
    about = N_("A long stretch without progress, then progress again")

    @staticmethod
    def example() -> dict[str, Floats]:
        rows = np.arange(400)
        loss = 0.1 + 1.5 / (1 + np.exp((rows - 200) / 7))
        return {"loss": loss * np.exp(0.02 * np.random.default_rng(0).standard_normal(400))}

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        claims = [_claim(curve, shelf) for shelf in find_shelves(curve) if not shelf.is_step]
        if not is_over:
            return claims
        context = surroundings(curve, self.series) if len(curve) else {}
        proposals = [Proposal(_claim(curve, ledge), {**ledge.features, **context}) for ledge in find_ledges(curve)]
        return self.decided("plateau", claims, proposals)


def _claim(curve: Curve, shelf: Shelf | Ledge) -> Claim:
    evidence = {
        "level": shelf.level(curve),
        "share_of_run": (shelf.flat_end - shelf.start + 1) / len(curve),
        "drop_factor": float(shelf.level(curve) / max(curve.level[shelf.drop_end], NOTHING)),
    }
    start, end = curve.row_of(shelf.start), curve.end_of(shelf.flat_end)
    sure = confidence(EventKind.PLATEAU, shelf.drop)
    return Claim(EventKind.PLATEAU, start, end, Severity.INFO, sure, evidence)
