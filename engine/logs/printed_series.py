"""Names the series of a printed log, and recognises losses among them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine.logs.names import Likeness, clocks, likeness
from engine.series import Role, role_of

# A series outnumbered this much by another one of the same name is a single line, not a series.
LEAST_SHARE = 0.03
LEAST_SHARE_OF_SERIES = 0.01
LEAST_POINTS = 5


class Identity(NamedTuple):
    """The identity of a series in a text."""

    key: str
    role: str
    counted: frozenset[str]

    @property
    def is_held_out(self) -> bool:
        """Whether it was measured on data that is not trained on."""
        return role_of(f"{self.role} {self.key}") is not Role.TRAINING


Groups = Mapping[tuple[str, str], list[Identity]]


def names_of(counts: Mapping[Identity, int]) -> tuple[dict[Identity, str], list[Identity]]:
    """Names of the series with enough points, those with most points first, and which of them are losses.

    If lines of several shapes have the same name, the most frequent shape keeps it.
    """
    groups: dict[tuple[str, str], list[Identity]] = defaultdict(list)
    for identity in sorted(counts, key=lambda i: -counts[i]):
        groups[identity.key, _side(identity.role)].append(identity)
    chosen = [i for group in groups.values() for i in group if _counts_enough(counts[i], counts[group[0]])]
    chosen.sort(key=lambda i: -counts[i])
    losses = set(losses_among(chosen))
    most = max((counts[i] for i in losses), default=0)
    kept = [i for i in chosen if i not in losses or most < LEAST_POINTS or _is_series(i, counts[i], most)]
    return {i: title(i, groups) for i in kept}, [i for i in kept if i in losses]


def clock_title(kind: str, spellings: Counter[str]) -> str:
    """The name of a counter: as the log spells it most often, else the kind's own."""
    spelling = next((name for name, _count in spellings.most_common(1)), kind)
    return spelling if clocks([spelling], "epoch" if kind == "epoch" else "step") else kind


def losses_among(identities: Iterable[Identity]) -> list[Identity]:
    """The likeliest losses of training and of validation; error measures only where nothing is called a loss."""
    ranks = {i: likeness(i.key) for i in identities}
    best = dict.fromkeys((False, True), Likeness.MEASURE)
    for identity, rank in ranks.items():
        best[identity.is_held_out] = max(rank, best[identity.is_held_out])
    return [i for i, rank in ranks.items() if rank is best[i.is_held_out]]


def _side(role: str) -> str:
    return "" if role == "train" else role


def _counts_enough(count: int, most: int) -> bool:
    return count == most or (count >= LEAST_POINTS and count >= LEAST_SHARE * most)


def _is_series(identity: Identity, count: int, most: int) -> bool:
    """Whether a loss is a series rather than a line of a printed configuration; validation may be rare."""
    return count > 1 and (identity.is_held_out or count >= LEAST_SHARE_OF_SERIES * most)


def title(identity: Identity, groups: Groups | None = None) -> str:
    """The name of a series: its key, with role and counters if needed to distinguish it."""
    side = _side(identity.role)
    name = f"{side} {identity.key}" if side else identity.key
    group = (groups or {}).get((identity.key, side), [])
    if not group or identity == group[0]:
        return name
    if identity.role == "train" and not side:
        return f"train {identity.key}"
    counted = "epoch" if identity.counted == {"epoch"} else ""
    return f"{name} ({counted})" if counted else name
