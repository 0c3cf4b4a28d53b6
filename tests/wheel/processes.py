"""Run a command as a user would, and report its output if it ends otherwise than expected."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class Failed(Exception):
    """A check failed; the text tells what was found."""


def expect(holds: object, found: object) -> None:
    """Raise `Failed` with what was found unless a claim holds."""
    if not holds:
        raise Failed(str(found))


def run(
    call: Sequence[str | Path],
    expected: int = 0,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Standard output of a process, without our tree on its path and without a screen.

    Raises
    ------
    Failed
        If the exit code is another than expected; with all of its output.
    """
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "LANGUAGE", "LC_ALL")}
    kept |= {"QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8", **(environment or {})}
    done = subprocess.run(call, cwd=folder, env=kept, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != expected:
        output = f"{done.stdout}{done.stderr}".strip()
        raise Failed(f"{' '.join(map(str, call))}\nended with {done.returncode}, not {expected}:\n{output}")
    return done.stdout
