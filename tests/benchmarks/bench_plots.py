"""Frame times of the plots: pan and zoom over ten million points, many runs overlaid, a live run.

A frame is moving the view and painting it to the window's memory, on the platform that Qt runs on. Its processor time
is what is judged, since waiting for other programs is no work of the plots; the time on the clock is printed beside it.
Run it with a real or virtual display for figures with real fonts: ``xvfb-run -a python -m tests.benchmarks plots``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

if sys.platform == "linux" and "DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.plots.shown.picture import Picture
from gui.plots.stack import PlotStack

SIZE = (1280, 720)
FRAME_MS = 1000 / 60


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
    stack.show_picture(Picture(tuple(runs)))
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


def say(what: str, times: np.ndarray, limit: float, share: float = 99) -> bool:
    """Print the percentiles; whether they are within the limit."""
    p50, high, worst = np.percentile(times[:, 0], [50, share, 100])
    clock = np.percentile(times[:, 1], share)
    is_good = high <= limit
    verdict = "ok" if is_good else "TOO SLOW"
    figures = f"p50 {p50:5.1f} p{share:g} {high:5.1f} max {worst:5.1f} ms"
    print(f"{what:40s} {figures} (limit {limit:.1f}: {verdict}; on the clock {clock:.1f})")
    return is_good


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


def main() -> int:
    """Measure and print; 1 when a limit is not kept."""
    app = QApplication.instance() or QApplication([])
    run = long_run(10_000_000)
    start = time.perf_counter()
    stack = shown([run])
    frame(stack)
    print(f"10 million rows, first picture: {1e3 * (time.perf_counter() - start):.0f} ms")
    good = say("pan and zoom, 10 million rows", timed(pan_and_zoom(stack, 1, 1e7), stack), 10.0)
    stack.set_log_y(True)
    frame(stack)
    good &= say("the same on a log axis", timed(pan_and_zoom(stack, 1, 1e7), stack), 10.0)
    stack.close()

    stack = shown([long_run(10_000, seed, noise=0.05, name=f"run {seed}") for seed in range(200)])
    frame(stack)
    good &= say("pan and zoom, 200 runs of 10 000 rows", timed(pan_and_zoom(stack, 1, 1e4), stack), FRAME_MS)
    stack.set_smoothing(0.0)
    good &= say("the same, not smoothed", timed(pan_and_zoom(stack, 1, 1e4), stack), FRAME_MS)
    stack.close()

    run = long_run(100, noise=0.2)
    stack = shown([run])
    source = long_run(30_000)
    columns = {name: source.table.values(name) for name in source.table.columns}

    def grow() -> None:
        at = len(run.table)
        run.table.extend({name: values[at : at + 50].copy() for name, values in columns.items()})
        stack.refresh()

    good &= say("live: 50 new rows a frame up to 30 000", timed([grow] * 590, stack), FRAME_MS)
    stack.close()
    app.processEvents()
    return int(not good)


if __name__ == "__main__":
    raise SystemExit(main())
