"""Whether the loss sits at the logarithm of a number of classes."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, SHARE, Measure
from engine.diagnosis.points import before, finite, median
from engine.events import EventKind

MOST_COUNTED = 20  # above, every level is near the logarithm of some whole number
# Numbers of classes of well-known data sets, and vocabularies of well-known tokenizers.
WELL_KNOWN = (
    *(26, 27, 37, 43, 47, 62, 64, 80, 91, 100, 101, 102, 128, 150, 196, 200, 256, 257, 365, 397, 400, 500, 512),
    *(1000, 1024, 1203, 2048, 4096, 8192, 10000, 16000, 16384, 21128, 21841, 28996, 30000, 30522, 32000, 32768),
    *(49152, 49408, 50257, 50265, 50304, 50368, 50432, 64000, 65024, 65536, 100277, 100352, 119547, 128000, 128256),
    *(129280, 151643, 151936, 152064, 200019, 250002, 250112, 250880, 256000, 262144),
)
CLASSES = np.array([*range(2, MOST_COUNTED + 1), *WELL_KNOWN], float)
FLAT_KINDS = (EventKind.STALLED, EventKind.PLATEAU)


def level(facts: Facts) -> float | None:
    """The level of a flat stretch, else the level at which the series ends."""
    if facts.event.kind in FLAT_KINDS:
        return median(facts.during)
    return median(before(facts, facts.event.series, 20, len(facts.run.table)))


def chance(value: float) -> tuple[float, float]:
    """The number of classes whose logarithm is nearest, and how far off it is relative to the level.

    Examples
    --------
    >>> [(int(k), off < 0.001) for k, off in map(chance, np.log([2, 37, 50257]))]
    [(2, True), (37, True), (50257, True)]
    """
    off = np.abs(np.log(CLASSES) / value - 1) if value > 0 else np.full(len(CLASSES), np.inf)
    best = int(np.argmin(off))
    return float(CLASSES[best]), float(off[best])


def classes(facts: Facts) -> float | None:
    """The nearest number of classes."""
    found = level(facts)
    return None if found is None or found <= 0 else chance(found)[0]


def error(facts: Facts) -> float | None:
    """The distance of the level from the logarithm of that number."""
    found = level(facts)
    return None if found is None else min(chance(found)[1], 1.0)


def start_error(facts: Facts) -> float | None:
    """The same for the first points of the run."""
    first = finite(facts.values(facts.event.series, 0, 4))
    return min(chance(scatters.median(first))[1], 1.0) if len(first) else None


CHANCE_CLASSES = Measure(
    "chance_classes",
    "Classes whose chance level is nearest",
    "K with ln K nearest to the level; K = 2 to 20 and well-known numbers of classes and vocabularies",
    "together with the distance: which constant answer the network gives",
    COUNT,
    classes,
)
CHANCE_ERROR = Measure(
    "chance_error_share",
    "Distance from that chance level",
    "distance of (level ÷ ln K) from 1, at most 1",
    "near 0, the answers carry no information about the input: no signal, dead units, or unrelated labels",
    SHARE,
    error,
)
CHANCE_START = Measure(
    "chance_error_at_start_share",
    "Distance of the first points from a chance level",
    "distance of (median of the first five losses ÷ ln K) from 1, at most 1",
    "far from 0 on a classifier's first rows, initial weights give loud answers or labels are out of range",
    SHARE,
    start_error,
)
