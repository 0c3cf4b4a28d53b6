"""Entries of the library's list."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine.library.links import path_of

COLUMNS = "id, name, note, state, created, updated, rows, process, link, deleted"
TAGS = "(SELECT group_concat(tag, char(31)) FROM tags WHERE run = runs.id)"


class RunState(StrEnum):
    """Whether a run was still being written at its last update."""

    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True)
class Entry:
    """A run in the list; times in seconds since 1970.

    Attributes
    ----------
    path : Path or None
        The log with the numbers; None if the library has them.
    deleted : float or None
        Time of deletion; None if not deleted.
    """

    id: str
    name: str
    note: str
    tags: tuple[str, ...]
    state: RunState
    created: float
    updated: float
    rows: int
    is_interrupted: bool
    path: Path | None = None
    deleted: float | None = None

    def has(self, word: str) -> bool:
        """Whether name, note, tags or path contain a word, ignoring case."""
        return word.casefold() in f"{self.name} {self.note} {' '.join(self.tags)} {self.path or ''}".casefold()


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry of a row of `COLUMNS` and `TAGS`."""
    id, name, note, state, created, updated, rows, process, link, deleted, tags = row
    is_interrupted = state == RunState.RUNNING and not is_alive(process)
    words = tuple(sorted(tags.split("\x1f"))) if tags else ()
    return Entry(id, name, note, words, RunState(state), created, updated, rows, is_interrupted, path_of(link), deleted)


def is_alive(process: int | None) -> bool:
    """Whether a process with this id is running."""
    if process is None:
        return False
    if os.name == "nt":  # os.kill(pid, 0) would end the process there
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # type: ignore[attr-defined]
        ctypes.windll.kernel32.CloseHandle(handle)  # type: ignore[attr-defined]
        return bool(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
