"""Which versions made a report: this program, Python, and what the numbers depend on."""

from __future__ import annotations

import platform
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent / "pyproject.toml"
PACKAGES = ("torch", "numpy", "scipy", "polars")


@cache
def program_version() -> str:
    """This program's version, as the project file declares it."""
    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]


def versions() -> dict[str, str]:
    """Name and version of everything that the numbers depend on; nothing is imported for it."""
    found = {"Overshoot": program_version(), "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
