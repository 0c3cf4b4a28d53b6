"""Searches a folder with bounded depth and number, without following links out of it."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

DEEPEST = 4
MOST_FILES = 5000
MOST_ENTRIES = 20_000


def files_below(folder: Path, pattern: str, depth: int = DEEPEST) -> list[Path]:
    """The regular files below a folder whose names match, sorted, without links out of the folder."""
    root = folder.resolve()
    found: list[Path] = []
    seen = 0
    waiting = [(folder, 0)]
    while waiting and len(found) < MOST_FILES and seen < MOST_ENTRIES:
        here, level = waiting.pop(0)
        try:
            with os.scandir(here) as there:
                entries = sorted(there, key=lambda entry: entry.name)
        except OSError:
            continue
        seen += len(entries)
        for entry in entries:
            path = here / entry.name
            # Only a link leads out, or a junction, which Windows has.
            if (os.name == "nt" or entry.is_symlink()) and not _is_inside(path, root):
                continue
            if entry.is_dir() and not entry.is_symlink() and level < depth and not entry.name.startswith("."):
                waiting.append((path, level + 1))
            elif fnmatch(entry.name, pattern) and entry.is_file():
                found.append(path)
    return found[:MOST_FILES]


def folders_of_one_kind(folder: Path, holding: str) -> list[Path]:
    """The folders in a folder if each has an entry of this name; none if a folder of another kind is among them."""
    try:
        folders = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "_")))
    except OSError:
        return []
    return folders if all((p / holding).exists() for p in folders) else []


def holds_only(folder: Path, *patterns: str) -> bool:
    """Whether each visible entry of a folder has a name of these, so that it is the folder of one kind of run."""
    try:
        names = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError:
        return False
    return all(any(fnmatch(name, pattern) for pattern in patterns) for name in names)


def _is_inside(entry: Path, root: Path) -> bool:
    try:
        return entry.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return False
