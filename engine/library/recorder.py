"""Write a run to the library while it trains, off the training thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.events import Event
from engine.library.opening import LibraryError
from engine.library.store import Library
from engine.run import Run

SECONDS_BETWEEN_WRITES = 0.8  # at most one second is lost to a crash, the write itself included


class Recorder:
    """Keeps one run in the library in a thread of its own, in batches less than a second apart.

    When the library fails the run goes on in memory: `problem` says why and nothing more is written.

    Parameters
    ----------
    path : Path or None
        The library file; None for the one in the program's home.
    run : Run
    events : callable
        Gives the events as they stand now.
    checkpoint : callable, optional
        Gives ``(step, bytes)`` of the newest checkpoint, or None when it has not changed.
    """

    def __init__(
        self,
        path: Path | None,
        run: Run,
        events: Callable[[], Sequence[Event]] = tuple,
        checkpoint: Callable[[], tuple[int, bytes] | None] = lambda: None,
    ) -> None:
        self._path = path
        self._run = run
        self._events = events
        self._checkpoint = checkpoint
        self._since = 0
        self._stop = threading.Event()
        self._is_finished = False
        self._written: tuple[int, tuple[Event, ...], int] | None = None
        self.problem: str | None = None
        self.set_aside: Path | None = None
        self._thread = threading.Thread(target=self._work, name="run library", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self, is_finished: bool = True, waits: bool = True) -> None:
        """Write the rest and end the thread; an unfinished run can be resumed later from its checkpoint."""
        self._is_finished = is_finished
        self._stop.set()
        if waits and self._thread.ident is not None:
            self._thread.join()

    @property
    def is_working(self) -> bool:
        """Whether its thread still writes."""
        return self._thread.is_alive()

    def _work(self) -> None:
        try:
            library = Library(self._path)
            try:
                self.set_aside = library.set_aside
                library.add(self._run)
                while not self._stop.wait(SECONDS_BETWEEN_WRITES):
                    self._write(library)
                self._write(library)
                if self._is_finished:
                    library.finish(self._run.id)
                else:
                    library.release(self._run.id)
            finally:
                library.close()
        except (LibraryError, OSError, sqlite3.Error) as error:
            self.problem = str(error)

    def _write(self, library: Library) -> None:
        checkpoint = self._checkpoint()  # before the rows are written, so that they reach as far as it does
        events = tuple(self._events())
        now = (len(self._run.table), events, len(self._run.changes))
        if now != self._written:
            self._since = library.write(self._run, self._since, events)
            self._written = now
        if checkpoint is not None:
            library.keep_checkpoint(self._run.id, *checkpoint)
