"""Where the program keeps what is its own: settings, the error log and the run library."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path


def home() -> Path:
    """The folder of settings, error log and library; ``OVERSHOOT_HOME`` overrides it. It may not exist yet."""
    override = os.environ.get("OVERSHOOT_HOME")
    return Path(override).expanduser() if override else user_data_path("Overshoot", appauthor=False)
