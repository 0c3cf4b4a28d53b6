"""Put the program into the wheel, inside the package, where its names cannot meet those of a person's files."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROGRAM = ("main.py", "engine", "gui", "resources")


class Program(BuildHookInterface):
    """An editable install runs from the tree: a copy would go stale."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"].update({name: f"overshoot/_program/{name}" for name in PROGRAM})
