"""All causes and remedies: those of the causes' files and the table, and those declared with the kinds of events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from engine.detectors.claims.kind import Kind, LikelyCause, all_kinds, declaration
from engine.diagnosis.causes.base import CauseEntry
from engine.diagnosis.remedies import REMEDIES, RemedyEntry
from engine.discovery import by_key, objects
from engine.events import EventKind

OWN = "definition"  # a declared cause has no other source


@cache
def known_causes() -> dict[str, CauseEntry]:
    """The causes that have a file, by key.

    Raises
    ------
    TypeError
        If two have the same key.
    """
    return by_key(objects("engine.diagnosis.causes", CauseEntry), lambda entry: entry.key)


@cache
def all_causes() -> dict[str, CauseEntry]:
    """All causes, by key."""
    own = (_cause(kind, i, cause) for kind, i, cause in _likely())
    return known_causes() | {entry.key: entry for entry in own}


@cache
def all_remedies() -> dict[str, RemedyEntry]:
    """All remedies, by key."""
    own = (RemedyEntry(_key(kind, i), cause.remedy, cause.cost, OWN) for kind, i, cause in _likely())
    return REMEDIES | {entry.key: entry for entry in own}


def share(entry: CauseEntry, kind: EventKind) -> float:
    """A cause's share among those of a kind, without further information."""
    return entry.weights.get(kind, declaration(kind).shares.get(entry.key, 0.0))


def _likely() -> Iterator[tuple[Kind, int, LikelyCause]]:
    return ((kind, i, cause) for kind in all_kinds().values() for i, cause in enumerate(kind.causes))


def _cause(kind: Kind, place: int, cause: LikelyCause) -> CauseEntry:
    key = _key(kind, place)
    weights = {kind.kind: cause.share}
    return CauseEntry(key, cause.text, cause.confirm, cause.refute, OWN, weights, (key,))


def _key(kind: Kind, place: int) -> str:
    return f"{kind.value}_{place + 1}"
