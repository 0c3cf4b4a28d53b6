"""Measure the detector of epoch boundaries on simulated losses: what it finds, what it mistakes, what it invents.

    python -m tools.rates.boundary [--seeds 20] [--periods 20 50 200 1000] [--ordinary]

A line a simulation and period, with and without a column `epoch`: the share of seeds in which an event was said, with
the right period (to 2 %), and with the right mechanism; for series with nothing locked to an epoch, the share in which
one was said all the same.

With `--ordinary` logs are drawn at random from all that `tests.made.epoch_logs` knows: a line a mechanism and length
of the epoch in rows tells the share said, with the right period (to 2 % or a row), with a start and with an end too
that is right to a twentieth and a tenth of the run.
"""

from __future__ import annotations

import argparse
from itertools import pairwise

import numpy as np

from engine.detectors.kinds.epoch_boundary import EpochBoundary
from engine.detectors.watch import Watch
from engine.events import Event
from engine.series import LossSeries
from engine.table import Floats, MetricTable
from tests.made.epoch_logs import ORDINARY, PLAIN, Draw, EpochLog
from tests.made.epoch_series import HEALTHY, LOCKED, Simulation, said, simulated

FIRST_SEED = 1000  # seeds below were looked at while the thresholds were chosen
NEAR = 0.02
LENGTHS = (5, 8, 20, 100, 1000)


def rates(simulation: Simulation, period: int, has_column: bool, seeds: range) -> tuple[float, float, float]:
    """Shares of seeds with an event, with the right period, and with the right mechanism as well."""
    events = [said(simulated(simulation, period, seed), period, has_column) for seed in seeds]
    found = [e for e in events if e is not None]
    right = [e for e in found if abs(e.evidence["period_rows"] - period) <= NEAR * period]
    named = [e for e in right if e.evidence["mechanism"] == LOCKED.get(simulation)]
    return len(found) / len(seeds), len(right) / len(seeds), len(named) / len(seeds)


def said_of(log: EpochLog, has_column: bool) -> Event | None:
    """The event of a finished log."""
    table = MetricTable()
    columns = {"loss": log.loss}
    if has_column:
        columns["epoch"] = np.searchsorted(log.firsts, np.arange(len(log.loss)), "right").astype(float)
    table.extend(columns)  # type: ignore[arg-type]
    watch = Watch(table, [LossSeries("loss")], detectors=[EpochBoundary])
    watch.finish()
    return watch.events[0] if watch.events else None


def ordinary_rates(draw: Draw, shortest: float, longest: float, has_column: bool, seeds: range) -> Floats:
    """Shares of seeds with an event, with its period, with its start and with its end as well."""
    counts = np.zeros(4)
    for seed in seeds:
        log = draw(np.random.default_rng([seed, int(shortest)]), shortest=shortest, longest=longest)
        event, rows = said_of(log, has_column), len(log.loss)
        if event is None:
            continue
        end = rows - 1 if log.held[-1] == log.firsts[-1] else log.held[-1] + log.period
        is_right = abs(event.evidence["period_rows"] - log.period) <= max(1, NEAR * log.period)
        starts = is_right and abs(event.start - log.held[0]) <= 0.05 * rows
        counts += [1, is_right, starts, starts and abs(event.end - end) <= 0.1 * rows]
    return counts / len(seeds)


def print_ordinary(seeds: range) -> None:
    print(f"{'log':18} rows an epoch  with the column: said period start end   without: said period start end")
    for draw in ORDINARY:
        for shortest, longest in pairwise(LENGTHS):
            cells = [ordinary_rates(draw, shortest, longest, has_column, seeds) for has_column in (True, False)]
            text = "   ".join("{:.2f} {:.2f} {:.2f} {:.2f}".format(*cell) for cell in cells)
            print(f"{draw.__name__:18} {shortest:4}-{longest:<5}   {text}", flush=True)
    for plain in PLAIN:
        losses = (plain(np.random.default_rng([seed, 7])) for seed in seeds)
        rate = np.mean([said(loss, len(loss), has_column=False) is not None for loss in losses])
        print(f"{plain.__name__:18} said without {rate:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    parser.add_argument("--periods", type=int, nargs="*", default=[20, 50, 200, 1000])
    parser.add_argument("--ordinary", action="store_true")
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    if arguments.ordinary:
        print_ordinary(seeds)
        return
    print(f"{'simulation':20} period   with the column: said period mechanism   without: said period mechanism")
    for simulation in (*LOCKED, *HEALTHY):
        for period in arguments.periods:
            cells = [rates(simulation, period, has_column, seeds) for has_column in (True, False)]
            text = "   ".join("{:.2f} {:.2f} {:.2f}".format(*cell) for cell in cells)
            print(f"{simulation.__name__:20} {period:6}   {text}", flush=True)


if __name__ == "__main__":
    main()
