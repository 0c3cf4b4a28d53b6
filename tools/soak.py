"""Live training and following a growing log in the real window: ``python -m tools.soak [--minutes 60]``, offscreen.

Says memory (resident set) and the times of frames for the first and the last minute.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

SCENARIO = "late-rise"
ROWS_A_SECOND = 100
WINDOW_SECONDS = 60.0
PAGE_BYTES = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096


def resident_mib() -> float:
    """Memory of this process that is in RAM."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / (1 << 20)


class Soak:
    """Writes the log, trains again and again, and measures how long each turn of the event loop takes."""

    def __init__(self, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from gui.app import make_window

        self.app = QApplication.instance() or QApplication([])
        self.window = make_window(self.app)
        self.window.resize(1280, 720)
        self.window.show()
        self.log = folder / "growing.csv"
        self.log.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(100)))
        self.rows = 100
        self.frames: list[tuple[float, float]] = []
        self.memory: list[tuple[float, float]] = []
        self.trainings = 0

    def run(self, seconds: float) -> None:
        """Live for so long."""
        self.window.open_files([self.log])
        self.began = time.perf_counter()
        while (now := time.perf_counter() - self.began) < seconds:
            self.app.processEvents()
            self.frames.append((now, time.perf_counter() - self.began - now))
            self._write(now)
            self._train()
            if not self.memory or now - self.memory[-1][0] > 1.0:
                self.memory.append((now, resident_mib()))
            time.sleep(0.002)

    def _write(self, now: float) -> None:
        due = 100 + int(now * ROWS_A_SECOND)
        if due - self.rows >= ROWS_A_SECOND // 4:
            noise = np.random.default_rng(self.rows).random(due - self.rows)
            with self.log.open("a") as out:
                out.writelines(f"{i},{0.1 + 0.01 * x}\n" for i, x in zip(range(self.rows, due), noise))
            self.rows = due

    def _train(self) -> None:
        from gui.bridge import Phase

        if self.window.training.phase in (Phase.IDLE, Phase.ENDED):
            self.trainings += 1
            if self.trainings == 1:
                self.window.start_demo(SCENARIO)
            else:
                self.window.desk.restart()

    def told(self, name: str, start: float, stop: float) -> str:
        """One line of figures for a stretch of time."""
        took = np.array([t for at, t in self.frames if start <= at < stop]) * 1000
        memory = [m for at, m in self.memory if start <= at < stop]
        p50, p99 = np.percentile(took, (50, 99))
        return (
            f"{name}: memory {np.median(memory):.0f} MiB; turns of the event loop: median {p50:.2f} ms,"
            f" p99 {p99:.1f} ms, longest {took.max():.0f} ms, within 16.7 ms {100 * np.mean(took <= 16.7):.2f} %"
        )


def main(arguments: list[str]) -> int:
    """Soak, and say the figures of the start and the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    seconds = 60 * parser.parse_args(arguments).minutes
    with tempfile.TemporaryDirectory() as name:
        os.environ["OVERSHOOT_HOME"] = str(Path(name) / "home")
        soak = Soak(Path(name))
        soak.run(seconds)
        stretch = min(WINDOW_SECONDS, seconds / 3)
        warm = min(30.0, seconds / 6)  # torch is loaded in the first seconds
        print(soak.told("start", warm, warm + stretch))
        print(soak.told("end  ", seconds - stretch, seconds))
        followed = [s.run for s in soak.window.runs.all if s.run.origin.path == soak.log]
        print(f"{soak.trainings} trainings; log of {soak.rows} rows, shown {[len(run.table) for run in followed]}")
        soak.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
