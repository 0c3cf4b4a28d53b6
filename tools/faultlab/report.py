"""What the fit reaches on families left out: by columns, against a ceiling, and whether it is to be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from tools.faultlab import nets
from tools.faultlab.additive import Values, right_ones
from tools.faultlab.bins import Record
from tools.faultlab.fit import LeftOut, folds, loss_of, named, stated, tempered
from tools.faultlab.trees import names_of

FEWEST = 15  # events of a set of columns
EDGES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def row(name: str, shares: Values, records: Sequence[Record], causes: Sequence[str]) -> str:
    """A line of how many there are, how often the first and one of two are right, and the loss."""
    right = right_ones(records, causes)
    first, two = named(shares, right)
    return f"{name:44} {len(records):5} first {first:.3f} two {two:.3f} loss {loss_of(shares, right):.3f}"


def by_columns(left: LeftOut, shares: Values, others: dict[str, Values]) -> Iterator[str]:
    """Lines for all events and for each set of columns: ours, and others by name."""
    columns = [record["columns"] for record in left.records]
    for which in ("", *(name for name, count in Counter(columns).most_common() if count >= FEWEST)):
        own = np.array([not which or name == which for name in columns])
        records = [record for record, is_in in zip(left.records, own, strict=True) if is_in]
        yield row(which or "all", shares[own], records, left.causes)
        for name, other in others.items():
            yield row(f"  {name}", other[own], records, left.causes)


def stated_alone(left: LeftOut) -> Values:
    return stated(left.records, left.causes)


def ceiling(records: Sequence[Record], left: LeftOut) -> Values:
    """Shares that boosted trees give, on the same evidence and with the same families left out."""
    kinds = sorted({record["kind"] for record in records})

    def table(part: Sequence[Record], names: Sequence[str]) -> Values:
        of_kind = [[float(record["kind"] == kind) for kind in kinds] for record in part]
        return np.concatenate([nets.table(part, names), of_kind, stated(part, left.causes)], axis=1)

    found = np.zeros((len(left.records), len(left.causes)))
    families = np.array([record["family"] for record in left.records])
    for fold in folds(records):
        own = [record for record in records if record["family"] not in fold]
        trees = HistGradientBoostingClassifier(
            max_iter=50,
            learning_rate=0.1,
            max_leaf_nodes=8,
            min_samples_leaf=8,
            l2_regularization=1,
            max_features=0.1,
        )
        names = names_of(own)
        trees.fit(table(own, names), [record["fault"] for record in own])
        rows = np.flatnonzero(np.isin(families, fold))
        places = [left.causes.index(cause) for cause in trees.classes_]
        found[np.ix_(rows, places)] = trees.predict_proba(table([left.records[i] for i in rows], names))
    return found


def reliability(
    shares: Values, records: Sequence[Record], causes: Sequence[str]
) -> Iterator[tuple[float, int, float, float]]:
    """Yield by the share of the first cause: lower edge, events, mean share, how often it is right."""
    right = right_ones(records, causes)
    best = shares.argmax(1)
    said, is_right = shares.max(1), right[np.arange(len(best)), best]
    for low, high in pairwise(EDGES):
        own = (said >= low) & (said < high)
        if own.any():
            yield low, int(own.sum()), float(said[own].mean()), float(is_right[own].mean())


def confused(shares: Values, left: LeftOut, most: int = 20) -> list[tuple[str, str, int]]:
    """What is named first in place of what is right, most often first: fault, named, events."""
    right = right_ones(left.records, left.causes)
    best = shares.argmax(1)
    wrong = Counter(
        (record["fault"], left.causes[best[i]]) for i, record in enumerate(left.records) if not right[i, best[i]]
    )
    return [(fault, said, count) for (fault, said), count in wrong.most_common(most)]


def calibrated(left: LeftOut, by: dict[str, float]) -> Values:
    return tempered(left.scores, left.records, by)
