"""Measure plateaus and kick-ins on simulated losses: how many are found, how near, and how many are invented.

    python -m tools.rates.plateau [--runs 200]

A line a kind of curve, in logs of 16 to 2000 points: the share of runs with a plateau, and with one whose start lies
within 5 % of the run of the truth; the same for kick-ins; for curves without a plateau the share that drew one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

from engine.detectors.kinds.kick_in import KickIn
from engine.detectors.kinds.plateau import Plateau
from engine.detectors.watch import Watch
from engine.events import Event, EventKind
from engine.series import LossSeries
from engine.table import Floats, MetricTable

NEAR = 0.05  # of the run
Truth = tuple[int, int]
Simulation = Callable[[np.random.Generator], tuple[Floats, Truth | None]]


def points(rng: np.random.Generator) -> int:
    return int(np.exp(rng.uniform(np.log(16), np.log(2000))))


def shelf(rng: np.random.Generator) -> tuple[Floats, Truth]:
    """A shelf that may fall slowly, from the start or after a first fall, and a drop by a factor of 2.5 to 300."""
    n = points(rng)
    rows = np.arange(n)
    start = 0 if rng.random() < 0.5 else int(n * rng.uniform(0.05, 0.2))
    end = min(start + max(6, int(n * rng.uniform(0.35, 0.55))), n - max(3, n // 6))
    drop, width = rng.uniform(np.log(2.5), np.log(300)), max(1.0, n * rng.uniform(0.005, 0.06))
    u = rng.uniform(1, 3) * np.clip(1 - rows / max(start, 1), 0, 1) ** 2 * (start > 0)
    u -= rng.uniform(0, 0.12) * drop * np.clip((rows - start) / (end - start), 0, 1)
    u -= drop / (1 + np.exp(-1.5 * (rows - end - 2 * width) / width))
    return np.exp(u + 10 ** rng.uniform(-2.3, -0.9) * rng.standard_normal(n)), (start, end)


def spiky_shelf(rng: np.random.Generator) -> tuple[Floats, Truth]:
    """The same with spikes upwards at a tenth to three tenths of the points."""
    loss, truth = shelf(rng)
    is_spike = rng.random(len(loss)) < rng.uniform(0.1, 0.3)
    return loss * np.where(is_spike, np.exp(rng.uniform(0.2, 0.8, len(loss))), 1.0), truth


def falling(rng: np.random.Generator) -> tuple[Floats, None]:
    """A quick and a slow exponential fall."""
    n = points(rng)
    age = np.arange(n) / n
    level = 0.1 + np.exp(-rng.uniform(10, 60) * age) + rng.uniform(0.1, 0.6) * np.exp(-rng.uniform(1, 5) * age)
    return level * np.exp(10 ** rng.uniform(-2.3, -0.5) * rng.standard_normal(n)), None


def steady(rng: np.random.Generator) -> tuple[Floats, None]:
    """A fall along a line to zero, on the logarithm flat and then steep."""
    n = points(rng)
    age, turn, width = np.arange(n) / n, rng.uniform(0.1, 0.4), rng.uniform(0.02, 0.15)
    level = width * np.logaddexp(0, -(age - turn) / width) / turn + 10 ** rng.uniform(-4, -1.5)
    return level * np.exp(10 ** rng.uniform(-2.3, -0.7) * rng.standard_normal(n)), None


def wandering(rng: np.random.Generator) -> tuple[Floats, None]:
    """A validation loss whose neighbouring points are alike."""
    n = points(rng)
    memory = 1 - 1 / rng.uniform(2, max(3.0, n / 10))
    wander = lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(n))
    return np.exp(rng.uniform(0.05, 0.4) * wander + 0.05 * rng.standard_normal(n)), None


SIMULATIONS: tuple[Simulation, ...] = (shelf, spiky_shelf, falling, steady, wandering)


def said(loss: Floats) -> tuple[Event, ...]:
    """What the two detectors say of a finished series."""
    table = MetricTable()
    table.extend({"loss": loss})
    watch = Watch(table, [LossSeries("loss")], detectors=[Plateau, KickIn])
    watch.finish()
    return watch.events


def shares(simulation: Simulation, runs: int) -> tuple[float, ...]:
    """Shares of runs with a plateau, one near the truth, a kick-in, one near the truth."""
    found = np.zeros((runs, 4))
    for seed in range(runs):
        loss, truth = simulation(np.random.default_rng(seed))
        events = said(loss)
        for i, kind in enumerate((EventKind.PLATEAU, EventKind.KICK_IN)):
            starts = np.array([event.start for event in events if event.kind is kind])
            found[seed, 2 * i] = len(starts) > 0
            if truth is not None:
                found[seed, 2 * i + 1] = bool((np.abs(starts - truth[i]) <= NEAR * len(loss) + 1).any())
    return tuple(found.mean(axis=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    print("| curve | plateau | near | kick-in | near |\n|---|---|---|---|---|")
    for simulation in SIMULATIONS:
        print(f"| {simulation.__name__} |", " | ".join(f"{share:.3f}" for share in shares(simulation, runs)), "|")


if __name__ == "__main__":
    main()
