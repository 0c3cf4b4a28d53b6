"""Short logs in which nothing is locked to an epoch: of many periods that may be tried one always seems to fit."""

from __future__ import annotations

import numpy as np

from engine.detectors.kinds.epoch_boundary import EpochBoundary
from engine.detectors.watch import Watch
from engine.series import LossSeries
from engine.table import Floats, MetricTable


def said(loss: Floats) -> bool:
    table = MetricTable()
    table.extend({"loss": loss})
    watch = Watch(table, [LossSeries("loss")], detectors=[EpochBoundary])
    watch.finish()
    return bool(watch.events)


def healthy(seed: int) -> Floats:
    """A fall of any speed in a noise of any size and tail, of 40 to 90 points."""
    rng = np.random.default_rng([seed, 24])
    n = int(rng.integers(40, 90))
    noise = [rng.standard_normal, lambda size: rng.standard_t(4, size), lambda size: rng.laplace(size=size)][seed % 3](
        n
    )
    return (np.exp(-rng.uniform(0, 6) * np.arange(n) / n) + rng.uniform(0.05, 0.5)) * np.exp(
        rng.uniform(0.01, 0.2) * noise
    )


def test_short_healthy_logs_have_no_epoch() -> None:
    assert sum(said(healthy(seed)) for seed in range(200)) <= 1


def test_epochs_of_a_few_points_that_look_alike_are_still_seen() -> None:
    rng = np.random.default_rng(25)
    cycles = [np.tile(rng.permutation(np.linspace(0, 0.4, period)), 60 // period) for period in (5, 6, 7, 8)]
    assert sum(said(np.exp(cycle + 0.05 * rng.standard_normal(len(cycle)))) for cycle in cycles) >= 3
