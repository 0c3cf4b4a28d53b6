"""A folder of a thousand runs from the click to all their curves, and a folder of TensorBoard's event files.

Run with ``python -m tests.benchmarks folder``; ``OVERSHOOT_BENCH_RUNS`` makes the folder smaller, and
``OVERSHOOT_BENCH_AGAINST`` names another checkout, whose reader reads the same folder. The window is offscreen.
TensorBoard's own loader reads the same event files where the package is installed. All ways run in processes of their
own, in turn, and the least processor time of the rounds counts, for other work on the machine only ever adds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AGAINST = os.environ.get("OVERSHOOT_BENCH_AGAINST")
RUNS = int(os.environ.get("OVERSHOOT_BENCH_RUNS", 1000))
ROWS = 1000
EVENT_RUNS, SCALARS = max(1, RUNS // 10), 10_000
ROUNDS = 2
MOST_SECONDS = 3.0
FRAME_MS = 1000 / 60
TIMES_LOADER = 0.5


def main() -> int:
    """Print the figures; 1 when one is out of its bounds."""
    with tempfile.TemporaryDirectory() as name:
        runs, events = Path(name) / "runs", Path(name) / "events"
        make_runs(runs)
        shown = [child("window", runs) for _ in range(ROUNDS)]
        is_good = is_correct(shown)
        print_readers(runs)
        if find_spec("tensorboard") is None:
            print("TensorBoard is not installed")
            return int(not is_good)
        child("make_events", events)
        return int(not (is_as_fast(events) and is_good))


def make_runs(folder: Path) -> None:
    """Runs of one column, each a file."""
    import numpy as np

    folder.mkdir()
    steps = np.arange(ROWS)
    for seed in range(RUNS):
        loss = 2 * np.exp(-steps / 300) + 0.3 + 0.05 * np.random.default_rng(seed).standard_normal(ROWS)
        table = np.c_[steps, loss]
        np.savetxt(folder / f"run{seed:04}.csv", table, delimiter=",", header="step,loss", comments="", fmt="%.6g")


def is_correct(shown: list[dict[str, Any]]) -> bool:
    """Print what opening the folder costs; whether it is within bounds."""
    cpu, wall = min(s["cpu"] for s in shown), min(s["seconds"] for s in shown)
    hover, pan = min(s["hover"] for s in shown), min(s["pan"] for s in shown)
    print(f"{RUNS} runs, {shown[0]['runs']} opened: all curves after {wall:.1f} s, {cpu:.1f} processor seconds")
    print(
        f"table sorted in {min(s['sorting'] for s in shown):.2f} s; longest turn {min(s['turn'] for s in shown):.0f} ms"
    )
    print(f"processor time p99: hovering {hover:.1f} ms, panning {pan:.1f} ms (at most {FRAME_MS:.1f})")
    return shown[0]["runs"] == RUNS and cpu <= MOST_SECONDS and max(hover, pan) <= FRAME_MS


def print_readers(runs: Path) -> None:
    """Print what reading the folder costs without the window, here and in the other checkout."""
    for checkout in (ROOT, *([Path(AGAINST)] if AGAINST else [])):
        found = min((child("reader", runs, checkout) for _ in range(ROUNDS)), key=lambda f: f["cpu"])
        print(f"read alone, {checkout.name}: {found['runs']} runs in {found['cpu']:.2f} processor seconds")


def is_as_fast(events: Path) -> bool:
    """Print how reading event files compares with TensorBoard's loader; whether it is within bounds."""
    own, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(child("loader", events)["cpu"])
        own.append(child("reader", events)["cpu"])
    ratio = min(own) / min(theirs)
    text = f"{EVENT_RUNS} runs of {SCALARS} scalars: {min(own):.2f} processor seconds, TensorBoard's loader"
    print(f"{text} {min(theirs):.2f}: {ratio:.2f} x (at most {TIMES_LOADER})")
    return ratio <= TIMES_LOADER


