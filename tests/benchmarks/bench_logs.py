"""A CSV of ten million rows from the click to the curve, against the CSV library's own read of it, in one run.

Run with ``python -m tests.benchmarks logs``; ``OVERSHOOT_BENCH_ROWS`` makes it smaller. Each way runs in a process of
its own, so that memory can be told apart; both are repeated in turn and the best of each counts, for other work on the
machine only ever adds. The window is offscreen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS = int(os.environ.get("OVERSHOOT_BENCH_ROWS", 10_000_000))
COLUMNS = ("step", "loss", "lr", "grad_norm", "accuracy")
ROUNDS = 3
TIMES, PLUS_SECONDS = 1.25, 0.3
MOST_MEMORY = 2.0
LONGEST_TURN_MS = 50.0
LONGEST_CANCEL_SECONDS = 0.5
JSON_SHARE = 10
PAGE = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096


def main() -> int:
    """Print the figures; 1 when one is out of its bounds."""
    with tempfile.TemporaryDirectory() as name:
        csv, lines = make(Path(name))
        size = csv.stat().st_size / 1e6
        print(f"{ROWS} rows, {len(COLUMNS)} columns, {size:.0f} MB")
        own, ours = [], []
        for _ in range(ROUNDS):
            own.append(child("library", csv))
            ours.append(child("window", csv))
        is_good = is_correct(own, ours)
        return int(not (cancelled(child("cancel", csv)) and json_lines(lines) and is_good))


def make(folder: Path) -> tuple[Path, Path]:
    """The CSV, and a tenth of it as JSON lines."""
    import numpy as np
    import polars as pl

    random, step = np.random.default_rng(0), np.arange(ROWS)
    loss = (0.1 + 2 * np.exp(-step / ROWS * 6)) * np.exp(0.2 * random.normal(size=ROWS))
    values = (step, loss, np.full(ROWS, 1e-3), random.random(ROWS), 1 - loss / 4)
    frame = pl.DataFrame(dict(zip(COLUMNS, values)))
    frame.write_csv(folder / "large.csv", float_precision=9)
    frame.head(ROWS // JSON_SHARE).write_ndjson(folder / "large.jsonl")
    return folder / "large.csv", folder / "large.jsonl"


def is_correct(own: list[dict[str, Any]], ours: list[dict[str, Any]]) -> bool:
    """Print how the window compares; whether all is within bounds."""
    read, curve = min(o["seconds"] for o in own), min(o["seconds"] for o in ours)
    kept = ROWS * len(COLUMNS) * 8 / (1 << 20)
    memory, later = (max(o[key] for o in ours) / kept for key in ("memory", "memory_judged"))
    turn, processor = min(o["longest"] for o in ours), min(o["longest_processor"] for o in ours)
    allowed = TIMES * read + PLUS_SECONDS
    ratio = f"{curve / read:.2f} x (at most {allowed:.2f} s)"
    print(f"open -> curve {curve:.2f} s, the library's own read {read:.2f} s: {ratio}")
    print(f"memory / columns kept: {memory:.2f} with the curve, {later:.2f} with the diagnosis (at most {MOST_MEMORY})")
    print(f"longest turn of the window: {turn:.0f} ms, processor time {processor:.0f} ms (at most {LONGEST_TURN_MS})")
    print(f"looks at progress: {min(o['looks'] for o in ours)}; diagnosis after {min(o['judged'] for o in ours):.1f} s")
    return curve <= allowed and later <= MOST_MEMORY and processor <= LONGEST_TURN_MS


def cancelled(found: dict[str, Any]) -> bool:
    """Print how long it took to call reading off; whether that is quick and nothing was opened."""
    seconds, runs = found["seconds"], found["runs"]
    print(f"called off at a third: idle after {seconds:.2f} s (at most {LONGEST_CANCEL_SECONDS} s), {runs} runs opened")
    return seconds <= LONGEST_CANCEL_SECONDS and runs == 0


def json_lines(path: Path) -> bool:
    """Print the same for JSON lines, which repeat the names in every line; no bound is promised."""
    own, ours = (min(child(way, path)["seconds"] for _ in range(2)) for way in ("library", "reader"))
    print(f"{ROWS // JSON_SHARE} JSON lines: {ours:.2f} s, the library's own read {own:.2f} s: {ours / own:.2f} x")
    return True


def child(way: str, path: Path) -> dict[str, Any]:
    """What a process of its own measures."""
    call = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.bench_logs", way, str(path)]
    with tempfile.TemporaryDirectory() as home:
        there = {**os.environ, "OVERSHOOT_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run(call, capture_output=True, text=True, check=True, env=there)
    return dict(json.loads(done.stdout.splitlines()[-1]))


# In the child


def library(path: Path) -> dict[str, Any]:
    """The library alone."""
    import polars as pl

    began = time.perf_counter()
    read = pl.read_csv if path.suffix == ".csv" else pl.read_ndjson
    assert read(path).height
    return {"seconds": time.perf_counter() - began}


def reader(path: Path) -> dict[str, Any]:
    """The reader without the window."""
    from engine.logs import open_log

    warm(path)
    began = time.perf_counter()
    assert open_log(path)
    return {"seconds": time.perf_counter() - began}


def warm(path: Path) -> None:
    """Load what reads logs: the library's own time leaves out its loading too."""
    from engine.logs import open_log

    small = path.with_name(f"small-{os.getpid()}{path.suffix}")
    is_csv = path.suffix == ".csv"
    small.write_text("step,loss\n1,0.5\n2,0.25\n" if is_csv else '{"step": 1, "loss": 0.5}\n' * 3)
    open_log(small)


