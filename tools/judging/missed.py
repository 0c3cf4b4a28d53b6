"""What became of each labelled event that no claim is near: proposed or not, doubtful, hidden, or named otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.detectors.claims.judges import Judge
from engine.events import Event
from tools.judging.choosing import label_kinds
from tools.judging.recording import Recorded
from tools.judging.scoring import GROUPS, KINDS, is_near, labels_of

FATES = ("found", "doubtful", "outdone", "hidden", "other name", "elsewhere", "not proposed")


def table(recorded: Sequence[Recorded], judges: Sequence[Mapping[str, Judge]]) -> Iterator[str]:
    """A line a kind: how many of its labels had which fate."""
    counts = Counter(pair for one, own in zip(recorded, judges, strict=True) for pair in fates(one, own))
    yield f"{'':16}" + "".join(f"{fate:>14}" for fate in FATES)
    for kind in KINDS:
        yield f"{kind:16}" + "".join(f"{counts[kind, fate]:14}" for fate in FATES)


def fates(one: Recorded, judges: Mapping[str, Judge]) -> Iterator[tuple[str, str]]:
    """The kind and the fate of each label that counts."""
    said = list(one.events(judges))
    for kind, starts in labels_of(one.series)[0].items():
        for start in starts:
            yield kind, _fate(one, judges, said, kind, start)


def _fate(
    one: Recorded, judges: Mapping[str, Judge], said: Iterable[tuple[Event, float]], kind: str, start: float | None
) -> str:
    near = [event for event, x in said if is_near(one.series, x, start)]
    if any(event.kind == kind and event.is_listed for event in near):
        return "found"
    if any(event.kind == kind for event in near):
        return "hidden"
    group = next(members for members in GROUPS if kind in members)
    if any(event.kind in group and event.is_listed for event in near):
        return "other name"
    likely = [p / judges[name].threshold for name, p in _proposed(one, judges, kind, start)]
    if likely:
        return "outdone" if max(likely) >= 1 else "doubtful"
    return "elsewhere" if any(event.kind == kind for event, _x in said) else "not proposed"


def _proposed(
    one: Recorded, judges: Mapping[str, Judge], kind: str, start: float | None
) -> Iterator[tuple[str, float]]:
    """The judge and the probability of each proposal near a label that may be called its kind."""
    for part in one.parts:
        for asked in part.asked:
            if kind not in label_kinds(asked.judge) or not (one.counts(asked.series) or kind == "overfitting"):
                continue
            likely = judges[asked.judge].probabilities([proposal.features for proposal in asked.proposals])
            for proposal, p in zip(asked.proposals, likely.tolist(), strict=True):
                if is_near(one.series, part.x_at(proposal.claim.start), start):
                    yield asked.judge, p
