"""What a demo's run is called: its scenario and seed, and what was set otherwise than the scenario sets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.run import Value

if TYPE_CHECKING:
    from engine.scenarios.base import Scenario

MOST = 2  # settings in a name


def run_name(scenario: type[Scenario], seed: int, settings: Mapping[str, Value]) -> str:
    """So that runs that lie over each other can be told apart; what a setting brings with it goes without saying.

    Examples
    --------
    >>> from engine.scenarios.base import scenario_named
    >>> explosion, spikes = scenario_named("explosion"), scenario_named("epoch-spikes")
    >>> run_name(explosion, 3, explosion.resolved({}))
    'explosion 3'
    >>> run_name(explosion, 3, explosion.resolved({"lr": 1e-4, "standardize": True}))
    'explosion 3 · lr=0.0001 standardize=on'
    >>> run_name(spikes, 0, spikes.resolved({"mechanism": "not_shuffled"}))
    'epoch-spikes 0 · mechanism=not_shuffled'
    """
    usual = {setting.key: setting.default for setting in scenario.settings} | dict(scenario.implied(settings))
    told = [f"{key}={setting_word(value)}" for key, value in settings.items() if value != usual.get(key)]
    if len(told) > MOST:
        told = [*told[:MOST], "…"]
    return f"{scenario.name} {seed}" + (f" · {' '.join(told)}" if told else "")


def setting_word(value: Value) -> str:
    """A value as the command line takes it.

    >>> setting_word(True), setting_word(1e-4), setting_word("full")
    ('on', '0.0001', 'full')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
