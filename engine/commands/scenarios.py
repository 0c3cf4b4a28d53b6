"""``overshoot scenarios``: list the demo trainings and their settings."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from engine.commands.base import Command, Exit
from engine.commands.records import to_json
from engine.i18n import N_, _
from engine.scenarios.base import Scenario, all_scenarios
from engine.tasks.settings import Setting


class Scenarios(Command):
    """Lists the demo trainings, without torch."""

    name = "scenarios"
    about = N_("list the demo trainings and their settings")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("one JSON object per line, with all settings"))

    def run(self, args: Namespace) -> int:
        for scenario in all_scenarios().values():
            print(to_json(record(scenario)) if args.json else f"{scenario.name:18} {_(scenario.summary)}")
        return Exit.CLEAN


def record(scenario: type[Scenario]) -> dict[str, Any]:
    """The record of a scenario."""
    return {
        "scenario": scenario.name,
        "title": _(scenario.title),
        "summary": _(scenario.summary),
        "shows": [kind.value for kind in scenario.shows],
        "thread": scenario.thread,
        "settings": [setting_record(setting) for setting in scenario.settings],
    }


def setting_record(setting: Setting) -> dict[str, Any]:
    """The record of a setting: type, range and words, unit, default, and when a change applies."""
    return {
        "key": setting.key,
        "title": _(setting.title),
        "help": _(setting.help),
        "type": setting.kind.value,
        "range": None if setting.low is None else [setting.low, setting.high],
        "words": list(setting.words),
        "unit": setting.unit,
        "default": setting.default,
        "applies": setting.applies.value,
    }
