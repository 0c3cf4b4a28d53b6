"""Keeps states of a brought training: in memory until a thread has written them, then on disk, each within a budget."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SHARE = 0.009  # of the training's time, the state that is to be kept included
LEAST_COST, BYTES_A_SECOND = 3e-3, 5e8  # of a state, until one was kept; an optimizer holds as much again twice
SPACING = 50  # steps
MEGABYTE = 1 << 20
MEMORY = 256 * MEGABYTE
VARIABLE, DISK_MEGABYTES = "OVERSHOOT_CHECKPOINTS", 1024


def disk_megabytes() -> int:
    """What the states of a run may take on disk: `OVERSHOOT_CHECKPOINTS`, or the usual."""
    text = os.environ.get(VARIABLE, "")
    return int(text) if text.isdecimal() and int(text) else DISK_MEGABYTES


class Keeper:
    """States within a budget: dense near the latest step, sparse further back, the first always kept.

    The training only copies a state; it waits for the disk if what is not written yet exceeds the budget in memory.

    Parameters
    ----------
    disk, memory : int, optional
        Bytes that the states may take; one at least is kept.

    Attributes
    ----------
    kept : dict of int to Path
        The states on disk, by step.
    spent : float
        Seconds that the training has waited for all this, and processor seconds that the thread has taken.
    error : Exception or None
        Why no more states are kept; the training goes on.
    """

    def __init__(self, folder: Path, disk: int | None = None, memory: int | None = None) -> None:
        self.folder, self.memory = folder, memory or MEMORY
        self.disk = disk or disk_megabytes() * MEGABYTE
        self.kept: dict[int, Path] = {}
        self.spent = 0.0
        self._held: dict[int, Any] = {}
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_over = False
        self.error: Exception | None = None
        self._began = time.perf_counter()
        self._next = SPACING
        self._taken, self._guess = 0, 0.0

    def take_if_due(self, loop: Any) -> None:
        """Keep the present state if one is due and no more than the share is spent with it."""
        if self.error is not None or loop.step < self._next:
            return
        elapsed = time.perf_counter() - self._began
        if self.spent + self._cost_of_next(loop) > SHARE * elapsed:
            return
        began = time.perf_counter()
        with self._change:
            self._held[loop.step] = loop.state()
            self._start()
            self._change.notify_all()
            self._change.wait_for(lambda: self.error or _bytes(self._held) <= self.memory or len(self._held) < 2)
        self._next = loop.step + SPACING
        self._taken += 1
        self.spent += time.perf_counter() - began

    def _cost_of_next(self, loop: Any) -> float:
        """What the next state will cost, with those that are not written yet."""
        waiting, done = len(self._held), self._taken - len(self._held)
        if not done and not self._guess:
            self._guess = LEAST_COST + 3 * sum(p.nbytes for p in loop.trainee.parameters()) / BYTES_A_SECOND
        return (1 + waiting) * (self.spent / done if done else self._guess)

    def finish(self) -> None:
        """Wait until all states are on disk."""
        with self._change:
            self._is_over = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_all, name="overshoot states", daemon=True)
            self._thread.start()

    def _write_all(self) -> None:
        from overshoot.states import save

        while True:
            with self._change:
                self._change.wait_for(lambda: self._held or self._is_over)
                if not self._held:
                    return
                step, state = next(iter(self._held.items()))
                began = time.thread_time()
            path = self.folder / f"{step}.pt"
            try:
                save(state, path)
            except Exception as error:
                with self._change:
                    self.error = error
                    self._held.clear()
                    self._change.notify_all()
                return
            with self._change:
                del self._held[step]
                self.kept[step] = path
                self._thin_out()
                self.spent += time.thread_time() - began
                self._change.notify_all()

    def _thin_out(self) -> None:
        while len(self.kept) > 2 and sum(p.stat().st_size for p in self.kept.values()) > self.disk:
            steps = sorted(self.kept)
            self.kept.pop(steps[most_dispensable(steps)]).unlink(missing_ok=True)


def _bytes(value: Any) -> int:
    """What the tensors in a state take."""
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return sum(map(_bytes, parts))


def most_dispensable(steps: Sequence[int]) -> int:
    """Which state to drop, never the first or last: its neighbours are closest together relative to its age.

    So gaps grow in proportion to age.

    Examples
    --------
    >>> most_dispensable([0, 50, 100, 150, 200])
    1
    """
    inner = range(1, len(steps) - 1)
    return min(inner, key=lambda i: (steps[i + 1] - steps[i - 1]) / max(1, steps[-1] - steps[i]))
