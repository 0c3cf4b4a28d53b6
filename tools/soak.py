"""All that a window can do at once, for long: ``python -m tools.soak [--minutes 60]``, offscreen.

A demo trains again and again, a growing log and a watched training of another process are followed, proofs of an
exploded demo run one after the other, and 200 finished runs are shown.

Says for every minute, as it passes, the memory (resident set), what the runs' tables and the checkpoints of the latest
trainings take of it, and how long the turns of the event loop were, by the clock and in processor time of the window's
thread: other work on the machine lengthens the first only. At the end the first and the last minute side by side.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
from array import array
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

import numpy as np
from PySide6.QtCore import QEvent

SCENARIO, PROVED = "late-rise", "explosion"
ROWS_A_SECOND = 100
ROOT = Path(__file__).resolve().parent.parent
WATCHED_SECONDS = 60.0  # by which a watched training must have begun
WARM_SECONDS = 30.0  # torch is loaded in the first seconds
FRAME_MILLISECONDS = 16.7
PAGE_BYTES = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096
MIB = 1 << 20
FINISHED_ROWS = 1000
WATCHED = """
import os
import time

import overshoot

run, parent, step = overshoot.watch(name="watched"), os.getppid(), 0
while os.getppid() == parent:
    run.log(loss=1 / (1 + step))
    time.sleep(0.01)
    step += 1
"""


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
    checkpoints: float
    objects: int
    trainings: int
    proofs: int
    milliseconds: np.ndarray
    processor: np.ndarray

    def __str__(self) -> str:
        took = self.milliseconds
        p50, p99 = np.percentile(took, (50, 99))
        return (
            f"{self.start:5.0f}-{self.stop:.0f} s: memory {self.memory:.0f} MiB (tables of the runs"
            f" {self.numbers:.1f}, checkpoints {self.checkpoints:.0f}), {self.objects} objects,"
            f" {self.trainings} trainings, {self.proofs} proofs;"
            f" turns of the event loop: median {p50:.2f} ms, p99 {p99:.1f} ms, longest {took.max():.0f} ms,"
            f" within {FRAME_MILLISECONDS} ms {100 * np.mean(took <= FRAME_MILLISECONDS):.2f} %; processor time p99"
            f" {np.percentile(self.processor, 99):.1f} ms, longest {self.processor.max():.0f} ms"
        )


class Soak:
    """Writes the log, trains again and again, and measures how long each turn of the event loop takes."""

    def __init__(self, folder: Path, finished: int) -> None:
        from PySide6.QtWidgets import QApplication

        from gui.app import make_window

        self.app = QApplication.instance() or QApplication([])
        self.window = make_window(self.app)
        sys.excepthook = sys.__excepthook__  # an error ends the soak instead of opening a dialog
        self.window.resize(1280, 720)
        self.window.show()
        self.log = folder / "growing.csv"
        self.log.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(100)))
        self.rows = 100
        self.trainings = self.proofs = 0
        self.finished = _finished(folder / "finished", finished)
        self.watched = subprocess.Popen([sys.executable, "-c", WATCHED], cwd=ROOT)

    def run(self, seconds: float, each: float) -> list[Stretch]:
        """Live for so long, and say how each stretch was when it is over."""
        self.window.open_files([self.log, self.finished])
        self.window.open_files([_folder_of(self.watched.pid)])
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
            self._turn()
            used.append(1000 * (time.thread_time() - before))
            took.append(1000 * (self._now() - now))
            self._write(now)
            self._train()
            self._prove()
            time.sleep(0.002)
        numbers = sum(_bytes(shown.run.table) for shown in self.window.runs.all) / MIB
        return Stretch(
            start,
            stop,
            resident_mib(),
            numbers,
            self._checkpoints(),
            len(gc.get_objects()),
            self.trainings,
            self.proofs,
            np.frombuffer(took),
            np.frombuffer(used),
        )

    def _turn(self) -> None:
        """One turn of the event loop, which also deletes what was closed: outside `exec` Qt keeps it for good."""
        self.app.processEvents()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _checkpoints(self) -> float:
        """Of the latest trainings, MiB."""
        rings = (self.window.training.rewind_points_of(shown.run) for shown in self.window.runs.all)
        return sum(one.size_bytes for ring in rings if ring is not None for one in ring.kept) / MIB

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
            # not a restart, which is of the active run: by now that may be the watched one
            self.window.start_demo(PROVED if self.trainings == 1 else SCENARIO)
            if self.window.training.phase in (Phase.IDLE, Phase.ENDED):
                raise RuntimeError("no training has begun")

    def _prove(self) -> None:
        """Prove the exploded run's event anew whenever the proof before is over."""
        from engine.events import EventKind

        shown = next((shown for shown in self.window.runs.all if shown.run.origin.scenario == PROVED), None)
        panel = self.window.deeper.proof_panel
        if self.trainings < 2 or shown is None or (panel is not None and panel.is_running):
            return
        found = [event for event in shown.listed if event.kind is EventKind.DIVERGED]
        if not found:
            return
        self.proofs += 1
        before = self.window.runs.active
        self.window.runs.activate(self.window.runs.all.index(shown))
        self.window.events.prove_wanted.emit(found[0].id)
        self.window.runs.activate(self.window.runs.all.index(before))

    def close(self) -> None:
        """End the watched training, and close the window."""
        self.watched.kill()
        self.watched.wait()
        self.window.close()


def _finished(folder: Path, count: int) -> Path:
    """A folder of finished runs."""
    folder.mkdir()
    steps = np.arange(FINISHED_ROWS)
    for seed in range(count):
        loss = 2 * np.exp(-steps / 300) + 0.3 + 0.05 * np.random.default_rng(seed).standard_normal(FINISHED_ROWS)
        lines = "".join(f"{step},{value:.6g}\n" for step, value in zip(steps, loss))
        (folder / f"run{seed:04}.csv").write_text("step,loss\n" + lines)
    return folder


def _folder_of(process: int) -> Path:
    """The folder that the watched training writes into, once it does."""
    home = Path(os.environ["OVERSHOOT_HOME"])
    until = time.monotonic() + WATCHED_SECONDS
    while not (found := list(home.rglob("run.jsonl"))):
        if time.monotonic() > until:
            raise RuntimeError(f"process {process} has written no run below {home}")
        time.sleep(0.1)
    return found[0].parent


def _bytes(table) -> int:
    """Of the numbers, and of the row numbers where a column is sparse."""
    return sum((8 if table.is_dense(name) else 16) * table.count(name) for name in table.columns)


def main(arguments: list[str]) -> int:
    """Soak, and say the figures of the start and the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--each", type=float, default=60.0, help="seconds of one line of figures")
    parser.add_argument("--runs", type=int, default=200, help="finished runs that are shown beside")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        os.environ["OVERSHOOT_HOME"] = str(Path(name) / "home")
        soak = Soak(Path(name), given.runs)
        found = soak.run(60 * given.minutes, given.each)
        print(f"start {found[min(1, len(found) - 1)]}")
        print(f"end   {found[-1]}")
        followed = [s.run for s in soak.window.runs.all if s.run.origin.path == soak.log]
        library = (Path(name) / "home" / "library.db").stat().st_size / MIB
        print(
            f"{soak.trainings} trainings, {soak.proofs} proofs; {len(soak.window.runs)} runs;"
            f" log of {soak.rows} rows, shown {[len(run.table) for run in followed]};"
            f" library {library:.1f} MiB"
        )
        soak.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
