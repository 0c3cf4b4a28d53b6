"""Panning over a million points: the window's own curves beside pyqtgraph's, reduced to peaks and clipped to the view.

Source of the figures in ``docs/decisions/0008-curves-are-drawn-on-a-bare-scene.md``. There is no limit to keep.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from tests.benchmarks.bench_plots import SIZE, frame, long_run, shown

ROWS = 1_000_000
FRAMES = 20
SLOW_FRAMES = 1
WIDTHS = ((1, False), (1, True), (2, False), (2, True))


def frame_ms(move: Callable[[int], None], frames: int) -> float:
    """Median processor time of a frame, in milliseconds."""
    times = []
    for number in range(frames):
        start = time.thread_time()
        move(number)
        times.append(time.thread_time() - start)
    return 1e3 * float(np.median(times))


def theirs(x: np.ndarray, y: np.ndarray, width: int, is_smooth: bool) -> float:
    """A frame of a `PlotDataItem` with what pyqtgraph offers against slowness."""
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    item = pg.PlotDataItem(pen=pg.mkPen("b", width=width), antialias=is_smooth)
    plot.addItem(item)
    item.setDownsampling(auto=True, method="peak")
    item.setClipToView(True)
    item.setData(x, y)
    plot.show()
    QApplication.processEvents()

    def move(number: int) -> None:
        low = ROWS * (0.1 + number / 200)
        plot.setXRange(low, low + ROWS / 3, padding=0)
        plot.viewport().repaint()

    move(0)
    cost = frame_ms(move, SLOW_FRAMES if width > 1 and is_smooth else FRAMES)
    plot.close()
    return cost


def ours(run_rows: int) -> float:
    """A frame of the window's plots: loss, its smoothed curve and accuracy, axes and labels included."""
    stack = shown([long_run(run_rows)])
    frame(stack)
    stack.zoom(1 / 3, run_rows / 2)
    frame(stack)

    def move(number: int) -> None:
        stack._drag(-7.0 if number % 10 < 5 else 7.0)
        frame(stack)

    cost = frame_ms(move, FRAMES)
    stack.close()
    return cost


def main() -> int:
    """Print the figures."""
    app = QApplication.instance() or QApplication([])
    print(f"the window's plots, three curves: {ours(ROWS):.1f} ms a frame", flush=True)
    values = long_run(ROWS).table
    for width, is_smooth in WIDTHS:
        cost = theirs(values.values("step"), values.values("loss"), width, is_smooth)
        kind = "antialiased" if is_smooth else "plain"
        print(f"PlotDataItem, one curve, {width} px, {kind}: {cost:.1f} ms a frame", flush=True)
    app.processEvents()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
