"""Proposals that a judge accepts or rejects: detectors propose generously, and one fitted judge decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.judges import Judge, Way, judges
from engine.detectors.scales import MOST_LISTED
from engine.events import EventKind
from engine.table import Floats

LEAST_CONFIDENCE = 0.15  # of what is added to the claims of the rules; what is less likely is worth a remark
APART_FROM_KNOWN = 4  # times as far from what the rules claim as from other proposals


@dataclass(frozen=True)
class Proposal:
    """A possible claim with the features that its judge reads.

    Attributes
    ----------
    claim : Claim
        As it is reported if it is accepted, but for the confidence.
    features : mapping of str to float
    trust : float
        What the confidence is multiplied by: less than 1 where the name of the series, or a possible restart, explains
        what is seen.
    """

    claim: Claim
    features: Mapping[str, float]
    trust: float = 1.0


@dataclass(frozen=True)
class Verdict:
    """What the rules claimed and is kept, proposals that were accepted, and those that are worth a remark only."""

    kept: tuple[Claim, ...] = ()
    accepted: tuple[Claim, ...] = ()
    perhaps: tuple[Claim, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All that is claimed, those of the rules first."""
        return (*self.kept, *self.accepted)


def judged(
    name: str, proposals: Sequence[Proposal], apart: float, known: Sequence[Claim] = (), judge: Judge | None = None
) -> Verdict:
    """What a judge makes of proposals and of what the rules claim; see `Way`.

    Parameters
    ----------
    name : str
        Of the judge.
    apart : float
        Rows: of proposals that overlap, or start so near each other, the likeliest is accepted.
    known : sequence of Claim
        What the rules claim.
    judge : Judge, optional
        In place of the fitted one of that name.
    """
    judge = judges()[name] if judge is None else judge
    likely = judge.probabilities([proposal.features for proposal in proposals])
    kept = tuple(_told(judge, claim, proposals, likely, apart) for claim in known)
    accepted, perhaps = _added(judge, proposals, likely, apart, kept) if judge.way is Way.UNION else ((), ())
    return Verdict(kept, accepted, perhaps)


def _told(judge: Judge, claim: Claim, proposals: Sequence[Proposal], likely: Floats, apart: float) -> Claim:
    """A claim of the rules, with the confidence of the likeliest proposal at it; its own where there is none."""
    at = [i for i, proposal in enumerate(proposals) if is_at(proposal.claim, claim, apart)]
    if not at:
        return claim
    best = max(at, key=lambda i: likely[i])
    return replace(claim, confidence=judge.confidence(float(likely[best]), is_known=True) * proposals[best].trust)


def _added(
    judge: Judge, proposals: Sequence[Proposal], likely: Floats, apart: float, kept: Sequence[Claim]
) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """The most likely first; none overlaps, or starts near, a likelier one or what is kept."""
    accepted: list[Claim] = []
    perhaps: list[Claim] = []
    for i in sorted(range(len(proposals)), key=lambda i: (-likely[i], proposals[i].claim.start)):
        claim = proposals[i].claim
        least = judge.threshold * (judge.again if accepted or kept else 1.0)
        if likely[i] < min(least, judge.perhaps) or len(accepted) + len(kept) >= MOST_LISTED:
            break
        if any(is_at(claim, other, apart) for other in (*accepted, *perhaps)):
            continue
        if any(is_at(claim, other, APART_FROM_KNOWN * apart) for other in kept):
            continue
        confidence = judge.confidence(float(likely[i]))
        is_likely = likely[i] >= least and confidence >= LEAST_CONFIDENCE
        claim = replace(claim, confidence=confidence * proposals[i].trust)
        (accepted if is_likely else perhaps).append(claim)
    return tuple(accepted), tuple(perhaps)


def is_at(claim: Claim, other: Claim, apart: float) -> bool:
    """Two spikes may share the rows of a slow return; of other kinds one stretch is one event."""
    if abs(claim.start - other.start) <= apart:
        return True
    return claim.kind is not EventKind.SPIKE and claim.start <= other.end and other.start <= claim.end
