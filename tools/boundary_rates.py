"""Measure the detector of epoch boundaries on simulated losses: what it finds, what it mistakes, what it invents.

    python -m tools.boundary_rates [--seeds 20] [--periods 20 50 200 1000]

A line a simulation and period, with and without a column `epoch`: the share of seeds in which an event was said, with
the right period (to 2 %), and with the right mechanism; for series with nothing locked to an epoch, the share in which
one was said all the same.
"""

from __future__ import annotations

import argparse

import numpy as np

from engine.detectors.epoch_boundary import EpochBoundary
from engine.detectors.watch import Watch
from engine.events import Event
from engine.series import LossSeries
from engine.table import Floats, MetricTable
from tools.epoch_series import EPOCHS, HEALTHY, LOCKED, Simulation

FIRST_SEED = 1000  # seeds below were looked at while the thresholds were chosen
NEAR = 0.02


def said(loss: Floats, period: int, has_column: bool) -> Event | None:
    """The event of the finished series, if there is one."""
    table = MetricTable()
    columns = {"loss": loss}
    if has_column:
        columns["epoch"] = (np.arange(len(loss)) // period).astype(float)
    table.extend(columns)  # type: ignore[arg-type]
    watch = Watch(table, [LossSeries("loss")], detectors=[EpochBoundary])
    watch.finish()
    return watch.events[0] if watch.events else None


def simulated(simulation: Simulation, period: int, seed: int) -> Floats:
    """One series; the generator depends on all three."""
    return simulation(np.random.default_rng([seed, period, len(simulation.__name__)]), period, EPOCHS[period])


def rates(simulation: Simulation, period: int, has_column: bool, seeds: range) -> tuple[float, float, float]:
    """Shares of seeds with an event, with the right period, and with the right mechanism as well."""
    events = [said(simulated(simulation, period, seed), period, has_column) for seed in seeds]
    found = [e for e in events if e is not None]
    right = [e for e in found if abs(e.evidence["period_rows"] - period) <= NEAR * period]
    named = [e for e in right if e.evidence["mechanism"] == LOCKED.get(simulation)]
    return len(found) / len(seeds), len(right) / len(seeds), len(named) / len(seeds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    parser.add_argument("--periods", type=int, nargs="*", default=[20, 50, 200, 1000])
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    print(f"{'simulation':20} period   with the column: said period mechanism   without: said period mechanism")
    for simulation in (*LOCKED, *HEALTHY):
        for period in arguments.periods:
            cells = [rates(simulation, period, has_column, seeds) for has_column in (True, False)]
            text = "   ".join("{:.2f} {:.2f} {:.2f}".format(*cell) for cell in cells)
            print(f"{simulation.__name__:20} {period:6}   {text}", flush=True)


if __name__ == "__main__":
    main()
