"""Small networks over the facts of an event, from ``python -m tools.faultlab fit``.

They add facts up smoothly where the forest asks one after the other, and are wrong of other logs than the forest is. A
fact enters as its distance from the middle, in units of its usual spread, and never as more than `FARTHEST`, so that no
odd log drives them to a certainty that nothing in the lab bears out; one that is not told enters as the middle, and
that it is told enters beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from engine.diagnosis.pooling import softmax
from engine.diagnosis.stored import arrays, lists
from engine.table import Floats
from engine.values import dataclass

FARTHEST = 3.0
KIND = 2.0  # entry of an event's kind, so that the penalty on weights weighs less on it

WORDS = ("names", "kinds", "causes")
WEIGHTS = ("first", "first_bias", "last", "last_bias")


@dataclass(frozen=True)
class Networks:
    """Networks of one hidden layer that read the same; what they say is their mean.

    Attributes
    ----------
    names, kinds, causes : tuple of str
        Facts and kinds of events that are read, and the causes that are said.
    middles, spreads : ndarray, shape (names,)
    asked : ndarray, shape (m,)
        Places of the facts of which it is read, too, whether they are told.
    first, first_bias : ndarray, shape (networks, names + m + kinds, hidden) and (networks, hidden)
    last, last_bias : ndarray, shape (networks, hidden, causes) and (networks, causes)
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    causes: tuple[str, ...]
    middles: Floats
    spreads: Floats
    asked: np.ndarray[Any, np.dtype[np.integer[Any]]]
    first: Floats
    first_bias: Floats
    last: Floats
    last_bias: Floats

    def row(self, kind: str, told: Mapping[str, float]) -> Floats:
        """What is read of an event of a kind and its facts."""
        values = np.array([told.get(name, np.nan) for name in self.names])
        of_kind = [KIND * (kind == one) for one in self.kinds]
        return np.append(inputs(values, self.middles, self.spreads, self.asked), of_kind).astype(np.float32)

    def said(self, kind: str, told: Mapping[str, float]) -> dict[str, float]:
        """The share of each cause."""
        hidden = np.maximum(self.row(kind, told) @ self.first + self.first_bias, 0)
        shares = softmax((hidden[:, None] @ self.last)[:, 0] + self.last_bias).mean(axis=0)
        return dict(zip(self.causes, shares.tolist(), strict=True))

    def arrays(self) -> dict[str, Any]:
        """What is kept as arrays, weights with half the digits."""
        kept = {name: np.asarray(values) for name, values in vars(self).items() if name not in WORDS}
        return {name: values.astype(np.float16) if name in WEIGHTS else values for name, values in kept.items()}


def inputs(values: Floats, middles: Floats, spreads: Floats, asked: Any) -> Floats:
    """Facts, NaN where one is not told, as distances from the middle, and then whether those asked for are told.

    >>> inputs(np.array([3.0, np.nan, 9.0]), np.ones(3), np.array([2.0, 2.0, 2.0]), np.array([1, 2])).tolist()
    [1.0, 0.0, 3.0, 0.0, 1.0]
    """
    there = ~np.isnan(values)
    far = np.clip((values - middles) / spreads, -FARTHEST, FARTHEST)
    return np.concatenate([np.where(there, far, 0.0), there[..., asked]], axis=-1)


@cache
def networks() -> Networks:
    """The networks in ``resources/fitted``."""
    kept = arrays("networks")
    return Networks(*lists(), **kept | {name: kept[name].astype(np.float32) for name in WEIGHTS})
