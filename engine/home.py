"""The program's folder for settings, error log and run library."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path


def home() -> Path:
    """Path of the program's folder, or of ``OVERSHOOT_HOME``; it may not exist yet."""
    override = os.environ.get("OVERSHOOT_HOME")
    return Path(override).expanduser() if override else user_data_path("Overshoot", appauthor=False)
