"""Knobs that follow from another one: a data set may bring a learning rate of its own."""

from __future__ import annotations

from collections.abc import Mapping

from engine.run import Value
from engine.scenarios.base import Scenario
from engine.training.settings import checked


def following(scenario: type[Scenario], chosen: Mapping[str, Value], key: str, before: Value) -> dict[str, Value]:
    """What other knobs show now that `key` was turned from `before`; those that a person has set stay.

    Parameters
    ----------
    chosen : mapping
        The knobs that do not stand at their defaults, the turned one included.

    Examples
    --------
    >>> from engine.scenarios.base import scenario_named
    >>> found = following(scenario_named("explosion"), {"data": "bowl"}, "data", "houses")
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
