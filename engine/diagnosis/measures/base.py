"""A measure is one named fact of a log around an event; a file that defines one adds it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from engine.diagnosis.facts import Facts
from engine.discovery import by_key, objects
from engine.once import once
from engine.values import dataclass

SHARE, TIMES, SCATTERS, ROWS, COUNT, LOG = "share", "×", "× scatter", "rows", "number", "log₁₀"


@dataclass(frozen=True)
class Measure:
    """A named number around an event.

    Attributes
    ----------
    name : str
        Unique; the unit in the name where it is not obvious.
    label, formula, meaning : str
        What it is in a few words, how it is computed, and what it tells about causes. They are documentation
        (docs/measures.md), in English as the rest of it; no view shows them.
    unit : str
    of : function
        The number for the facts of an event; None where the log does not tell.
    source : str
        Keys of `engine.sources`.
    needs : str
        The addition to a log without which it is unknown, by its key in `engine.diagnosis.telling_apart`; empty for a
        measure of the loss alone, or of a column that is not worth asking for.
    """

    name: str
    label: str
    formula: str
    meaning: str
    unit: str
    of: Callable[[Facts], float | None]
    source: str = "definition"
    needs: str = ""


Group = Callable[[Facts], Mapping[str, float]]


def part_of(group: Group, name: str) -> Callable[[Facts], float | None]:
    """One of the numbers that a computation gives together; it is done once for an event."""

    of_group = once(group)
    return lambda facts: of_group(facts).get(name)


@cache
def all_measures() -> dict[str, Measure]:
    """All measures, by name.

    Raises
    ------
    TypeError
        If two have the same name.
    """
    alone = objects("engine.diagnosis.measures", Measure)
    together = ((module, item) for module, items in objects("engine.diagnosis.measures", tuple) for item in items)
    measures = (*alone, *((module, item) for module, item in together if isinstance(item, Measure)))
    return dict(sorted(by_key(measures, lambda measure: measure.name).items()))


def measured(name: str, facts: Facts) -> float | None:
    """One measure of an event, computed once; None where the log does not tell."""
    if name in facts.measures:
        return facts.measures[name]
    with np.errstate(all="ignore"):  # what cannot be computed is unknown
        return _measured(name, all_measures()[name], facts)


def _measured(name: str, measure: Measure, facts: Facts) -> float | None:
    if name not in facts.measures:
        value = measure.of(facts)
        facts.measures[name] = None if value is None or math.isnan(value) else float(value)
    return facts.measures[name]


def all_measured(facts: Facts) -> dict[str, float]:
    """All measures that the log tells of an event."""
    with np.errstate(all="ignore"):  # once for all
        found = ((name, _measured(name, measure, facts)) for name, measure in all_measures().items())
        return {name: value for name, value in found if value is not None}
