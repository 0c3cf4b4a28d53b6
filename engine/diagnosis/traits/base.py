"""A group of traits: numbers of a log around an event that are read by the forest alone.

A measure (`engine.diagnosis.measures`) is a fact with a meaning, which factors of causes and sentences may use. A trait
need not mean anything by itself: it is there so that the fit can find what nobody has named. Each is free of the scale
of the loss, and, where it does not count points on purpose (an optimizer's memory is counted in steps), of the length
of the run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from engine.diagnosis.facts import Facts
from engine.discovery import by_key, objects
from engine.values import dataclass

LARGEST = 1e6


@dataclass(frozen=True)
class TraitGroup:
    """Traits that are computed together.

    Attributes
    ----------
    name : str
        Before the names of the traits; unique.
    of : function
        The traits by name; one that the log does not tell is left out or NaN.
    """

    name: str
    of: Callable[[Facts], Mapping[str, float]]


@cache
def all_groups() -> dict[str, TraitGroup]:
    """All groups, by name.

    Raises
    ------
    TypeError
        If two have the same name.
    """
    found = by_key(objects("engine.diagnosis.traits", TraitGroup), lambda group: group.name)
    return dict(sorted(found.items()))


def traits(facts: Facts) -> dict[str, float]:
    """All traits that the log tells of an event, by ``group.trait``, within ±`LARGEST`."""
    found: dict[str, float] = {}
    with np.errstate(all="ignore"):  # what cannot be computed is unknown
        for name, group in all_groups().items():
            for trait, value in group.of(facts).items():
                if math.isfinite(value):
                    found[f"{name}.{trait}"] = float(min(max(value, -LARGEST), LARGEST))
    return found
