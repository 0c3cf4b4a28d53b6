"""Climbs of a loss that may be overshoots or late rises: one judge for both, and their name by rule afterwards.

People who label curves by eye differ on where one ends and the other begins.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

import numpy as np

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.proposals import Proposal
from engine.detectors.hindsight import Hindsight
from engine.detectors.shapes.proposed.climbs import climb_features, find_climbs
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.rises import Rise, has_converged, is_abrupt, rows_of
from engine.detectors.stream.curve import Curve
from engine.events import EventKind, Severity

EARLY_OF_RUN = 0.05  # of the run: what climbs sooner has overshot
FEWEST_POINTS = 5  # in the run

Trust = Callable[[int, int], float]


class Climbing(Hindsight):
    """A detector that judges all climbs and reports those of its kind.

    What the rules of its relatives claim is known to it: one climb is one event, whatever it is called.
    """

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        own = self.ruled(curve, is_over)
        if not is_over or curve.points < FEWEST_POINTS:
            return own
        return self.decided("instability", [*own, *self._of_relatives(curve)], self._proposals(curve))

    @abstractmethod
    def ruled(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        """What the rules of the kind claim."""

    def _of_relatives(self, curve: Curve) -> list[Claim]:
        found: list[Claim] = []
        for kind in Climbing.__subclasses__():
            if not isinstance(self, kind):
                relative = kind(self.series)
                relative.memory = self.memory
                found += relative.ruled(curve, is_over=True)
        return found

    def _proposals(self, curve: Curve) -> list[Proposal]:
        context = surroundings(curve, self.series)
        found = []
        for rise, features in zip(find_climbs(curve), climb_features(curve), strict=True):
            sure = self.trust(*rows_of(curve, rise))
            if sure:
                claim = (
                    overshoot(curve, rise, 0.0, sure) if _overshoots(curve, rise) else late_rise(curve, rise, 0.0, sure)
                )
                found.append(Proposal(claim, {**features, **context}, sure))
        return found


def _overshoots(curve: Curve, rise: Rise) -> bool:
    """Whether it climbs at the start, or at once from where the loss had not halved yet."""
    is_early = rise.onset <= max(1, EARLY_OF_RUN * len(curve))
    return is_early or (is_abrupt(curve, rise) and not has_converged(curve, rise))


def _evidence(curve: Curve, rise: Rise) -> dict[str, float]:
    return {
        "level_before": float(np.median(curve.level[max(0, rise.onset - 3) : rise.onset + 1])),
        "level_after": float(np.median(curve.level[rise.top : rise.end + 1])),
        "share_of_run": rise.length / len(curve),
        "has_returned": float(rise.is_back),
    }


def overshoot(curve: Curve, rise: Rise, confidence: float, trust: float) -> Claim:
    """The claim that a climb is an overshoot; where it is not trusted, a note."""
    peak = float(curve.highest[rise.onset : rise.end + 1].max())
    evidence = {**_evidence(curve, rise), "peak": peak, "initial_loss": float(curve.level[0])}
    severity = Severity.INFO if trust < 1 else Severity.WARNING if rise.is_back else Severity.CRITICAL
    return _claim(EventKind.OVERSHOOT, curve, rise, severity, confidence, evidence)


def late_rise(curve: Curve, rise: Rise, confidence: float, trust: float) -> Claim:
    """The claim that a climb is a late rise; where it is not trusted, a note."""
    evidence = {**_evidence(curve, rise), "peak": float(curve.level[rise.peak])}
    severity = Severity.INFO if trust < 1 else Severity.WARNING
    return _claim(EventKind.LATE_RISE, curve, rise, severity, confidence, evidence)


def _claim(
    kind: EventKind, curve: Curve, rise: Rise, severity: Severity, confidence: float, evidence: dict[str, float]
) -> Claim:
    start, end = curve.row_of(rise.onset), curve.end_of(rise.end)
    return Claim(kind, start, end, severity, confidence, evidence, is_open=not rise.is_back)
