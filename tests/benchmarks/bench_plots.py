"""Frame times of the plots: pan and zoom over ten million points, many runs overlaid, a live run.

A frame is moving the view and painting it to the window's memory, on the platform that Qt runs on. Its processor time
is what is judged, since waiting for other programs is no work of the plots; the time on the clock is printed beside it.
Run it with a real or virtual display for figures with real fonts: ``xvfb-run -a python -m tests.benchmarks plots``.

``OVERSHOOT_BENCH_AGAINST`` is the folder of another checkout, which is measured in turn with this one; the least of the
rounds counts for each, since other work on the machine only ever adds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

if sys.platform == "linux" and "DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.plots.stack import PlotStack

AGAINST = os.environ.get("OVERSHOOT_BENCH_AGAINST")
ONE_ROUND = "OVERSHOOT_BENCH_ROUND"
ROUNDS = 3
SIZE = (1280, 720)
FRAME_MS = 1000 / 60
FIRST = "first picture of 10 million rows"
LIMITS = {FIRST: 4000.0, "pan and zoom, 10 million rows": 10.0, "the same on a log axis": 10.0}  # milliseconds


def long_run(rows: int, seed: int = 0, noise: float = 0.2, name: str = "long") -> Run:
    """A falling noisy loss with an accuracy."""
    random = np.random.default_rng(seed)
    step = np.arange(1.0, rows + 1)
    loss = (0.1 + 2 * np.exp(-step / rows * 6)) * np.exp(noise * random.normal(size=rows))
    table = MetricTable()
    table.extend({"step": step, "loss": loss, "accuracy": 1 - loss / 4})
    return Run(name, table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")


def shown(runs: list[Run]) -> PlotStack:
    """A stack on screen with these runs, smoothed."""
    stack = PlotStack()
    stack.resize(*SIZE)
    stack.set_smoothing(0.3)
    stack.show()
    QApplication.processEvents()
    if hasattr(stack, "show_picture"):
        from gui.plots.shown.picture import Picture

        stack.show_picture(Picture(tuple(runs)))
    else:  # a checkout of before
        stack.set_runs(runs)
    return stack


def frame(stack: PlotStack) -> None:
    """Paint what is due, now."""
    stack.repaint_now()


def timed(frames: list[Callable[[], None]], stack: PlotStack) -> np.ndarray:
    """Milliseconds of each frame, shape (n, 2): of the processor and on the clock."""
    times = []
    for move in frames:
        start = time.thread_time(), time.perf_counter()
        move()
        frame(stack)
        times.append((1e3 * (time.thread_time() - start[0]), 1e3 * (time.perf_counter() - start[1])))
    return np.array(times)


def pan_and_zoom(stack: PlotStack, low: float, high: float) -> list[Callable[[], None]]:
    """Zoom in to a hundred points around some places, pan there, and out again."""
    moves: list[Callable[[], None]] = []
    for place in (0.1, 0.5, 0.9):
        x = low + place * (high - low)
        moves += [lambda x=x: stack.zoom(0.8, x)] * 50
        moves += [lambda: stack._drag(-7.0)] * 50
        moves += [lambda x=x: stack.zoom(1.25, x)] * 60
        moves += [lambda: stack._drag(11.0)] * 20
        moves += [stack.fit]
    return moves


def measured() -> dict[str, list[float]]:
    """p50, p99 and the longest in processor milliseconds of each case, and p99 on the clock."""
    app = QApplication.instance() or QApplication([])
    found: dict[str, list[float]] = {}

    def note(what: str, times: np.ndarray) -> None:
        found[what] = [*np.percentile(times[:, 0], [50, 99, 100]), float(np.percentile(times[:, 1], 99))]

    stack = shown([long_run(1000)])  # what is loaded with the first curve
    frame(stack)
    stack.close()
    run = long_run(10_000_000)
    start = time.thread_time(), time.process_time(), time.perf_counter()
    stack = shown([run])
    frame(stack)
    own, whole, clock = (
        now - then for now, then in zip((time.thread_time(), time.process_time(), time.perf_counter()), start)
    )
    found[FIRST] = [1e3 * own, 1e3 * whole, 1e3 * whole, 1e3 * clock]
    note("pan and zoom, 10 million rows", timed(pan_and_zoom(stack, 1, 1e7), stack))
    stack.set_log_y(True)
    frame(stack)
    note("the same on a log axis", timed(pan_and_zoom(stack, 1, 1e7), stack))
    stack.close()

    for count in (200, 1000):
        stack = shown([long_run(10_000, seed, noise=0.05, name=f"run {seed}") for seed in range(count)])
        frame(stack)
        note(f"pan and zoom, {count} runs of 10 000 rows", timed(pan_and_zoom(stack, 1, 1e4), stack))
        if count == 200:
            stack.set_smoothing(0.0)
            note("the same, not smoothed", timed(pan_and_zoom(stack, 1, 1e4), stack))
        stack.close()

    run = long_run(100, noise=0.2)
    stack = shown([run])
    source = long_run(30_000)
    columns = {name: source.table.values(name) for name in source.table.columns}

    def grow() -> None:
        at = len(run.table)
        run.table.extend({name: values[at : at + 50].copy() for name, values in columns.items()})
        stack.refresh()

    note("live: 50 new rows a frame up to 30 000", timed([grow] * 590, stack))
    stack.close()
    app.processEvents()
    return found


def round_of(tree: Path) -> dict[str, list[float]]:
    """One round in a process of its own with the code of a checkout."""
    env = {**os.environ, ONE_ROUND: "1", "PYTHONPATH": str(tree)}
    done = subprocess.run([sys.executable, __file__], cwd=tree, env=env, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def least(rounds: list[dict[str, list[float]]]) -> dict[str, list[float]]:
    """The least of each figure."""
    return {what: np.min([one[what] for one in rounds], axis=0).tolist() for what in rounds[0]}


def main() -> int:
    """Measure and print; 1 when a limit is not kept."""
    if not AGAINST:
        return report(measured(), {})
    ours, theirs = [], []
    for _round in range(ROUNDS):
        theirs.append(round_of(Path(AGAINST)))
        ours.append(round_of(Path(__file__).resolve().parents[2]))
    return report(least(ours), least(theirs))


def report(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> int:
    """Print the figures, and those of the other checkout; 1 when a limit is not kept."""
    is_good = True
    for what, (p50, p99, worst, clock) in ours.items():
        limit = LIMITS.get(what, FRAME_MS)
        is_good &= p99 <= limit
        kept = "ok" if p99 <= limit else "TOO SLOW"
        names = ("of it this thread", "processor") if what == FIRST else ("p50", "p99")
        line = f"{what:40s} {names[0]} {p50:6.1f}, {names[1]} {p99:6.1f}, max {worst:6.1f} ms"
        line += f" (limit {limit:.1f}: {kept}; on the clock {clock:.1f})"
        if what in theirs:
            other = theirs[what]
            line += f"; the other {other[0]:.1f}, {other[1]:.1f}, {other[2]:.1f} ({other[3]:.1f})"
        print(line, flush=True)
    return int(not is_good)


if __name__ == "__main__":
    if os.environ.get(ONE_ROUND):
        print(json.dumps(measured()))
    else:
        raise SystemExit(main())
