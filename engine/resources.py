"""Paths of the program's data files."""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[1] / "resources"  # beside `engine`, in the wheel too


def resource(*parts: str) -> Path:
    """The path of a file or folder in ``resources``; Qt and Jinja need paths."""
    return RESOURCES.joinpath(*parts)
