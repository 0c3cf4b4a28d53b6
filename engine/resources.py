"""Where the program's data files are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a file or folder of ``resources``; Qt and Jinja take only paths."""
    return Path(str(files("resources").joinpath(*parts)))
