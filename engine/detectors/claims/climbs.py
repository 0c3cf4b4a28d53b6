"""Climbs of a loss that may be overshoots or late rises: one judge for both, and another one for their name.

People who label curves by eye differ on where one ends and the other begins.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.judges import Judge, judges
from engine.detectors.claims.proposals import Proposal, Verdict, is_at
from engine.detectors.hindsight import Hindsight
from engine.detectors.scales import FEW
from engine.detectors.shapes.proposed.climbs import climb_features, find_climbs
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.rises import Rise, level_before, rows_of
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import median
from engine.events import EventKind, Severity


class Climbing(Hindsight):
    """A detector that judges all climbs and reports those of its kind.

    While the run goes on a climb has the name of the rule that finds it. Once it is over, what all its relatives find
    is known to it, one climb is one event, and a judge names it by when and how fast it climbs and what is left of it.
    """

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if not is_over or curve.points < FEW:
            return self.ruled(curve, is_over)
        known = {claim.start: claim for one in self._relatives() for claim in one.ruled(curve, is_over)}
        return self.decided("instability", tuple(known.values()), self._proposals(curve))

    def judge(self, judge: str, proposals: Sequence[Proposal], apart: float, known: Sequence[Claim]) -> Verdict:
        proposals = named(proposals, judges()["overshoot"])
        return super().judge(judge, proposals, apart, named_alike(known, proposals, apart * self._run_rows))

    @abstractmethod
    def ruled(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        """What the rules of the kind claim."""

    def _relatives(self) -> Iterator[Climbing]:
        """All detectors of climbs, itself among them, in one order whichever asks."""
        for kind in Climbing.__subclasses__():
            if isinstance(self, kind):
                yield self
            else:
                relative = kind(self.series)
                relative.memory = self.memory
                yield relative

    def _proposals(self, curve: Curve) -> list[Proposal]:
        context = surroundings(curve, self.series)
        found = []
        for rise, features in zip(find_climbs(curve), climb_features(curve), strict=True):
            sure = self.trust(*rows_of(curve, rise))
            if sure and rise.lasting >= curve.strays(rise.top - rise.onset):
                claim = climb(EventKind.OVERSHOOT, curve, rise, 0.0, sure)
                found.append(Proposal(claim, {**features, **context}, sure))
        return found


def named(proposals: Sequence[Proposal], judge: Judge) -> list[Proposal]:
    """The proposals, each called an overshoot or a late rise as the judge of names says."""
    likely = judge.probabilities([proposal.features for proposal in proposals])
    kinds = [EventKind.OVERSHOOT if p >= judge.threshold else EventKind.LATE_RISE for p in likely]
    return [replace(one, claim=_called(one.claim, kind)) for one, kind in zip(proposals, kinds, strict=True)]


def named_alike(claims: Iterable[Claim], proposals: Sequence[Proposal], apart: float) -> list[Claim]:
    """The claims, each called as the nearest proposal at it is; what had converged before stays a late rise."""
    found = []
    for claim in claims:
        may_stay = claim.kind is EventKind.OVERSHOOT
        at = [one.claim for one in proposals if may_stay and is_at(one.claim, claim, apart)]
        nearest = min(at, key=lambda other: abs(other.start - claim.start), default=claim)
        found.append(_called(claim, nearest.kind))
    return found


def _called(claim: Claim, kind: EventKind) -> Claim:
    return replace(claim, kind=kind, severity=_severity(kind, claim.severity is not Severity.INFO, claim.evidence))


def _severity(kind: EventKind, is_trusted: bool, evidence: Mapping[str, float]) -> Severity:
    if not is_trusted:
        return Severity.INFO
    stays = kind is EventKind.OVERSHOOT and not evidence["has_returned"]
    return Severity.CRITICAL if stays else Severity.WARNING


def climb(kind: EventKind, curve: Curve, rise: Rise, confidence: float, trust: float) -> Claim:
    """The claim that a rise is an overshoot or a late rise; where it is not trusted, a note."""
    top = curve.highest[rise.onset : rise.end + 1].max() if kind is EventKind.OVERSHOOT else curve.level[rise.peak]
    evidence = {
        "level_before": median(level_before(curve, rise)),
        "level_after": median(curve.level[rise.top : rise.end + 1]),
        "share_of_run": rise.length / len(curve),
        "has_returned": float(rise.is_back),
        "peak": float(top),
        "initial_loss": float(curve.level[0]),
    }
    start, end = curve.row_of(rise.onset), curve.end_of(rise.end)
    severity = _severity(kind, trust >= 1, evidence)
    return Claim(kind, start, end, severity, confidence, evidence, is_open=not rise.is_back)
