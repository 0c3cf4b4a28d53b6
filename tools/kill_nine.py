"""Kill a recorded training at random moments: ``python -m tools.kill_nine [--times 50] [--seed 0]``.

Each time a process trains a demo as fast as it can while a `Recorder` keeps it, says after each row how far it is, and
is killed with ``kill -9``. What the library then holds is compared with what the process had last said.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.library import Library

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = "late-rise"
WORST_LOSS_SECONDS = 1.0
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


def main(arguments: list[str]) -> int:
    """Kill many times and say what each cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=4.0, help="seconds of training before the kill, at most")
    given = parser.parse_args(arguments)
    chance = random.Random(given.seed)
    found = []
    with tempfile.TemporaryDirectory() as name:
        for number in range(given.times):
            # One library for all, so that each kill also meets a file that was killed before.
            one = kill_once(Path(name), chance.uniform(0.0, given.longest))
            found.append(one)
            print(f"{number + 1:3d}  {one}", flush=True)
    lost = [one.seconds_lost for one in found]
    print(
        f"opened {sum(one.opened for one in found)} of {len(found)}; rows lost: median"
        f" {statistics.median(one.rows_lost for one in found):.0f}, most {max(one.rows_lost for one in found)};"
        f" seconds lost: median {statistics.median(lost):.2f}, most {max(lost):.2f};"
        f" with a checkpoint {sum(one.can_resume for one in found)}"
    )
    return int(not all(one.opened for one in found) or max(lost) > WORST_LOSS_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
