"""What the fit reaches on families left out: by columns, and whether it is to be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from tools.faultlab.additive import Values, right_ones
from tools.faultlab.bins import Record
from tools.faultlab.fit import LeftOut, loss_of, named, stated, tempered

FEWEST = 15  # events of a set of columns
EDGES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def row(name: str, shares: Values, records: Sequence[Record], causes: Sequence[str]) -> str:
    """A line of how many there are, how often the first and one of two are right, and the loss."""
    right = right_ones(records, causes)
    first, two = named(shares, right)
    return f"{name:44} {len(records):5} first {first:.3f} two {two:.3f} loss {loss_of(shares, right):.3f}"


def by_columns(left: LeftOut, shares: Values, others: dict[str, Values]) -> Iterator[str]:
    """Lines for all events and for each set of columns: ours, and others by name."""
    for which, own in sets_of_columns(left.records):
        records = [record for record, is_in in zip(left.records, own, strict=True) if is_in]
        yield row(which, shares[own], records, left.causes)
        for name, other in others.items():
            yield row(f"  {name}", other[own], records, left.causes)


def sets_of_columns(records: Sequence[Record]) -> Iterator[tuple[str, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """Yield ``all`` and each set of columns, an accuracy or a reward aside, with which records have it."""
    columns = ["+".join(c for c in r["columns"].split("+") if c != "metric") or "loss only" for r in records]
    yield "all", np.ones(len(columns), bool)
    for which, count in Counter(columns).most_common():
        if count >= FEWEST:
            yield which, np.array([name == which for name in columns])


def stated_alone(left: LeftOut) -> Values:
    return stated(left.records, left.causes)


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
