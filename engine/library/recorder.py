"""Records a run in the library during training, in a thread of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.events import Event
from engine.library.opening import LibraryError
from engine.library.store import Library
from engine.run import Run

SECONDS_BETWEEN_WRITES = 0.8  # a crash loses at most one second, including the write itself


class Recorder:
    """Writes one run to the library in batches less than a second apart.

    If the library fails, the run continues in memory: `problem` has the reason and nothing more is written.

    Parameters
    ----------
    path : Path or None
        The library file; None for the default one.
    run : Run
    events : callable
        Gives the current events.
    checkpoint : callable, optional
        Gives ``(step, bytes)`` of the latest checkpoint, or None if it has not changed.
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
        """Start the thread."""
        self._thread.start()

    def stop(self, is_finished: bool = True, waits: bool = True) -> None:
        """Write the rest and end the thread; an unfinished run can be resumed from its checkpoint."""
        self._is_finished = is_finished
        self._stop.set()
        if waits and self._thread.ident is not None:
            self._thread.join()

    @property
    def is_working(self) -> bool:
        """Whether the thread is still writing."""
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
        checkpoint = self._checkpoint()  # read before the rows are written, so that they extend at least to its step
        events = tuple(self._events())
        now = (len(self._run.table), events, len(self._run.changes))
        if now != self._written:
            self._since = library.write(self._run, self._since, events)
            self._written = now
        if checkpoint is not None:
            library.keep_checkpoint(self._run.id, *checkpoint)
