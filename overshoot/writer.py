"""Writes a run's file from a thread of its own: one writer, whole lines, append only."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from overshoot import numbers
from overshoot.blocks import Row, encode, line

FLUSH_SECONDS = 0.25  # as long as a killed process may have rows unwritten


class Writer:
    """Appends rows and records to a file four times a second.

    `rows` and `records` are plain lists, to which the training appends; the writing thread takes them as a whole.
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
        self._seen: Row | None = None
        self._records: list[Mapping[str, Any]] = []
        self._on_flush, self._on_take, self._on_error = on_flush, on_take, on_error
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        self._process = os.getpid()
        self._lock = threading.Lock()
        self.taking = threading.Lock()  # held while rows are taken, and while the last one is added to
        self._wake = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="overshoot", daemon=True)
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
        while not self._wake.wait(FLUSH_SECONDS):
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
            count = len(self.rows)
            last = self.rows[-1] if self.rows else None
            if may_wait and last is not self._seen:
                count -= 1
            self._seen = last
            if count <= 0:
                return
            rows = self.rows[:count]
            del self.rows[:count]  # the list stays the same one, so that no row appended meanwhile is lost
            if not self.rows:
                self._on_take()
        self._write(encode(numbers.settled(rows)))

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
