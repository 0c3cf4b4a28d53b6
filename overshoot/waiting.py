"""A run that waits at a step and is forked there for each change, so that nothing is trained twice up to it."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from overshoot.writer import THREAD

READY, ORDER, PROCESS, CODE = "ready", ".json", ".pid", ".code"
POLL_SECONDS = 0.01


def refusal() -> str:
    """Why this process cannot be forked; empty if it can.

    Threads of torch and processes that load data do not exist in a fork, which then hangs or dies.
    """
    if sys.platform != "linux":
        return "only Linux forks a process that has torch in it"
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        return "it uses a GPU"
    own = 1 + sum(thread.name == THREAD for thread in threading.enumerate())
    if len(list(Path("/proc/self/task").iterdir())) > own:
        return "it has threads"
    if multiprocessing.active_children() or _has_children():
        return "it has processes of its own"
    return ""


def _has_children() -> bool:
    try:
        return any((task / "children").read_text().strip() for task in Path("/proc/self/task").iterdir())
    except OSError:  # the system does not tell
        return False


def wait(place: Path) -> dict[str, Any]:
    """Wait for changes in a folder, and return each in a fork of its own; the process itself never gets on.

    ``ready`` is there once it waits, with the reason in it if it cannot. ``NAME.json`` asks for a fork; ``NAME.pid``
    tells its process, and ``NAME.code`` how that ended.
    """
    reason = refusal()
    _put(place / READY, reason)
    if reason:
        os._exit(0)
    parent, children = os.getppid(), dict[int, str]()
    while os.getppid() == parent:
        for file in place.glob(f"*{ORDER}"):
            try:
                order = json.loads(file.read_text(encoding="utf-8"))
                file.unlink()
            except FileNotFoundError:  # withdrawn since
                continue
            state = random.getstate()
            process = os.fork()
            if not process:
                random.setstate(state)  # which Python draws anew in a fork
                return dict(order)
            children[process] = file.stem
            _put(place / f"{file.stem}{PROCESS}", str(process))
        for process in list(children):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                _put(place / f"{children.pop(process)}{CODE}", str(os.waitstatus_to_exitcode(status)))
        time.sleep(POLL_SECONDS)
    os._exit(0)


def _put(path: Path, text: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
