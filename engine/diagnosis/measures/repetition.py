"""How often the same kind of event is in the series, and how regularly."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, SHARE, Measure


def _starts(facts: Facts) -> list[int]:
    same = [e.start for e in facts.others if e.kind is facts.event.kind and e.series == facts.event.series]
    return sorted([*same, facts.event.start])


def count(facts: Facts) -> float:
    """Events of this kind in this series."""
    return float(len(_starts(facts)))


def irregularity(facts: Facts) -> float | None:
    """The standard deviation of the distances between them ÷ their mean."""
    gaps = np.diff(_starts(facts))
    return float(np.std(gaps) / np.mean(gaps)) if len(gaps) >= 2 and np.mean(gaps) > 0 else None


SAME_KIND = Measure(
    "same_kind_count",
    "Events of this kind",
    "events of the same kind in the same series",
    "one is an accident; many are the way in which this run trains",
    COUNT,
    count,
)
IRREGULARITY = Measure(
    "same_kind_irregularity_share",
    "Irregularity of their distances",
    "standard deviation ÷ mean of the distances between them",
    "near 0, they come by the clock: epoch, evaluation, schedule; near 1, by chance",
    SHARE,
    irregularity,
)
