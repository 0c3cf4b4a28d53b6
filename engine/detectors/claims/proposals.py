"""Proposals that a judge accepts or rejects: detectors propose generously, and one fitted judge decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.judges import Judge, judges
from engine.events import EventKind

MOST_OF_A_KIND = 6  # events of one kind that are listed; people who label by eye name no more


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
    """The claims that were accepted, and those that are worth a remark only."""

    accepted: tuple[Claim, ...]
    perhaps: tuple[Claim, ...]


def judged(
    name: str, proposals: Sequence[Proposal], apart: float, known: Sequence[Claim] = (), judge: Judge | None = None
) -> Verdict:
    """What a judge accepts, the most likely first; none overlaps, or starts within `apart` rows of, a likelier one.

    Parameters
    ----------
    name : str
        Of the judge.
    apart : float
        Rows.
    known : sequence of Claim
        Claims that are made anyway: none is accepted within four times `apart` of one, and they count as listed.
    judge : Judge, optional
        In place of the fitted one of that name.
    """
    judge = judges()[name] if judge is None else judge
    likely = judge.probabilities([proposal.features for proposal in proposals])
    order = sorted(range(len(proposals)), key=lambda i: (-likely[i], proposals[i].claim.start))
    taken: list[Claim] = []
    accepted: list[Claim] = []
    perhaps: list[Claim] = []
    for i in order:
        claim = proposals[i].claim
        if likely[i] < min(judge.threshold, judge.perhaps) or len(accepted) + len(known) >= MOST_OF_A_KIND:
            break
        if any(abs(claim.start - other.start) <= apart or _overlap(claim, other) for other in taken):
            continue
        if any(abs(claim.start - other.start) <= 4 * apart for other in known):
            continue
        claim = replace(claim, confidence=judge.confidence(float(likely[i])) * proposals[i].trust)
        taken.append(claim)
        (accepted if likely[i] >= judge.threshold else perhaps).append(claim)
    return Verdict(tuple(accepted), tuple(perhaps))


def _overlap(claim: Claim, other: Claim) -> bool:
    """Two spikes may share the rows of a slow return; of other kinds one stretch is one event."""
    return claim.kind is not EventKind.SPIKE and claim.start <= other.end and other.start <= claim.end
