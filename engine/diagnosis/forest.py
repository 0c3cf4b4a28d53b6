"""A forest of small trees over the measures of an event, from ``python -m tools.faultlab fit``.

It carries what an additive model cannot, such as a measure that means one thing under a high gradient norm and another
under a low one. Each tree asks one measure after the other, against a limit, and ends in shares of causes; the forest
says their mean. A measure that is not told counts as lower than every limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from engine.diagnosis.stored import arrays, lists
from engine.table import Floats
from engine.values import dataclass

UNTOLD = -1e7
LARGEST = 1e6  # beyond it a value counts as this
STEP = 1 / 255  # of the shares, as they are stored
ARRAYS = ("roots", "asked", "limits", "lower", "higher", "shares")

Whole = np.ndarray[Any, np.dtype[np.integer[Any]]]


@dataclass(frozen=True)
class Forest:
    """Trees whose nodes lie in one table.

    Attributes
    ----------
    names, kinds, causes : tuple of str
        Measures and kinds of events, in the order of the columns that nodes ask; causes, in that of the shares.
    roots : ndarray, shape (trees,)
        First node of each tree.
    asked : ndarray, shape (nodes,)
        Column that a node asks; -1 at the end of a branch.
    limits : ndarray, shape (nodes,)
    lower, higher : ndarray, shape (nodes,)
        The node to go on with, for values up to the limit and above it; at an end, `lower` is the row of its shares.
    shares : ndarray, shape (ends, causes)
        In units of `STEP`.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    causes: tuple[str, ...]
    roots: Whole
    asked: Whole
    limits: Floats
    lower: Whole
    higher: Whole
    shares: Whole

    def row(self, kind: str, told: Mapping[str, float]) -> Floats:
        """The columns that nodes ask, for an event of a kind and its measures."""
        values = [min(max(told[name], -LARGEST), LARGEST) if name in told else UNTOLD for name in self.names]
        return np.array([*values, *(float(kind == one) for one in self.kinds)], np.float32)

    def said(self, kind: str, told: Mapping[str, float]) -> dict[str, float]:
        """The share of each cause."""
        values, nodes = self.row(kind, told), self.roots.astype(np.intp)
        asked = self.asked.take(nodes)
        while (rows := np.flatnonzero(asked >= 0)).size:
            here = nodes.take(rows)
            is_low = values.take(asked.take(rows)) <= self.limits.take(here)
            nodes[rows] = np.where(is_low, self.lower.take(here), self.higher.take(here))
            asked = self.asked.take(nodes)
        found = self.shares.take(self.lower.take(nodes), axis=0).astype(float).sum(0)
        return dict(zip(self.causes, (found / found.sum()).tolist(), strict=True))

    def arrays(self) -> dict[str, Any]:
        """What is kept as arrays."""
        return {name: getattr(self, name) for name in ARRAYS}


@cache
def forest() -> Forest:
    """The trees in ``resources/fitted``."""
    return Forest(*lists(), **arrays("forest"))
