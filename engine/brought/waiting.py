"""The process of a watched script that waits at a step, and its forks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from engine.brought.source import IsStopped
from engine.logs.names import loss_columns
from engine.logs.run_blocks import Blocks, joined
from engine.table import Sparse
from overshoot.waiting import CODE, ORDER, PROCESS, READY

POLL_SECONDS = 0.02
HANG_SECONDS = 300.0  # without a row


class Runs(Protocol):
    """What may have ended: a process, or a fork of one."""

    def poll(self) -> int | None:
        """The exit code; None as long as it runs."""


class Waiting:
    """A process that never gets on: each change goes on in a fork of it."""

    def __init__(self, process: subprocess.Popen[str], place: Path, tail: deque[str]) -> None:
        self._process, self._place, self.tail = process, place, tail
        self.losses: list[float] = []

    def is_there(self, is_stopped: IsStopped) -> bool:
        """Wait until it waits; whether it can be forked."""
        ready, file, size, alive = self._place / READY, self._place / "run" / "run.jsonl", 0, time.monotonic()
        while not ready.is_file():
            now = file.stat().st_size if file.is_file() else 0
            size, alive = now, alive if now == size else time.monotonic()
            if is_stopped() or self._process.poll() is not None or time.monotonic() - alive > HANG_SECONDS:
                return False
            time.sleep(POLL_SECONDS)
        if ready.read_text(encoding="utf-8"):
            return False
        text = file.read_text(encoding="utf-8", errors="replace")
        _count, columns = joined(Blocks().feed(text.split("\n")))
        cells = columns.get(next(iter(loss_columns(list(columns))), ""))
        self.losses = [] if cells is None else (cells.values if isinstance(cells, Sparse) else cells).tolist()
        return bool(self.losses)

    def fork(self, name: str, order: Mapping[str, Any]) -> Fork:
        """Go on with a change."""
        part = self._place / f"{name}.part"
        part.write_text(json.dumps(order), encoding="utf-8")
        part.replace(self._place / f"{name}{ORDER}")
        return Fork(self._process, self._place / name)

    def end(self) -> None:
        """End it and its forks."""
        ended(self._process)


class Fork:
    """A fork of a waiting process; the latter says how it ended."""

    def __init__(self, parent: subprocess.Popen[str], path: Path) -> None:
        self._parent, self._path = parent, path

    def poll(self) -> int | None:
        """The exit code; None as long as it runs."""
        with contextlib.suppress(OSError):
            return int(self._path.with_suffix(CODE).read_text(encoding="utf-8"))
        return self._parent.poll()

    def end(self) -> None:
        """End it if it has begun; otherwise it is not begun any more."""
        self._path.with_suffix(ORDER).unlink(missing_ok=True)
        if self.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(self._path.with_suffix(PROCESS).read_text(encoding="utf-8")), signal.SIGKILL)


def ended(process: subprocess.Popen[str]) -> None:
    """End a process with all of its own."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
