"""Processor seconds of ``overshoot diagnose``, the whole process, against another checkout.

Run with ``python -m tests.benchmarks diagnose``; ``OVERSHOOT_BENCH_AGAINST`` is the folder of the other checkout, which
is run with this interpreter. Both are run in turn and the least of the rounds counts, for other work on the machine
only ever adds. A first round writes the bytecode and is not counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AGAINST = os.environ.get("OVERSHOOT_BENCH_AGAINST")
ROUNDS = 3
LOGS, POINTS = 100, 1000
LONG = 1_000_000


def main() -> int:
    """Print a line a case; it only measures."""
    with tempfile.TemporaryDirectory() as name:
        logs = [short(Path(name) / f"{i}.csv", i) for i in range(LOGS)]
        cases = {
            "one log of 1 000 rows": logs[:1],
            "100 such logs": logs,
            "a log of a million rows": [long(Path(name))],
        }
        for title, files in cases.items():
            ours, theirs = [], []
            for _round in range(ROUNDS + 1):
                ours.append(seconds(ROOT, files))
                if AGAINST:
                    theirs.append(seconds(Path(AGAINST), files))
            cpu, wall = min(ours[1:])
            line = f"{title}: {cpu:.2f} processor seconds, {wall:.2f} s"
            if theirs:
                other, other_wall = min(theirs[1:])
                line += f"; the other {other:.2f}, {other_wall:.2f} s; ratio {cpu / other:.2f}, {wall / other_wall:.2f}"
            print(line, flush=True)
    return 0


def short(path: Path, seed: int) -> Path:
    """A falling loss, in each third log with a spike."""
    import numpy as np

    steps = np.arange(POINTS)
    loss = 2 * np.exp(-steps / 300) + 0.3 + 0.05 * np.random.default_rng(seed).standard_normal(POINTS)
    loss[600] += 2.0 * (seed % 3 == 0)
    np.savetxt(path, np.c_[steps, loss], delimiter=",", header="step,loss", comments="", fmt="%.6g")
    return path


def long(folder: Path) -> Path:
    """The same as one long log."""
    import numpy as np
    import polars as pl

    steps = np.arange(LONG)
    loss = 2 * np.exp(-steps / 3e5) + 0.3 + 0.05 * np.random.default_rng(0).standard_normal(LONG)
    pl.DataFrame({"step": steps, "loss": loss}).write_csv(folder / "long.csv", float_precision=6)
    return folder / "long.csv"


def seconds(checkout: Path, files: Sequence[Path]) -> tuple[float, float]:
    """Processor and wall seconds of a call, child processes included."""
    call = [sys.executable, str(checkout / "main.py"), "diagnose", "--json", *map(str, files)]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before, began = os.times(), time.perf_counter()
    subprocess.run(call, stdout=subprocess.DEVNULL, cwd=checkout, env=env)
    wall, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, wall
