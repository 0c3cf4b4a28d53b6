"""The fitted weights of causes: an additive model over binned clues, from ``python -m tools.faultlab fit``.

The score of a cause is the logarithm of its stated share, plus a bias for the kind of event, plus, for each measure
that the log tells, the weight of the bin its value falls into; shares are the softmax of the scores, divided by a
temperature so that they can be believed. A measure that is not told adds nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from engine.diagnosis.stored import Array, arrays, words
from engine.table import Floats
from engine.values import dataclass

UNITS = 1000  # in one: weights and shares are stored as thousandths


@dataclass(frozen=True)
class Clue:
    """A measure in bins.

    Attributes
    ----------
    cuts : sequence of float
        Where the second to the last bin begin.
    weights : ndarray, shape (bins, causes)
        In thousandths.
    shares : ndarray, shape (bins, causes)
        How often the clue falls into each bin under each cause, where the log tells it; in thousandths.
    """

    cuts: Sequence[float]
    weights: Array
    shares: Array

    @property
    def told(self) -> Floats:
        """The shares as numbers of 0 to 1."""
        return self.shares / UNITS

    def bin(self, value: float) -> int:
        """The bin of a value."""
        return bisect_right(self.cuts, value)


@dataclass(frozen=True)
class Fitted:
    """The model of all kinds.

    Attributes
    ----------
    temperatures : mapping of str to float
        By kind, and for all others as ``""``: what scores are divided by before shares are made of them.
    kept : mapping of str to mapping of str to float
        For each addition to a log, the share of the bits that it is said to tell which it told on families left out:
        in logs of the loss ``alone``, and ``beside`` other columns.
    trials : mapping of str to ndarray, shape (outcomes, causes)
        How often each outcome of a trial comes under each cause.
    """

    causes: tuple[str, ...]
    kinds: Mapping[str, Floats]
    clues: Mapping[str, Clue]
    temperatures: Mapping[str, float]
    kept: Mapping[str, Mapping[str, float]]
    trials: Mapping[str, Floats]

    def added(self, kind: str, clues: Mapping[str, float]) -> dict[str, float]:
        """What is added to the logarithm of each cause's stated share; empty for a kind that the lab does not have."""
        if kind not in self.kinds:
            return {}
        total = self.kinds[kind].copy()
        for name, value in clues.items():
            if (clue := self.clues.get(name)) is not None:
                total += clue.weights[clue.bin(value)] / UNITS
        return dict(zip(self.causes, total.tolist(), strict=True))

    def temperature(self, kind: str) -> float:
        return self.temperatures.get(kind, self.temperatures[""])


@cache
def fitted() -> Fitted:
    """The weights in ``resources/fitted``."""
    held, kept = words(), arrays("clues")
    clues, first = {}, 0
    for name, cuts in held["clues"].items():
        own = slice(first, first + len(cuts) + 1)
        clues[name] = Clue(cuts, kept["weights"][own], kept["told"][own])
        first = own.stop
    kinds = {kind: np.array(bias) for kind, bias in held["kinds"].items()}
    trials = {name: np.array(told).T for name, told in held.get("trials", {}).items()}
    return Fitted(tuple(held["causes"]), kinds, clues, held["temperatures"], held.get("kept", {}), trials)
