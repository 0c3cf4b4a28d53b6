"""What a spike says of itself: one height in scatters, whoever found it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.detectors.kinds.spike import Spike
from engine.detectors.watch import Watch
from engine.events import Event
from engine.series import LossSeries
from engine.table import MetricTable


def spikes(points: int, height: float, offset: float, seed: int) -> list[Event]:
    """The spikes of a fall in noise, `offset` lower than usual, with a peak of some scatters and a far larger one."""
    rng = np.random.default_rng([seed, points, 32])
    loss = 1 + np.exp(-np.arange(points) / (points / 6)) + 0.05 * rng.standard_normal(points)
    loss[points // 2] += 0.05 * height
    loss[3 * points // 4] += 3.0
    table = MetricTable()
    table.extend({"loss": loss - offset})
    watch = Watch(table, [LossSeries("loss")], detectors=[Spike])
    watch.finish()
    return list(watch.events)


@pytest.mark.parametrize("points", [30, 200, 3000])
@pytest.mark.parametrize("offset", [0.0, 1.5])
def test_the_height_is_that_over_the_level_in_scatters(points: int, offset: float) -> None:
    found = [e for height in (8, 15, 30) for seed in range(3) for e in spikes(points, height, offset, seed)]
    assert len(found) >= 9
    for event in found:
        said = event.evidence
        height = said["peak"] - said["level_before"]
        assert said["height_scatters"] == pytest.approx(height / said["scatter"])
        # The noise is the same everywhere: whoever found the spike, its scatter is about that, or that of so few
        # points somewhere near it.
        least = 4 if points > 100 else 20
        assert 0.05 / least < said["scatter"] < 4 * 0.05
