"""The fitted weights of causes: an additive model over binned clues, from ``python -m tools.faultlab fit``.

The score of a cause is its bias for the kind of event plus, for each clue that the log tells, the weight of the bin its
value falls into; shares are the softmax of the scores. A clue that is not told adds nothing. Every
cause of the lab was trained equally often, so the prior shares are equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.resources import resource
from engine.table import Floats

FILE = resource("fitted", "causes.json")


@dataclass(frozen=True)
class Clue:
    """A clue's bins.

    Attributes
    ----------
    cuts : ndarray, shape (b - 1,)
        Where the second to the last bin begin.
    weights : ndarray, shape (b, causes)
    told : ndarray, shape (b, causes)
        How often the clue falls into a bin under each cause, where the log tells it.
    """

    cuts: Floats
    weights: Floats
    told: Floats

    def bin(self, value: float) -> int:
        """The bin of a value."""
        return int(np.searchsorted(self.cuts, value, "right"))


@dataclass(frozen=True)
class Fitted:
    """The model of all kinds.

    Attributes
    ----------
    power : float
        To which the fitted shares are raised before they are multiplied by the stated ones.
    """

    causes: tuple[str, ...]
    kinds: Mapping[str, Floats]
    clues: Mapping[str, Clue]
    power: float

    def scores(self, kind: str, clues: Mapping[str, float]) -> Floats | None:
        """The score of each cause; None for a kind that the lab does not have."""
        if kind not in self.kinds:
            return None
        total = self.kinds[kind].copy()
        for name, value in clues.items():
            if (clue := self.clues.get(name)) is not None:
                total += clue.weights[clue.bin(value)]
        return total

    def shares(self, kind: str, clues: Mapping[str, float]) -> dict[str, float]:
        """The share of each cause; empty for a kind that the lab does not have."""
        scores = self.scores(kind, clues)
        if scores is None:
            return {}
        powers = np.exp(scores - scores.max())
        return dict(zip(self.causes, (powers / powers.sum()).tolist(), strict=True))


@cache
def fitted() -> Fitted:
    """The weights in ``resources/fitted/causes.json``, which names what they were fitted on and the command."""
    held = json.loads(FILE.read_text(encoding="utf-8"))
    clues = {
        name: Clue(np.array(clue["cuts"]), np.array(clue["weights"]), np.array(held["told"][name]).T)
        for name, clue in held["clues"].items()
    }
    kinds = {kind: np.array(bias) for kind, bias in held["kinds"].items()}
    return Fitted(tuple(held["causes"]), kinds, clues, held["power"])
