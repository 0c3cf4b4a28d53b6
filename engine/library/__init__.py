"""Runs kept on disk: one SQLite file, written while training goes on, opened again after a crash without repair."""

from engine.library.entries import Entry, RunState
from engine.library.opening import LibraryError
from engine.library.recorder import Recorder
from engine.library.store import Library

__all__ = ["Entry", "Library", "LibraryError", "Recorder", "RunState"]
