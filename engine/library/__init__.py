"""Runs kept on disk: one SQLite file, written while training goes on, opened again after a crash without repair."""

from engine.library.recorder import Recorder
from engine.library.store import Entry, Library, LibraryError, RunState

__all__ = ["Entry", "Library", "LibraryError", "Recorder", "RunState"]
