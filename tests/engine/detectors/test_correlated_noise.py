"""Losses whose neighbouring points are alike, such as running averages, stray without anything having happened."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.signal import lfilter

from engine.detectors.watch import Watch
from engine.series import LossSeries
from engine.table import MetricTable

RUNS = 10


def strayed(points: int, correlation: float, size: float, seed: int) -> np.ndarray:
    """A falling loss with autoregressive scatter of the logarithm, of this standard deviation."""
    steps = np.random.default_rng(seed).standard_normal(points + 200) * size * np.sqrt(1 - correlation**2)
    at = np.arange(points) / points
    return (0.3 + 2 * np.exp(-8 * at)) * np.exp(lfilter([1.0], [1.0, -correlation], steps)[200:])


def events(loss: np.ndarray) -> list[tuple[str, int]]:
    table = MetricTable()
    table.extend({"loss": loss})
    watch = Watch(table, [LossSeries("loss")])
    watch.finish()
    return [(event.kind.value, event.start) for event in watch.events]


@cache
def kinds_found(correlation: float) -> tuple[str, ...]:
    """The kinds of all events in runs in which nothing happened; two tests ask."""
    return tuple(kind for seed in range(RUNS) for kind, _start in events(strayed(2000, correlation, 0.1, seed)))


@pytest.mark.parametrize("correlation", [0.5, 0.8, 0.9, 0.95])
class TestWhatOnlyStrays:
    def test_neither_spikes_nor_rises(self, correlation: float) -> None:
        found = kinds_found(correlation)
        assert sum(kind in ("spike", "late_rise", "overshoot", "diverged") for kind in found) <= 2

    def test_has_no_shelves(self, correlation: float) -> None:
        assert kinds_found(correlation).count("kick_in") <= 2


@pytest.mark.parametrize("correlation", [0.5, 0.9])
def test_a_spike_among_straying_points_is_found(correlation: float) -> None:
    found = 0
    for seed in range(RUNS):
        loss = strayed(2000, correlation, 0.05, seed)
        loss[1000:1003] *= 3
        found += any(kind == "spike" and 990 <= start <= 1000 for kind, start in events(loss))
    assert found >= RUNS - 1


@pytest.mark.parametrize("correlation", [0.5, 0.9])
def test_a_slow_rise_of_straying_points_is_found(correlation: float) -> None:
    for seed in range(RUNS):
        loss = strayed(2000, correlation, 0.05, seed)
        loss[1200:] *= np.linspace(1, 3, 800)
        assert any(kind == "late_rise" and 1120 < start < 1350 for kind, start in events(loss))
