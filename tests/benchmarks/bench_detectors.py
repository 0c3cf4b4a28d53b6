"""All detectors over a million rows and ten million, whether they grow linearly; what they cost beside a training."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from engine.detectors.watch import Watch
from engine.export import write_table
from engine.logs import open_log
from engine.run import Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.threads.trainer import DETECTOR_SECONDS

MILLION = 1_000_000
MOST_SECONDS_A_MILLION = 1.0
LIVE = {"late-rise": 5600, "healthy": 600}  # steps
ROWS_A_LOOK = 8  # what arrives between two looks, about a hundred a second
MOST_LIVE = 0.02  # of the training's processor time
SHORT = 3.0  # seconds of training: below, what the first rows of any run cost is no share worth a bound


def main() -> bool:
    """Print the figures; whether a bound was missed."""
    reading = reading_seconds()
    one, ten = watching_seconds(MILLION), watching_seconds(10 * MILLION)
    print(f"1 million rows: {one:.2f} s (at most {MOST_SECONDS_A_MILLION}); reading them from a CSV: {reading:.2f} s")
    print(f"10 million rows: {ten:.2f} s, {ten / one:.1f} times as long")
    shares = [share for name, steps in LIVE.items() if (share := live_share(name, steps)) is not None]
    return one > MOST_SECONDS_A_MILLION or ten > 10 * MOST_SECONDS_A_MILLION or max(shares, default=0.0) > MOST_LIVE


def live_share(scenario: str, steps: int) -> float | None:
    """Processor seconds of the detectors, a few rows at a time, per second of training; None for a short one."""
    run, training = trained(scenario, steps)
    looking(run)  # loads what is imported at its first use
    watching, rows = looking(run), max(1, round(DETECTOR_SECONDS * len(run.table) / training))
    share = watching / training
    print(
        f"live, {scenario}: {1000 * watching:.0f} ms beside {training:.1f} s of training, {len(run.table)} rows: "
        f"{100 * share:.1f} % (at most {100 * MOST_LIVE:.0f}); as often as the window looks at full speed, "
        f"every {rows} rows: {100 * looking(run, rows) / training:.1f} %"
    )
    return share if training > SHORT else None


def looking(run: Run, rows: int = ROWS_A_LOOK) -> float:
    """Processor seconds of the detectors while the rows of a run arrive, so many at a time."""
    columns = {name: run.table.values(name) for name in ("step", "epoch", "loss")}
    table = MetricTable()
    watch, watching = Watch(table, run.series, "step"), 0.0
    for start in range(0, len(run.table), rows):
        table.extend({name: values[start : start + rows] for name, values in columns.items()})
        began = time.process_time()
        watch.advance()
        watching += time.process_time() - began
    return watching


def trained(scenario: str, steps: int) -> tuple[Run, float]:
    """A finished run of a demo without probes, and the processor seconds of its steps."""
    import torch

    from engine.training.session import TrainingSession

    torch.set_num_threads(1)
    session = TrainingSession(scenario, seed=0, probes="none", max_steps=steps)
    began = time.process_time()
    for _ in session:
        pass
    return session.run, time.process_time() - began


def made(rows: int) -> MetricTable:
    """A loss that falls and scatters."""
    rng = np.random.default_rng(0)
    fall = 0.2 + 2 * np.exp(-np.arange(rows) / (rows / 10))
    table = MetricTable()
    table.extend({"step": np.arange(rows, dtype=float), "loss": fall * np.exp(0.1 * rng.standard_normal(rows))})
    return table


def watching_seconds(rows: int) -> float:
    """Processor seconds of all detectors."""
    watch = Watch(made(rows), [LossSeries("loss")], "step")
    began = time.process_time()
    watch.finish()
    return time.process_time() - began


def reading_seconds() -> float:
    """Processor seconds of reading a million rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.csv"
        write_table(made(MILLION), path)
        began = time.process_time()
        open_log(path)
        return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
