"""What the series of a printed log are called, and which of them are losses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine.logs.names import Likeness, likeness
from engine.series import Role, role_of

# A series that another one of the same name outnumbers so much is a line of its own, not a series.
LEAST_SHARE = 0.03
LEAST_SHARE_OF_SERIES = 0.01
LEAST_POINTS = 5


class Identity(NamedTuple):
    """What tells one series of a text from another."""

    key: str
    role: str
    counted: frozenset[str]


Groups = Mapping[tuple[str, str], list[Identity]]


def names_of(counts: Mapping[Identity, int]) -> dict[Identity, str]:
    """A name for each series that has enough points, those with most first.

    Where lines of several shapes have the same name, the most frequent shape keeps it.
    """
    groups: dict[tuple[str, str], list[Identity]] = defaultdict(list)
    for identity in sorted(counts, key=lambda i: -counts[i]):
        groups[identity.key, _side(identity.role)].append(identity)
    chosen = [i for group in groups.values() for i in group if _counts_enough(counts[i], counts[group[0]])]
    chosen.sort(key=lambda i: -counts[i])
    losses = set(losses_among(chosen))
    most = max((counts[i] for i in losses), default=0)
    kept = (i for i in chosen if i not in losses or most < LEAST_POINTS or _is_series(i, counts[i], most))
    return {i: title(i, groups) for i in kept}


def losses_among(identities: Iterable[Identity | str]) -> list[Identity]:
    """Those whose names are most like a loss; measures count where nothing is called one."""
    ranks = {i: likeness(i.key) for i in identities if isinstance(i, Identity)}
    best = max(ranks.values(), default=Likeness.NONE)
    return [i for i, rank in ranks.items() if rank is best and rank >= Likeness.MEASURE]


def _side(role: str) -> str:
    return "" if role == "train" else role


def _counts_enough(count: int, most: int) -> bool:
    return count == most or (count >= LEAST_POINTS and count >= LEAST_SHARE * most)


def _is_series(identity: Identity, count: int, most: int) -> bool:
    """Whether a loss is more than a line of a printed configuration; validation may be rare."""
    is_validation = role_of(f"{identity.role} {identity.key}") is Role.VALIDATION
    return count > 1 and (is_validation or count >= LEAST_SHARE_OF_SERIES * most)


def title(identity: Identity, groups: Groups | None = None) -> str:
    """The name of a series: its key, with its role and what its lines count where that is needed to tell it apart."""
    side = _side(identity.role)
    name = f"{side} {identity.key}" if side else identity.key
    group = (groups or {}).get((identity.key, side), [])
    if not group or identity == group[0]:
        return name
    if identity.role == "train" and not side:
        return f"train {identity.key}"
    counted = "epoch" if identity.counted == {"epoch"} else ""
    return f"{name} ({counted})" if counted else name