def child(way: str, path: Path, checkout: Path = ROOT) -> dict[str, Any]:
    """What a process of its own measures."""
    call = [sys.executable, "-W", "ignore", str(Path(__file__).resolve()), way, str(path)]
    with tempfile.TemporaryDirectory() as home:
        there = {**os.environ, "OVERSHOOT_HOME": home, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(checkout)}
        done = subprocess.run(call, capture_output=True, text=True, check=True, env=there, cwd=checkout)
    return dict(json.loads(done.stdout.splitlines()[-1]))


# In the child


def make_events(path: Path) -> dict[str, Any]:
    """Runs of one scalar, as torch's writer writes them."""
    from torch.utils.tensorboard import SummaryWriter

    for seed in range(EVENT_RUNS):
        with SummaryWriter(path / f"run{seed}") as writer:
            for step in range(SCALARS):
                writer.add_scalar("loss", 1 / (1 + step + seed), step)
    return {}


def loader(path: Path) -> dict[str, Any]:
    """TensorBoard's own loader."""
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    began, count = time.process_time(), 0
    for file in sorted(path.rglob("*tfevents*")):
        count += sum(len(event.summary.value) for event in EventFileLoader(str(file)).Load())
    assert count == EVENT_RUNS * SCALARS
    return {"cpu": time.process_time() - began}


def reader(path: Path) -> dict[str, Any]:
    """The reader without the window."""
    from engine.logs import open_log

    began = time.process_time()
    runs = open_log(path)
    return {"cpu": time.process_time() - began, "runs": len(runs)}


def window(path: Path) -> dict[str, Any]:
    """The real window: until all curves are painted, then sorting, hovering and panning."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication, QTableView

    from gui.app import make_window

    app = QApplication([])
    window = make_window(app)
    window.resize(1280, 720)
    window.show()
    made: list[bool] = []
    window.stack.parts_made.connect(lambda: made.append(True))
    while not made:  # a click comes after what the window loads by itself
        app.processEvents()
        time.sleep(0.001)
    cpu, began, longest = time.process_time(), time.perf_counter(), 0.0
    window.open_files([path])
    while len(window.runs) < RUNS and time.perf_counter() - began < 300:
        turn = time.thread_time()
        app.processEvents()
        longest = max(longest, time.thread_time() - turn)
        time.sleep(0.001)
    window.stack.repaint_now()
    found: dict[str, Any] = {"runs": len(window.runs), "turn": 1000 * longest}
    found |= {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - began}
    table = next(view for view in window.findChildren(QTableView) if view.model().rowCount() >= RUNS)
    began = time.thread_time()
    table.sortByColumn(table.model().columnCount() - 1, Qt.SortOrder.AscendingOrder)
    app.processEvents()
    found["sorting"] = time.thread_time() - began

    def hover(number: int) -> None:
        at = QPointF(20, 20 + number % 30 * 8)
        none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        global_at = QPointF(table.viewport().mapToGlobal(at.toPoint()))
        app.sendEvent(table.viewport(), QMouseEvent(QEvent.Type.MouseMove, at, global_at, none, none, keys))
        app.processEvents()
        window.stack.repaint_now()

    def pan(number: int) -> None:
        window.stack._drag(7.0 if number % 20 < 10 else -7.0)
        window.stack.repaint_now()

    window.stack.zoom(0.5, ROWS / 2)
    for name, move in (("hover", hover), ("pan", pan)):
        taken = []
        for number in range(120):
            began = time.thread_time()
            move(number)
            taken.append(1000 * (time.thread_time() - began))
        found[name] = sorted(taken)[-2]
    window.close()
    return found


WAYS = {"make_events": make_events, "loader": loader, "reader": reader, "window": window}

if __name__ == "__main__":
    print(json.dumps(WAYS[sys.argv[1]](Path(sys.argv[2]))))
