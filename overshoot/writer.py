"""Writes a run's file from a thread of its own: one writer, whole lines, append only."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from overshoot import numbers
from overshoot.blocks import encode, encode_plain, line
from overshoot.plain_rows import PlainRows, Row

FLUSH_SECONDS = 0.25  # as long as a killed process may have rows unwritten
FIRST_SECONDS = 0.05  # whoever has just started a training waits for its first rows
MOST_KINDS = 16  # of plain rows
THREAD = "overshoot"  # the name of the thread that writes


class Writer:
    """Appends rows and records to a file four times a second.

    The training adds to `rows`, and to `plain`, which come behind them; the writing thread takes them as a whole.
    What was handed to the system survives ``kill -9``.

    Parameters
    ----------
    path : Path
        Created together with its folder.
    on_flush : callable
        Called in the writing thread before each writing.
    on_take : callable
        Called when rows are taken: the last of them may no longer be added to.
    on_error : callable
        Called once with the reason when the file cannot be written; nothing is written after that.
    """

    def __init__(
        self,
        path: Path,
        on_flush: Callable[[], None] = lambda: None,
        on_take: Callable[[], None] = lambda: None,
        on_error: Callable[[str], None] = print,
    ) -> None:
        self.path = path
        self.rows: list[Row] = []
        self.plain: PlainRows | None = None
        self._plains: dict[tuple[tuple[str, ...], bool], PlainRows] = {}
        self._seen: float | None = None  # seconds of the last row when rows were taken last
        self._on_flush, self._on_take, self._on_error = on_flush, on_take, on_error
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        self._process = os.getpid()
        self._lock = threading.Lock()
        self.taking = threading.Lock()  # held while rows are taken, and while the last one is added to
        self._wake = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)
        self._thread.start()

    def put(self, record: Mapping[str, Any], is_ordered: bool = True) -> None:
        """Write a record, behind the rows so far if their order matters."""
        if os.getpid() != self._process or self._is_over:
            return
        with self._lock:
            if is_ordered:
                self._write_rows()
            self._write(line(record))

    def _run(self) -> None:
        pause = FIRST_SECONDS
        while not self._wake.wait(pause):
            pause = min(FLUSH_SECONDS, 1.5 * pause)
            self._on_flush()
            with self._lock:
                self._write_rows(may_wait=True)

    def flush(self) -> None:
        """Write the rows so far."""
        with self._lock:
            self._write_rows()

    def _write_rows(self, may_wait: bool = False) -> None:
        """Write all rows, or all but the last if it is new: more numbers of its step may join it."""
        with self.taking:
            rows, plain = self._taken(may_wait)
            if (rows or plain) and not self.rows and not self.plain:
                self._on_take()
        if rows and plain:
            rows += plain.rows()
        text = encode(numbers.settled(rows)) if rows else encode_plain(plain) if plain else ""
        if text:
            self._write(text)

    def _taken(self, may_wait: bool) -> tuple[list[Row], PlainRows | None]:
        """The rows to write; the lists stay the same ones, so that none added meanwhile is lost."""
        for other in list(self._plains.values()):
            if other and other is not self.plain:
                self.rows += other.taken(len(other)).rows()
        plain, count = self.plain, len(self.rows)
        ready = len(plain) if plain else 0
        last = plain.last_time if plain else self.rows[-1][1] if count else None
        if may_wait and last != self._seen:
            ready, count = (ready - 1, count) if ready else (0, count - 1)
        self._seen = last
        rows = self.rows[: max(0, count)]
        del self.rows[: max(0, count)]
        return rows, plain.taken(ready) if plain and ready else None

    def plain_like(self, names: tuple[str, ...], has_rate: bool) -> PlainRows | None:
        """Begin plain rows with these numbers; None if they cannot be plain. The ones before must have been unfolded.

        A thread that logs beside the first may still add to those before, so that they are looked at later, too.
        """
        key = names, has_rate
        if key not in self._plains:
            if "lr" in names or len(self._plains) >= MOST_KINDS:
                return None
            self._plains[key] = PlainRows(names, has_rate)
        self.plain = self._plains[key]
        return self.plain

    def unfold(self) -> Row | None:
        """Put the plain rows among the others, so that one may follow or join them; the last one if there are any."""
        if not self.plain:
            return None
        with self.taking:
            self.rows += self.plain.taken(len(self.plain)).rows()
            return self.rows[-1] if self.rows else None

    def _write(self, text: str) -> None:
        if self._is_over:
            return
        data = memoryview(text.encode("utf-8", "replace"))
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:  # a full disk must not end the training
            self._is_over = True
            self._on_error(f"{self.path} cannot be written: {error.strerror or error}")

    def close(self) -> None:
        """Write the rest and end the thread."""
        self._wake.set()
        if os.getpid() != self._process:
            return
        if threading.current_thread() is not self._thread:
            self._thread.join(2.0)
        self.flush()
        self._is_over = True
        with contextlib.suppress(OSError):
            os.close(self._descriptor)
