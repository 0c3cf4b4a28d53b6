"""The run library: one SQLite file, written during training, which needs no repair after a crash."""

from engine.library.entries import Entry, RunState
from engine.library.opening import LibraryError
from engine.library.recorder import Recorder
from engine.library.store import Library

__all__ = ["Entry", "Library", "LibraryError", "Recorder", "RunState"]
