"""Names of demo runs: scenario, seed, and the settings that differ from the scenario's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.run import Value

if TYPE_CHECKING:
    from engine.scenarios.base import Scenario

MOST = 2  # settings in a name


def run_name(scenario: type[Scenario], seed: int, settings: Mapping[str, Value]) -> str:
    """Name a run so that overlaid runs can be distinguished; implied settings are left out.

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
    parts = [f"{key}={setting_word(value)}" for key, value in settings.items() if value != usual.get(key)]
    if len(parts) > MOST:
        parts = [*parts[:MOST], "…"]
    return f"{scenario.name} {seed}" + (f" · {' '.join(parts)}" if parts else "")


def setting_word(value: Value) -> str:
    """Format a value as the command line takes it.

    >>> setting_word(True), setting_word(1e-4), setting_word("full")
    ('on', '0.0001', 'full')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
