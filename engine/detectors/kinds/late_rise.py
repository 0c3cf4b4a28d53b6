"""Training loss had converged, then climbs for long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.detectors.base import FIRST, LOGS, TRAININGS, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.claim import Claim
from engine.detectors.claims.climbs import Climbing, climb
from engine.detectors.claims.kind import EventWords, Kind
from engine.detectors.claims.rules import inside, runs_up, unless_likelier
from engine.detectors.scales import BRIEF, CLEAR, FEW, PARTS, UNSEEN
from engine.detectors.shapes.rises import (
    FEWEST_UP,
    RETURNED_OF_HEIGHT,
    Rise,
    find_rises,
    has_converged,
    is_abrupt,
    points,
    rows_of,
)
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import NOTHING, TINY, median
from engine.detectors.stream.trend import wander
from engine.events import EventKind
from engine.i18n import N_, _, number
from engine.table import Floats


def _sentence(words: EventWords) -> str:
    text = _("Loss had fallen to {before}, then rose to {peak}, starting at {where}").format(
        before=words.before, peak=words.peak, where=words.where
    )
    high, low = words.at_onset("accuracy"), words.lowest("accuracy")
    if high is None or low is None or low > high - UNSEEN:
        return text
    return _("{rise}, while accuracy fell from {high} % to {low} %").format(
        rise=text, high=number(100 * high), low=number(100 * low)
    )


LATE_RISE = Kind(
    EventKind.LATE_RISE,
    N_("Late rise"),
    _sentence,
    absorbs={EventKind.SPIKE: unless_likelier(inside)},
    echoes={EventKind.SPIKE: runs_up, EventKind.FLUCTUATION: runs_up},
)


class LateRise(Climbing):
    """Training loss had converged, then climbs and stays up.

    A rise (see `find_rises`) whose median level between top and end clearly exceeds the level before, by the scatter
    of single points, and by 3 times what the level had wandered about a line in the tenth of the run before it; that
    loses 1 % of what had been gained; that starts after 5 % of the run so far and stays
    up for a tenth of it. One that climbs abruptly after the loss had halved starts after a tenth of the run and stays
    up for 20 points and a tenth of the run up to its end, by the loss itself and not its logarithm; one that returns
    sooner is a spike.

    Wrong for losses that may rise without anything being wrong: adversarial ones, reinforcement learning (a value loss
    grows with the returns), a curriculum that gets harder. Where the name of the series shows so, its events are notes
    of half the confidence.
    """

    name = "late_rise"
    kinds = (EventKind.LATE_RISE,)
    about = N_("Training loss had converged, then rises for a long time")

    @staticmethod
    def example() -> dict[str, Floats]:
        rows = np.arange(400)
        loss = (0.2 + 2 * np.exp(-rows / 50)) * (1 + 3 * np.clip((rows - 200) / 80, 0, 1))
        return {"loss": loss * np.exp(0.03 * np.random.default_rng(0).standard_normal(400))}

    smallest_rise = Threshold(
        CLEAR, "ln(loss)", "what it must stay up by; of the range where losses go negative", FIRST
    )
    lasts = Threshold(1 / PARTS, "of the run", "the loss must stay up, and must lie before an abrupt rise", FIRST)
    after = Threshold(BRIEF, "of the run", "must lie before: what rises from the start has overshot", TRAININGS)
    fewest_up = Threshold(FEWEST_UP, "points", "a rise that is back sooner is a spike, however short the run", LOGS)
    fewest_points = Threshold(PARTS, "points", "in the run", LOGS)
    wanders = Threshold(3.0, "standard deviations", "of the level before it about a line, which it must exceed", FIRST)
    least_lost = Threshold(
        UNSEEN, "of all that was gained", "must be lost: what doubles at a thousandth of the start has converged", LOGS
    )

    def ruled(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if self.has_partner or curve.points < self.fewest_points:
            return []
        found = [(rise, self._strength(curve, rise, is_over)) for rise in find_rises(curve)]
        trusted = [(rise, s, self.trust(*rows_of(curve, rise))) for rise, s in found if s >= 1]
        return [
            climb(EventKind.LATE_RISE, curve, rise, confidence(EventKind.LATE_RISE, s) * trust, trust)
            for rise, s, trust in trusted
            if trust
        ]

    def _strength(self, curve: Curve, rise: Rise, is_over: bool) -> float:
        """By how much the weakest condition is exceeded; below 1 it is no late rise."""
        if rise.onset < (self.lasts if is_abrupt(curve, rise) else self.after) * len(curve):
            return 0.0
        lasts = rise.length / (self.lasts * len(curve))
        if is_abrupt(curve, rise):
            stays = is_over and not rise.is_back
            if not has_converged(curve, rise) or not (stays or points(curve, rise) >= self.fewest_up):
                return 0.0
            up = _bins_up(curve, rise) if rise.is_back else rise.length
            lasts = up / (self.lasts * (rise.onset + up))
        if curve.softening is not None and _lost(curve, rise) < self.least_lost:
            return 0.0
        before = slice(max(0, rise.onset - max(FEW, len(curve) // PARTS)), rise.onset)
        return min(
            rise.lasting / self.smallest_rise,
            lasts,
            rise.lasting / max(TINY, median(curve.scatter[rise.onset : rise.end + 1])),
            rise.lasting / (self.wanders * wander(curve.smooth[before]) + TINY),
            rise.lasting / (curve.strays(rise.top - rise.onset) + TINY),
        )


def _bins_up(curve: Curve, rise: Rise) -> int:
    """For how many bins the loss itself stayed up, without the tail of its return, which is long on the log scale."""
    before = float(curve.level[: rise.onset + 1].min())
    level = curve.level[rise.onset : rise.end + 1]
    usual = median(curve.level[rise.top : rise.end + 1]) - before
    high = np.flatnonzero(level - before > RETURNED_OF_HEIGHT * usual)
    return int(high[-1]) + 1 if len(high) else 1


def _lost(curve: Curve, rise: Rise) -> float:
    """What the rise lost of all that was gained before it, as a share."""
    before = float(curve.level[: rise.onset + 1].min())
    after = median(curve.level[rise.top : rise.end + 1])
    return (after - before) / max(curve.initial - before, NOTHING)
