"""The program's folder, found with the standard library alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "Overshoot"


def home() -> Path:
    """The folder with runs, library and settings, or ``OVERSHOOT_HOME``; it may not exist yet."""
    override = os.environ.get("OVERSHOOT_HOME")
    return Path(override).expanduser() if override else _user_data() / NAME


def _user_data() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "").strip() or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_DATA_HOME", "").strip() or Path.home() / ".local" / "share")


def runs_folder() -> Path:
    """The folder with one folder per watched or brought run."""
    return home() / "runs"
