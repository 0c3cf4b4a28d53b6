"""Paths of the program's data files."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a file or folder in ``resources``; Qt and Jinja need paths."""
    return Path(str(files("resources").joinpath(*parts)))
