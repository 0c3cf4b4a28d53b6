"""Code to copy for a remedy, with this run's values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.run import Value

FOLDER = Path(__file__).resolve().parent.parent.parent / "resources" / "snippets"
FRAMEWORKS = ("pytorch", "keras")


def snippets(remedy: str, values: Mapping[str, Value]) -> dict[str, str]:
    """The remedy's code by framework; upper-case placeholders become this run's values."""
    found = {framework: _read(framework, remedy) for framework in FRAMEWORKS}
    return {framework: code for framework, code in found.items() if code}


@cache
def _read(framework: str, remedy: str) -> str:
    path = FOLDER / framework / f"{remedy}.py"
    return path.read_text(encoding="utf-8").strip() + "\n" if path.exists() else ""
