"""All detectors over a million rows, and ten million: seconds on one core, and whether they grow linearly."""

import time

import numpy as np

from engine.detectors.watch import Watch
from engine.series import LossSeries
from engine.table import MetricTable


def seconds(rows: int) -> float:
    rng = np.random.default_rng(0)
    table = MetricTable()
    table.extend({"loss": (0.2 + 2 * np.exp(-np.arange(rows) / (rows / 10))) * np.exp(0.1 * rng.standard_normal(rows))})
    watch = Watch(table, [LossSeries("loss")])
    began = time.process_time()
    watch.finish()
    return time.process_time() - began


def test_a_million_rows_take_a_second_and_ten_million_ten():
    one, ten = seconds(1_000_000), seconds(10_000_000)
    print(f"1 million rows {one:.2f} s, 10 million {ten:.2f} s")
    assert one <= 1.0
    assert ten <= 10.0


if __name__ == "__main__":
    test_a_million_rows_take_a_second_and_ten_million_ten()
