"""All detectors over a million rows and ten million, against reading the file; whether they grow linearly."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from engine.detectors.watch import Watch
from engine.export import write_table
from engine.logs import open_log
from engine.series import LossSeries
from engine.table import MetricTable

MILLION = 1_000_000
MOST_SECONDS_A_MILLION = 1.0


def main() -> bool:
    """Print the figures; whether a bound was missed."""
    reading = reading_seconds()
    one, ten = watching_seconds(MILLION), watching_seconds(10 * MILLION)
    print(f"1 million rows: {one:.2f} s (at most {MOST_SECONDS_A_MILLION}); reading them from a CSV: {reading:.2f} s")
    print(f"10 million rows: {ten:.2f} s, {ten / one:.1f} times as long")
    return one > MOST_SECONDS_A_MILLION or ten > 10 * MOST_SECONDS_A_MILLION


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
