"""Knobs whose values are implied by another one: a data set may have its own learning rate."""

from __future__ import annotations

from collections.abc import Mapping

from engine.run import Value
from engine.scenarios.base import Scenario
from engine.tasks.settings import checked


def implied_values(scenario: type[Scenario], chosen: Mapping[str, Value], key: str, before: Value) -> dict[str, Value]:
    """Values of other knobs after `key` was turned from `before`; those set by the user are kept.

    Parameters
    ----------
    chosen : mapping
        The knobs that differ from their defaults, including the turned one.

    Examples
    --------
    >>> from engine.scenarios.base import scenario_named
    >>> found = implied_values(scenario_named("explosion"), {"data": "bowl"}, "data", "houses")
    >>> found["lr"], found["batch_size"]
    (0.042, 'full')
    """
    now = scenario.implied(checked(scenario.settings, chosen))
    then = scenario.implied(checked(scenario.settings, {**chosen, key: before}))
    found: dict[str, Value] = {}
    for setting in scenario.settings:
        name = setting.key
        old, new = then.get(name, setting.default), now.get(name, setting.default)
        if name != key and old != new and chosen.get(name, setting.default) in (old, setting.default):
            found[name] = new
    return found
