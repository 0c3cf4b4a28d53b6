"""Versions for the report: this program, Python, and libraries that the numbers depend on."""

from __future__ import annotations

import platform
from importlib import metadata

from overshoot import __version__

PACKAGES = ("torch", "numpy", "scipy", "polars")


def program_version() -> str:
    """This program's version."""
    return __version__


def versions() -> dict[str, str]:
    """Name and version of everything that the numbers depend on, without importing it."""
    found = {"Overshoot": program_version(), "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
