"""Live training and following a growing log in the real window: ``python -m tools.soak [--minutes 60]``, offscreen.

Says for every minute, as it passes, the memory (resident set), what the runs' tables take of it, and how long the turns
of the event loop were, by the clock and in processor time of the window's thread: other work on the machine lengthens
the first only. At the end the first and the last minute side by side.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from array import array
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

import numpy as np

SCENARIO = "late-rise"
ROWS_A_SECOND = 100
WARM_SECONDS = 30.0  # torch is loaded in the first seconds
FRAME_MILLISECONDS = 16.7
PAGE_BYTES = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096
MIB = 1 << 20


def resident_mib() -> float:
    """Memory of this process that is in RAM."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / MIB


@dataclass(frozen=True)
class Stretch:
    """Some seconds of it: what they began with and how long the event loop's turns were."""

    start: float
    stop: float
    memory: float
    numbers: float
    objects: int
    trainings: int
    milliseconds: np.ndarray
    processor: np.ndarray

    def __str__(self) -> str:
        took = self.milliseconds
        p50, p99 = np.percentile(took, (50, 99))
        return (
            f"{self.start:5.0f}-{self.stop:.0f} s: memory {self.memory:.0f} MiB (tables of the runs"
            f" {self.numbers:.1f}), {self.objects} objects, {self.trainings} trainings; turns of the event loop: median"
            f" {p50:.2f} ms, p99 {p99:.1f} ms, longest {took.max():.0f} ms, within {FRAME_MILLISECONDS} ms"
            f" {100 * np.mean(took <= FRAME_MILLISECONDS):.2f} %; processor time p99"
            f" {np.percentile(self.processor, 99):.1f} ms, longest {self.processor.max():.0f} ms"
        )


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
        self.trainings = 0

    def run(self, seconds: float, each: float) -> list[Stretch]:
        """Live for so long, and say how each stretch was when it is over."""
        self.window.open_files([self.log])
        self._began = time.perf_counter()
        found: list[Stretch] = []
        while self._now() < seconds:
            stop = found[-1].stop + each if found else min(WARM_SECONDS, each)
            found.append(self._live(self._now(), min(stop, seconds)))
            print(found[-1], flush=True)
        return found

    def _now(self) -> float:
        return time.perf_counter() - self._began

    def _live(self, start: float, stop: float) -> Stretch:
        took, used = array("d"), array("d")
        while (now := self._now()) < stop:
            before = time.thread_time()
            self.app.processEvents()
            used.append(1000 * (time.thread_time() - before))
            took.append(1000 * (self._now() - now))
            self._write(now)
            self._train()
            time.sleep(0.002)
        numbers = sum(_bytes(shown.run.table) for shown in self.window.runs.all) / MIB
        return Stretch(
            start,
            stop,
            resident_mib(),
            numbers,
            len(gc.get_objects()),
            self.trainings,
            np.frombuffer(took),
            np.frombuffer(used),
        )

    def _write(self, now: float) -> None:
        due = 100 + int(now * ROWS_A_SECOND)
        if due - self.rows >= ROWS_A_SECOND // 4:
            noise = np.random.default_rng(self.rows).random(due - self.rows)
            with self.log.open("a") as out:
                out.writelines(f"{i},{0.1 + 0.01 * x}\n" for i, x in zip(range(self.rows, due), noise))
            self.rows = due

    def _train(self) -> None:
        from gui.threads.messages import Phase

        if self.window.training.phase in (Phase.IDLE, Phase.ENDED):
            self.trainings += 1
            if self.trainings == 1:
                self.window.start_demo(SCENARIO)
            else:
                self.window.desk.restart()


def _bytes(table) -> int:
    """Of the numbers, and of the row numbers where a column is sparse."""
    return sum((8 if table.is_dense(name) else 16) * table.count(name) for name in table.columns)


def main(arguments: list[str]) -> int:
    """Soak, and say the figures of the start and the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--each", type=float, default=60.0, help="seconds of one line of figures")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        os.environ["OVERSHOOT_HOME"] = str(Path(name) / "home")
        soak = Soak(Path(name))
        found = soak.run(60 * given.minutes, given.each)
        print(f"start {found[min(1, len(found) - 1)]}")
        print(f"end   {found[-1]}")
        followed = [s.run for s in soak.window.runs.all if s.run.origin.path == soak.log]
        library = (Path(name) / "home" / "library.db").stat().st_size / MIB
        print(
            f"{soak.trainings} trainings; log of {soak.rows} rows, shown {[len(run.table) for run in followed]};"
            f" library {library:.1f} MiB"
        )
        soak.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
