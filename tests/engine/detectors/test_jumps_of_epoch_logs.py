"""Logs of a line an epoch in which the loss jumps once or in cycles: whatever it is called, it is said where it is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.detectors.test_truth import events

CLIMBS = {"spike", "overshoot", "late_rise", "diverged"}


def _noise(points: int, scatter: float, seed: int) -> np.ndarray:
    return scatter * np.random.default_rng(seed).standard_normal(points)


def _falling(points: int, floor: float, time: float) -> np.ndarray:
    return floor + (1.6 - floor) * np.exp(-np.arange(points) / time)


def _jumping(points: int, at: int, height: float, time: float, seed: int) -> np.ndarray:
    """A loss that jumps to `height` and comes back within a few times `time` epochs."""
    age = np.arange(points - at)
    loss = _falling(points, 0.4, points / 8)
    loss[at:] += (height - loss[at]) * np.exp(-age / time)
    return loss * np.exp(_noise(points, 0.015, seed))


@pytest.mark.parametrize(("points", "at"), [(60, 30), (60, 38), (80, 40), (100, 60)])
@pytest.mark.parametrize("height", [0.95, 1.25])
@pytest.mark.parametrize("seed", range(2))
def test_a_resumed_run_that_takes_a_tenth_to_a_fifth_of_it_to_come_back(points, at, height, seed):
    found = events(_jumping(points, at, height, points / 9, seed))
    assert any(e.kind.value in CLIMBS and abs(e.start - at) <= 1 for e in found), found


@pytest.mark.parametrize("points", [50, 60, 80])
@pytest.mark.parametrize("height", [1.7, 2.0])
@pytest.mark.parametrize("seed", range(2))
def test_a_jump_at_half_of_the_run_to_above_where_it_started_is_no_second_run(points, height, seed):
    loss = _jumping(points, points // 2, height * 1.6, points / 10, seed)
    loss[points // 2 :] *= 0.8  # what was learned since is better
    assert any(e.kind.value in CLIMBS and abs(e.start - points // 2) <= 1 for e in events(loss))


@pytest.mark.parametrize("cycles", [3, 4, 5])
@pytest.mark.parametrize("seed", range(2))
def test_warm_restarts_of_a_learning_rate_shake_the_loss(cycles, seed):
    points, each = 25 * cycles, 25
    rate = 0.5 * (1 + np.cos(np.pi * (np.arange(points) % each) / each))
    loss = 0.5 + 0.75 * rate + 1.4 * np.exp(-np.arange(points) / 6)
    found = events(loss * np.exp(_noise(points, 0.02, seed)))
    assert any(e.kind.value in CLIMBS | {"epoch_boundary"} for e in found)


@pytest.mark.parametrize(("points", "at"), [(60, 40), (100, 60), (300, 200)])
@pytest.mark.parametrize("seed", range(2))
def test_a_negative_loss_that_loses_all_it_had_gained_for_good(points, at, seed):
    loss = -0.85 * (1 - np.exp(-np.arange(points) / (points / 8)))
    loss[at:] = -0.02
    found = events(loss + _noise(points, 0.012, seed))
    assert any(e.kind.value in CLIMBS - {"spike"} and abs(e.start - at) <= 1 for e in found), found


@pytest.mark.parametrize("at", [10, 20, 28])
@pytest.mark.parametrize("seed", range(3))
def test_one_bad_epoch_of_a_smooth_loss_need_not_be_high(at, seed):
    """A fifth above its neighbours, which differ by half a percent."""
    loss = _falling(40, 1.2, 12.0) * np.exp(_noise(40, 0.005, seed))
    loss[at] *= 1.2
    assert [(e.kind.value, e.start, e.end) for e in events(loss)] == [("spike", at, at)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("each", [16, 24, 60])
def test_three_epochs_of_fine_tuning_step_down_at_both_boundaries_that_a_column_holds(seed, each):
    """Each sample is seen once more: flat within an epoch, lower in the next."""
    rng = np.random.default_rng(seed)
    epoch = (np.arange(3 * each) + 1) / each
    level = np.repeat([1.4, 1.0, 0.65], each) + 0.1 * np.exp(-np.arange(3 * each) / 8)
    loss = level * np.exp(0.025 * rng.standard_normal(3 * each))
    found = {e.kind.value: e for e in events(loss, epoch=epoch)}
    assert abs(found["epoch_boundary"].start - each) <= 1
    assert "plateau" not in found
    assert "kick_in" not in found
    smooth = (0.6 + np.exp(-epoch)) * np.exp(0.025 * rng.standard_normal(3 * each))
    assert "epoch_boundary" not in {e.kind.value for e in events(smooth, epoch=epoch)}
