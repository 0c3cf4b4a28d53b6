"""Healthy curves on which a judge has to keep silent, whatever threshold would score best on labelled logs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from engine.detectors.claims.judges import Judge
from engine.detectors.claims.proposals import judged
from engine.detectors.kinds.fluctuation import Fluctuation
from engine.detectors.kinds.kick_in import KickIn
from engine.detectors.kinds.overfitting import Overfitting
from engine.detectors.kinds.plateau import Plateau
from engine.detectors.kinds.spike import Spike
from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.table import Floats, MetricTable
from tools.judging.corpora import Label, Labelled
from tools.judging.recording import Asked, record
from tools.rates.false_alarms import NOISES, STEPS

LEVELS, NOISE_SEEDS = (0.03, 0.1, 0.3), 20  # of the noise relative to the level; others than those that are reported
MOST_SPIKES = 0.9  # in 10 000 steps of any noise and level
POINTS, WOBBLES, WOBBLE_SEEDS = (8, 12, 20, 40, 80), (0.02, 0.06, 0.12), 15  # evaluations, and their relative scatter
MOST_OVERFITTED = 0.02  # of the logs of any length
SWINGS, GAIN_SCATTERS, SWING_ROWS, SWING_SEEDS = (0.005, 0.02, 0.06), (0.0, 10.0, 16.0, 32.0), (20, 60, 400), 4
MOST_FLUCTUATING = 0.02  # of flat losses of little scatter, and of those that gain so many scatters
FALL_NOISES, FALL_ROWS, FALL_SEEDS = (0.01, 0.05, 0.1), (100, 300, 900), 3
MOST_FLAT = 0.02  # of losses that fall all the time, whatever their logarithm looks like
STEP = 0.02  # by which a threshold is raised


@dataclass(frozen=True)
class Quiet:
    """Healthy curves of one kind, and how many events of a judge each may have on average."""

    name: str
    judge: str
    asked: Sequence[Asked]
    curves: int
    most: float

    def claims(self, judge: Judge) -> float:
        """Events for each curve."""
        found = (judged("", one.proposals, one.apart, one.known, judge).claims for one in self.asked)
        return sum(map(len, found)) / self.curves


def quiet_curves() -> list[Quiet]:
    """Noises in which nothing happens, validation losses that wobble beside a falling training loss, and steady losses.

    A loss that stays where it was has stalled, and one that gains many times its scatter learns: neither fluctuates.
    One that falls all the time has no plateau that a drop ends.
    """
    return [*_noises(), *_wobbling(), *_steady(), *_falling()]


def silenced(judge: Judge, groups: Sequence[Quiet]) -> float:
    """The smallest threshold from the judge's own on at which it is silent enough."""
    threshold = judge.threshold
    for group in groups:
        bare = group.claims(replace(judge, threshold=1.0, perhaps=1.0))  # what the rules claim, no judge takes away
        most = max(group.most, bare)
        if group.claims(replace(judge, threshold=threshold)) <= most:
            continue
        steps = np.arange(1, np.ceil((1 - threshold) / STEP) + 1)
        tried = np.minimum(threshold + STEP * steps, 1.0).tolist()
        threshold = tried[bisect_left(tried, True, key=lambda t: group.claims(replace(judge, threshold=t)) <= most)]
    return threshold


def _noises() -> Iterator[Quiet]:
    for name, noise in NOISES.items():
        for level in LEVELS:
            drawn = ({"loss": noise(np.random.default_rng([seed, 20]), level)} for seed in range(NOISE_SEEDS))
            yield _quiet(f"{name} {level}", "spike", drawn, NOISE_SEEDS, MOST_SPIKES * STEPS / 10_000)


def _wobbling() -> Iterator[Quiet]:
    for points in POINTS:
        drawn = (_wobbly(points, size, seed) for size in WOBBLES for seed in range(WOBBLE_SEEDS))
        count = len(WOBBLES) * WOBBLE_SEEDS
        yield _quiet(f"{points} evaluations", "overfitting", drawn, count, MOST_OVERFITTED)


def _steady() -> Iterator[Quiet]:
    for gain in GAIN_SCATTERS:
        sizes = SWINGS if gain else SWINGS[:1]
        drawn = (_steadily(rows, size, gain, s) for rows in SWING_ROWS for size in sizes for s in range(SWING_SEEDS))
        count = len(SWING_ROWS) * len(sizes) * SWING_SEEDS
        yield _quiet(f"gains {gain} scatters", "fluctuation", drawn, count, MOST_FLUCTUATING)


FALLS: Mapping[str, Callable[[Floats, float], Floats]] = {  # of the time in runs, and where a fall ends
    "to zero": lambda t, end: 0.1 * np.logaddexp(0, -(t - end) * 40) + 2e-3 + np.exp(-80 * t),
    "exponential": lambda t, end: np.exp(-t / (0.3 * end)) + 0.02,
    "power law": lambda t, end: (1 + 50 * t / end) ** -0.5,
}


def _falling() -> Iterator[Quiet]:
    settings = list(product(FALL_NOISES, FALL_ROWS, range(FALL_SEEDS)))
    for name, fall in FALLS.items():
        for judge in ("plateau", "kick_in"):
            drawn = (_fallen(fall, *one) for one in settings)
            yield _quiet(f"falls, {name}", judge, drawn, len(settings), MOST_FLAT)


def _fallen(fall: Callable[[Floats, float], Floats], size: float, rows: int, seed: int) -> dict[str, Floats]:
    rng = np.random.default_rng([seed, rows, 23])
    loss = fall(np.arange(rows) / rows, rng.uniform(0.15, 0.6))
    return {"loss": loss * np.exp(size * rng.standard_normal(rows))}


def _steadily(rows: int, size: float, gain: float, seed: int) -> dict[str, Floats]:
    noise = np.random.default_rng([seed, rows, 22]).standard_normal(rows)
    return {"loss": 2 * np.exp(size * (gain * np.exp(-4 * np.arange(rows) / rows) + noise))}


def _wobbly(points: int, size: float, seed: int) -> dict[str, Floats]:
    learning = np.exp(-4 * np.arange(points) / points)
    noise = np.random.default_rng([seed, points, 21]).standard_normal(points)
    return {"loss": 0.05 + learning, "val_loss": (0.55 + learning) * np.exp(size * noise)}


def _quiet(name: str, judge: str, drawn: Iterator[Mapping[str, Floats]], count: int, most: float) -> Quiet:
    found = []
    for columns in drawn:
        table = MetricTable()
        table.extend(dict(columns))
        run = Run(name, table, pair(list(columns)), Origin(OriginKind.LOG))
        series = Labelled(Path(name), name, (Label("healthy", None, "sure"),), 1.0, len(columns) > 1)
        one = record(series, [run], is_scored=False, detectors=(Spike, Overfitting, Fluctuation, Plateau, KickIn))
        found += [a for part in one.parts for a in part.asked if a.judge == judge]
    return Quiet(name, judge, found, count, most)
