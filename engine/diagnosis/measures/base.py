"""A measure is one named fact of a log around an event; a file that defines one adds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from engine.diagnosis.facts import Facts
from engine.discovery import objects

SHARE, TIMES, SCATTERS, ROWS, COUNT = "share", "×", "× scatter", "rows", "number"


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
    """

    name: str
    label: str
    formula: str
    meaning: str
    unit: str
    of: Callable[[Facts], float | None]
    source: str = "definition"


@cache
def all_measures() -> dict[str, Measure]:
    """All measures, by name.

    Raises
    ------
    TypeError
        If two have the same name.
    """
    found: dict[str, Measure] = {}
    for module, measure in objects("engine.diagnosis.measures", Measure):
        if measure.name in found:
            raise TypeError(f"the measure {measure.name!r} is defined in {module} and in another module")
        found[measure.name] = measure
    return dict(sorted(found.items()))


def measured(name: str, facts: Facts) -> float | None:
    """One measure of an event, computed once; None where the log does not tell."""
    if name not in facts.measures:
        facts.measures[name] = all_measures()[name].of(facts)
    return facts.measures[name]


def all_measured(facts: Facts) -> dict[str, float]:
    """All measures that the log tells of an event."""
    found = ((name, measured(name, facts)) for name in all_measures())
    return {name: value for name, value in found if value is not None}
