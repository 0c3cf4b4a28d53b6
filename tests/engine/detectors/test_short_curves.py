"""Curves of a few points, through every detector: no window may be wider than the curve."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine.detectors.watch import Watch, all_detectors
from engine.series import pair
from engine.table import Floats, MetricTable

LENGTHS = range(1, 11)


def curves(points: int) -> Iterator[Floats]:
    """Curves of so many points: falls, climbs, noise, jumps, constants, negative and missing values."""
    rng = np.random.default_rng([points, 31])
    at = np.arange(points)
    fall = np.exp(-at / max(points / 3, 1)) + 0.1
    noises = [np.exp(size * rng.standard_normal(points)) for size in (0.01, 0.1, 0.5, 2.0) for _ in range(3)]
    yield from (fall * noise for noise in noises)
    yield from (noise - 1 for noise in noises)
    yield from ((0.2 + at / points) * noise for noise in noises)
    yield from (np.where(at >= where, 9.0, 1.0) for where in range(points))
    yield from (np.where(at == where, 9.0, 1.0) for where in range(points))
    yield from (np.where(at == where, missing, fall) for where in range(points) for missing in (np.nan, np.inf))
    yield from (np.full(points, value) for value in (0.0, 1.0, -1.0, np.nan))


@pytest.mark.parametrize("points", LENGTHS)
def test_every_detector_reads_a_curve_of_a_few_points(points: int) -> None:
    for loss in curves(points):
        for others in ({}, {"val_loss": loss[::-1]}):
            columns = {"loss": loss, **others}
            table = MetricTable()
            table.extend(columns)
            watch = Watch(table, pair(list(columns)), detectors=tuple(all_detectors().values()))
            watch.finish()
            assert all(0 <= event.start <= event.end < points for event in watch.events)
            assert all(np.isfinite(event.confidence) for event in watch.events)
