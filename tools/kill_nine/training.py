"""A training that a `Recorder` keeps: what the library holds after a kill, and what the process had last said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.library import Library

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = "late-rise"
WORST_LOSS_SECONDS = 1.0  # of rows that were written, but not yet to the disk
CHILD = """
import sys, time
from pathlib import Path
from engine.library import Recorder
from engine.training.session import TrainingSession

session = TrainingSession(sys.argv[2], seed=7, settings={"epochs": 100000})
kept = {}

def checkpoint():
    return kept.pop("now", None)

recorder = Recorder(Path(sys.argv[1]), session.run, checkpoint=lambda: (lambda c: c and (c.step, c.to_bytes()))(checkpoint()))
recorder.start()
at = time.monotonic()
for _ in session:
    print(session.step, time.monotonic(), flush=True)
    if time.monotonic() - at > 0.5:
        at = time.monotonic()
        kept["now"] = session.checkpoint()
"""  # noqa: E501


@dataclass(frozen=True)
class Killed:
    """What one kill cost."""

    rows: int
    rows_lost: int
    seconds_lost: float
    opened: bool
    can_resume: bool


def kill_once(folder: Path, seconds: float) -> Killed:
    """Train into the folder's library, kill after some seconds of training, and look."""
    path = folder / "library.db"
    said = folder / "said.txt"
    with said.open("wb") as out:
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(path), SCENARIO], stdout=out, cwd=ROOT)
        while not said.stat().st_size:
            time.sleep(0.01)
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    lines = [line.split() for line in said.read_text().split("\n")[:-1]]
    moments = np.array([float(moment) for _step, moment in lines])
    return looked_at(path, moments)


def looked_at(path: Path, moments: np.ndarray) -> Killed:
    """Compare the newest run of a library with the moments at which its rows were written."""
    try:
        library = Library(path)
        entry = library.entries()[0]
        run, _events = library.load(entry.id)
        checkpoint = library.checkpoint(entry.id)
        is_there = library.set_aside is None and checkpoint is not None and checkpoint[0] <= len(run.table)
        library.close()
    except Exception as error:
        print(error)
        return Killed(len(moments), len(moments), float(moments[-1] - moments[0]), False, False)
    have = min(len(run.table), len(moments))
    lost = float(moments[-1] - moments[have]) if have < len(moments) else 0.0
    return Killed(len(moments), len(moments) - have, lost, True, is_there)


def problem(folder: Path, seconds: float) -> str:
    """Kill once, and say what is wrong; empty if nothing is."""
    one = kill_once(folder, seconds)
    if not one.opened:
        return "the library could not be opened"
    return f"{one.seconds_lost:.2f} s of rows lost" if one.seconds_lost > WORST_LOSS_SECONDS else ""
