"""Steps too large for the curvature: loss jumps and stays above where it had been, or returns slowly."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.detectors.base import FIRST, LOGS, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.claim import Claim
from engine.detectors.claims.climbs import Climbing, climb
from engine.detectors.claims.kind import EventWords, Kind
from engine.detectors.claims.rules import follows, inside, runs_up, unless_likelier
from engine.detectors.scales import BRIEF, CLEAR, LONG, PARTS
from engine.detectors.shapes.rises import (
    Rise,
    find_rises,
    has_converged,
    is_abrupt,
    rows_of,
)
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import TINY, median
from engine.events import EventKind, EventState
from engine.i18n import N_, _
from engine.table import Floats


def _sentence(words: EventWords) -> str:
    has_returned = words.evidence("has_returned")
    if words.event.state is EventState.OPEN and words.is_last:
        text = _("Loss jumped from {before} to {peak} at {where} and has not come back so far")
    elif has_returned == 0 or (has_returned is None and words.is_last):
        text = _("Loss jumped from {before} to {peak} at {where} and stayed above its previous level")
    else:
        text = _("Loss jumped from {before} to {peak} at {where} and took {duration} to recover")
    return text.format(before=words.before, peak=words.peak, where=words.where, duration=words.duration)


OVERSHOOT = Kind(
    EventKind.OVERSHOOT,
    N_("Overshoot"),
    _sentence,
    absorbs={
        EventKind.SPIKE: unless_likelier(inside),
        EventKind.PLATEAU: unless_likelier(follows),
        EventKind.KICK_IN: unless_likelier(follows),
    },
    echoes={EventKind.FLUCTUATION: runs_up},
)


class Overshoot(Climbing):
    """Loss jumps within a few points and stays up for a fifth of the run, or climbs above the initial loss at the
    start.

    Two rules on the rises of the curve (see `find_rises`): an abrupt one that clearly stays up for a fifth of the run;
    or one that starts in the first 5 % and reaches 1.2 times the initial loss (1.5 times the first points), as when the
    steps are too large for the first, sharpest stretch.

    Wrong when the data change abruptly (a new shard, a new task), or a new term enters the loss.
    """

    name = "overshoot"
    kinds = (EventKind.OVERSHOOT,)
    about = N_("Loss jumps or oscillates upward and stays above its previous level, or recovers slowly")

    @staticmethod
    def example() -> dict[str, Floats]:
        rows = np.arange(400)
        loss = (0.2 + 2 * np.exp(-rows / 50)) * np.where(rows >= 8, 1 + 2 * np.exp(-(rows - 8) / 40), 1)
        return {"loss": loss * np.exp(0.02 * np.random.default_rng(0).standard_normal(400))}

    smallest_jump = Threshold(CLEAR, "ln(loss)", "what an abrupt rise must last at", FIRST)
    lasts = Threshold(LONG, "of the run", "an abrupt rise; one that returns sooner is a spike", FIRST)
    early = Threshold(BRIEF, "of the run", "a climb above the first loss that starts sooner may be short", FIRST)
    over_start = Threshold(1.2, "times the initial loss", "what such a climb must reach", LOGS)
    over_first = Threshold(1.5, "times the first bin", "or this: a single bin scatters more", LOGS)
    fewest_points = Threshold(PARTS, "points", "in the run", FIRST)

    def ruled(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if self.has_partner or curve.points < self.fewest_points or curve.softening is None:
            return []
        found = [(rise, self._strength(curve, rise)) for rise in find_rises(curve)]
        trusted = [(rise, s, self.trust(*rows_of(curve, rise))) for rise, s in found if s >= 1]
        return [
            climb(EventKind.OVERSHOOT, curve, rise, confidence(EventKind.OVERSHOOT, s) * trust, trust)
            for rise, s, trust in trusted
            if trust
        ]

    def _strength(self, curve: Curve, rise: Rise) -> float:
        """By how much the weakest condition is exceeded; below 1 it is no overshoot."""
        over_start = max(
            float(curve.smooth[rise.peak] - curve.scaled(curve.initial)) / math.log(self.over_start),
            float(curve.smooth[rise.peak] - curve.u[0]) / math.log(self.over_first),
        )
        if rise.onset <= max(1, self.early * len(curve)):
            return min(over_start, _clear(curve, rise))
        if not is_abrupt(curve, rise) or has_converged(curve, rise):
            return 0.0
        lasts = rise.length / (self.lasts * len(curve))
        return min(rise.lasting / self.smallest_jump, lasts, _clear(curve, rise))


def _clear(curve: Curve, rise: Rise) -> float:
    usual = max(median(curve.scatter[: rise.end + 1]), curve.strays(rise.top - rise.onset))
    return rise.lasting / max(TINY, usual)
