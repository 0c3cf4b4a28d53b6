"""Cheap work for executors: importable, so that spawned processes and cluster workers find it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Errand:
    """Appends its id to a file and gives the id back; `dies_once` kills its worker at the first attempt."""

    id: str
    ledger: str
    dies_once: bool = False
    seconds: float = 0.0
    raises: bool = False
    always_dies: bool = False
    is_deaf: bool = False


@dataclass(frozen=True)
class Load:
    """Carries anything to a worker, whose work is to add it up."""

    id: str
    values: Any


@dataclass(frozen=True)
class Done:
    id: str
    total: float = 0.0


def add_up(load: Load, _is_stopped: Callable[[], bool]) -> Done:
    return Done(load.id, float(load.values.sum()))


def run_errand(errand: Errand, is_stopped: Callable[[], bool]) -> Done | None:
    path = Path(errand.ledger) / errand.id
    attempts = path.stat().st_size if path.exists() else 0
    with path.open("a") as file:
        file.write("x")
    if errand.always_dies or (errand.dies_once and not attempts):
        os.kill(os.getpid(), signal.SIGKILL)
    if errand.raises:
        raise ValueError("out of milk")
    until = time.monotonic() + errand.seconds
    while time.monotonic() < until:
        if is_stopped() and not errand.is_deaf:
            return None
        time.sleep(0.01)
    return Done(errand.id)
