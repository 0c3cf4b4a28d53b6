"""Names of demo runs in the language of their start: demo, seed, and the settings that differ from the demo's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.i18n import _
from engine.run import Value
from engine.tasks.wording import setting_title, value_text

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
    'Explosion 3'
    >>> run_name(explosion, 3, explosion.resolved({"lr": 1e-4, "standardize": True}))
    'Explosion 3 · Learning rate 10⁻⁴, Standardise features on'
    >>> run_name(spikes, 0, spikes.resolved({"mechanism": "not_shuffled"}))
    'Epoch spikes 0 · Mechanism not shuffled'
    """
    usual = {setting.key: setting.default for setting in scenario.settings} | dict(scenario.implied(settings))
    parts = [f"{setting_title(key)} {value_text(value)}" for key, value in settings.items() if value != usual.get(key)]
    if len(parts) > MOST:
        parts = [*parts[:MOST], "…"]
    return f"{_(scenario.title)} {seed}" + (f" · {', '.join(parts)}" if parts else "")