class Opening:
    """The real window, and what its turns cost while a log is opened in it."""

    def __init__(self, path: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from gui.app import make_window

        warm(path)
        self.app = QApplication([])
        self.window = make_window(self.app)
        self.window.resize(1280, 720)
        self.window.show()
        self.turn_until(lambda: self.window._has_painted)
        for _ in range(20):
            self.app.processEvents()
        self.before = self.peak = resident()
        self.longest = self.longest_processor = 0.0
        self.shares: set[float] = set()
        self.began = time.perf_counter()
        self.window.open_files([path])

    def turn_until(self, is_so) -> float:
        """Run the window until a condition holds, and return the seconds since its start."""
        while not is_so():
            clock, processor = time.perf_counter(), time.thread_time()
            self.app.processEvents()
            if hasattr(self, "began"):
                self.note(clock, processor)
            time.sleep(0.001)
        return time.perf_counter() - getattr(self, "began", 0.0)

    def note(self, clock: float, processor: float) -> None:
        """Keep the extremes."""
        self.longest = max(self.longest, 1000 * (time.perf_counter() - clock))
        self.longest_processor = max(self.longest_processor, 1000 * (time.thread_time() - processor))
        self.peak = max(self.peak, resident())
        self.shares |= {reading.share for reading in self.window.opening.waiting}

    def memory(self) -> float:
        """How much more than before the log was opened, at the most so far."""
        return self.peak - self.before


def window(path: Path) -> dict[str, Any]:
    """From the click to the curve, and on to the diagnosis."""
    opening = Opening(path)
    runs = opening.window.runs
    opening.turn_until(lambda: runs.active is not None)
    opening.window.stack.repaint_now()
    seconds = time.perf_counter() - opening.began
    memory = opening.memory()
    judged = opening.turn_until(lambda: runs.active is not None and runs.active.events is not None)
    found = {"seconds": seconds, "memory": memory, "judged": judged, "memory_judged": opening.memory()}
    found |= {"longest": opening.longest, "longest_processor": opening.longest_processor, "looks": len(opening.shares)}
    opening.window.close()
    return found


def cancel(path: Path) -> dict[str, Any]:
    """Call reading off at a third."""
    opening = Opening(path)
    reading = opening.window.opening
    opening.turn_until(lambda: bool(reading.waiting) and reading.waiting[0].share > 1 / 3)
    opening.began = time.perf_counter()
    reading.cancel()
    seconds = opening.turn_until(lambda: not reading.waiting)
    found = {"seconds": seconds, "runs": len(opening.window.runs)}
    opening.window.close()
    return found


def resident() -> float:
    """Memory of this process that is in RAM, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / (1 << 20)


WAYS = {"library": library, "reader": reader, "window": window, "cancel": cancel}

if __name__ == "__main__":
    print(json.dumps(WAYS[sys.argv[1]](Path(sys.argv[2]))))
