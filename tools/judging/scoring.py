"""Claims against labels: hits, false alarms and misses by kind and series, and how near single events lie.

A claim counts unless a label of its kind is unsure, or the series' health is. ``grouped`` counts `diverged`,
`overshoot` and `late_rise` as one kind, since people differ on where one ends and the next begins. ``clean`` is the
share of surely healthy series that draw no warning.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tools.judging.corpora import Labelled

KINDS = (
    "diverged",
    "overshoot",
    "late_rise",
    "spike",
    "epoch_boundary",
    "plateau",
    "kick_in",
    "fluctuation",
    "overfitting",
    "stalled",
)
INSTABILITY = ("diverged", "overshoot", "late_rise")
GROUPS = (INSTABILITY, *((kind,) for kind in KINDS if kind not in INSTABILITY))
NEAR = 0.05  # of the range of x
FIGURES = ("f1_grouped", "f1_macro", "claims_near", "labels_found", "clean", "warned")


@dataclass(frozen=True)
class Said:
    """An event of a series as a program reported it: kind, start in units of x, severity and confidence."""

    kind: str
    start: float | None
    severity: str
    confidence: float = math.nan


# Columns of a tally: three for each kind (hit, false, miss), three for each group, then these.
REST = ("claims", "near", "labels", "found", "healthy", "clean", "warning_labels", "warned")
WARNINGS = ("diverged", "overshoot", "late_rise", "spike", "overfitting", "stalled", "epoch_boundary", "fluctuation")


def tally(series: Labelled, said: Sequence[Said]) -> np.ndarray:
    """The counts of one series, shape (3 * kinds + 3 * groups + rest,); those of several are added."""
    sure, doubtful = labels_of(series)
    claimed = defaultdict(list)
    for event in said:
        claimed[event.kind].append(event.start)
    kinds, rest = np.zeros((len(KINDS), 3)), dict.fromkeys(REST, 0.0)
    for i, kind in enumerate(KINDS):
        near = [[is_near(series, claim, label) for label in sure.get(kind, ())] for claim in claimed.get(kind, ())]
        if kind in sure or kind not in doubtful:
            rest["claims"] += len(near)
            rest["near"] += sum(map(any, near))
        rest["labels"] += len(sure.get(kind, ()))
        rest["found"] += sum(any(row[k] for row in near) for k in range(len(sure.get(kind, ()))))
        kinds[i] = _outcome(kind in sure, kind in claimed, kind in doubtful)
    groups = [
        _outcome(any(k in sure for k in g), any(k in claimed for k in g), any(k in doubtful for k in g)) for g in GROUPS
    ]
    is_warned = any(event.severity in ("warning", "critical") for event in said)
    rest["healthy"] = float(series.is_surely_healthy)
    rest["clean"] = float(series.is_surely_healthy and not is_warned)
    certain = {label.kind for label in series.labels if label.certainty == "sure"} & set(WARNINGS)
    rest["warning_labels"] = float(len(certain))
    rest["warned"] = float(sum(any(e.kind == k and e.severity != "info" for e in said) for k in certain))
    return np.concatenate([kinds.ravel(), np.ravel(groups), [rest[name] for name in REST]])


def labels_of(series: Labelled) -> tuple[dict[str, list[float | None]], set[str]]:
    """Starts of the labels that count, by kind, and the kinds of which nobody is sure."""
    sure = defaultdict(list)
    doubtful: set[str] = set()
    for label in series.labels:
        if label.kind == "healthy":
            doubtful |= set(KINDS) if label.certainty == "unsure" else set()
        elif label.certainty == "unsure":
            doubtful.add(label.kind)
        else:
            sure[label.kind].append(label.start)
    return dict(sure), doubtful


def is_near(series: Labelled, one: float | None, other: float | None) -> bool:
    """Whether two places lie within 5 % of the range of x."""
    return one is not None and other is not None and abs(one - other) / series.span <= NEAR


def _outcome(is_labelled: bool, is_claimed: bool, is_doubtful: bool) -> tuple[bool, bool, bool]:
    return (
        is_labelled and is_claimed,
        is_claimed and not is_labelled and not is_doubtful,
        is_labelled and not is_claimed,
    )


def figures(counts: np.ndarray) -> dict[str, float]:
    """The figures of added counts, shape (columns,)."""
    kinds = counts[: 3 * len(KINDS)].reshape(-1, 3)
    groups = counts[3 * len(KINDS) : 3 * (len(KINDS) + len(GROUPS))].reshape(-1, 3)
    rest = dict(zip(REST, counts[-len(REST) :], strict=True))
    seen = kinds[kinds.sum(axis=1) > 0]
    return {
        "f1_grouped": _f1(groups.sum(axis=0)),
        "f1_macro": float(np.mean([_f1(row) for row in seen])) if len(seen) else math.nan,
        "claims_near": _share(rest["near"], rest["claims"]),
        "labels_found": _share(rest["found"], rest["labels"]),
        "clean": _share(rest["clean"], rest["healthy"]),
        "warned": _share(rest["warned"], rest["warning_labels"]),
    }


def intervals(counts: np.ndarray, owners: Sequence[str], draws: int = 500) -> dict[str, tuple[float, float]]:
    """95 % intervals of the figures, by drawing owners anew; `counts` has a row a series."""
    rng = np.random.default_rng(0)
    names = sorted(set(owners))
    sums = np.array([counts[[owner == name for owner in owners]].sum(axis=0) for name in names])
    drawn = [figures(sums[rng.integers(0, len(names), len(names))].sum(axis=0)) for _ in range(draws)]
    return {name: tuple(np.nanquantile([d[name] for d in drawn], (0.025, 0.975))) for name in FIGURES}


def by_kind(counts: np.ndarray) -> Iterable[str]:
    """A line a kind: hits, false alarms, misses, precision, recall and F1."""
    for kind, (hit, false, miss) in zip(KINDS, counts[: 3 * len(KINDS)].reshape(-1, 3), strict=True):
        share = f"{_share(hit, hit + false):6.2f}{_share(hit, hit + miss):6.2f}{_f1((hit, false, miss)):6.2f}"
        yield f"{kind:16}{hit:5.0f}{false:6.0f}{miss:6.0f}{share}"


def _f1(counts: Sequence[float]) -> float:
    hit, false, miss = counts
    return _share(2 * hit, 2 * hit + false + miss)


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan
