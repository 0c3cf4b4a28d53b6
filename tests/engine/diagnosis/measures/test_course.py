"""Measures of a whole course and of a rise's profile: what a curve of closed form shows, whatever its size."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.measures.base import measured
from engine.diagnosis.measures.equal_blocks import best_block
from engine.events import EventKind as K
from tests.engine.diagnosis.measures.test_measures import facts, noisy, tell


@pytest.mark.parametrize("unit", [1e-3, 1.0, 500.0])
@pytest.mark.parametrize("rows", [120, 900])
def test_a_point_alone_leaves_nothing_and_a_lasting_step_leaves_all(unit, rows):
    onset = rows // 2
    point, step = noisy(rows=rows), noisy(rows=rows)
    point[onset] += 1
    step[onset:] += 1
    for loss, left in ((point, 0.0), (step, 1.0)):
        f = facts(kind=K.SPIKE, start=onset, loss=loss * unit)
        assert measured("first_step_share", f) == pytest.approx(1, abs=0.1)
        assert measured("run_up_share", f) == pytest.approx(0, abs=0.1)
        for points in (1, 3, 10, 30):
            assert measured(f"left_after_{points}_share", f) == pytest.approx(left, abs=0.1)


@pytest.mark.parametrize("half_life", [5, 12])
def test_a_rise_that_fades_leaves_what_its_half_life_says(half_life):
    loss = noisy(rows=400, spread=1e-4)
    loss[200:] += 0.5 ** (np.arange(200) / half_life)
    assert tell("left_after_10_share", kind=K.LATE_RISE, start=200, loss=loss) == pytest.approx(
        0.5 ** (11 / half_life), abs=0.05
    )


def test_older_weights_are_relearned_as_the_first_time_and_a_push_is_pulled_back_at_once():
    first = 0.2 + np.exp(-np.arange(300) / 60)
    older, pushed = np.concatenate([first, first[60:260]]), np.concatenate([first, first[260:]])
    pushed[300:306] += np.array([1.0, 0.8, 0.4, 0.2, 0.1, 0.05])
    assert tell("relearning_log", kind=K.LATE_RISE, start=300, loss=older) == pytest.approx(0, abs=0.1)
    assert tell("relearning_log", kind=K.SPIKE, start=300, loss=pushed) < -0.8
    assert tell("back_to_share", kind=K.LATE_RISE, start=300, loss=older) == pytest.approx(0.2, abs=0.02)


def test_a_rise_as_high_as_the_start_loses_all_that_was_gained():
    loss = np.concatenate([np.linspace(2, 1, 100), np.full(100, 2.0)])
    assert tell("rise_of_gain_factor", kind=K.LATE_RISE, start=100, loss=loss) == pytest.approx(1, abs=0.12)


@pytest.mark.parametrize("epoch", [7, 20, 64])
def test_weights_that_never_move_show_in_stretches_of_one_mean_though_no_epoch_is_named(epoch):
    rng = np.random.default_rng(epoch)
    samples = rng.standard_normal(epoch)
    still = np.concatenate([rng.permutation(samples) for _ in range(9)])
    assert best_block(still)[0] % epoch == 0
    assert tell("equal_blocks_log", start=0, loss=3 + still) < -6
    assert tell("equal_blocks_log", start=0, loss=3 + rng.standard_normal(9 * epoch)) > -1.2
    assert tell("equal_blocks_log", start=0, loss=3 + still - 0.05 * np.arange(9 * epoch) / epoch) > -1.2


@pytest.mark.parametrize("unit", [1e-4, 1.0, 1e4])
def test_a_fall_within_the_scatter_is_told_by_its_standard_errors(unit):
    flat, falling = noisy(rows=600, spread=0.1), noisy(rows=600, spread=0.1) - np.linspace(0, 0.1, 600)
    assert abs(tell("trend_errors", start=0, loss=flat * unit)) < 3
    assert tell("trend_errors", start=0, loss=falling * unit) > 5
    assert tell("trend_errors", start=0, loss=np.full(600, 0.25)) == 0


def test_a_fall_that_is_over_at_once_is_early():
    loss = np.full(400, 0.7)
    loss[:10] = np.linspace(3, 0.7, 10)
    assert tell("early_fall_share", start=0, loss=loss) == pytest.approx(1)
    assert tell("early_fall_share", start=0, loss=np.linspace(3, 1, 400)) < 0.15
    assert abs(tell("late_trend_errors", start=0, loss=noisy(rows=400))) < 3


def test_scatter_that_is_a_share_of_the_loss_has_slope_one_and_one_that_stays_has_none():
    level, noise = np.geomspace(10, 0.5, 800), np.random.default_rng(3).standard_normal(800)
    own, fixed = (
        tell("scatter_with_level_slope", start=0, loss=v) for v in (level * (1 + 0.1 * noise), level + noise / 30)
    )
    assert own == pytest.approx(1, abs=0.15) and fixed == pytest.approx(0, abs=0.2)


def test_longer_steps_after_a_rise_scatter_more_than_before():
    found = []
    for seed in range(12):
        loss = noisy(rows=400, seed=seed)
        loss[200:] = 2 + 0.05 * np.random.default_rng(100 + seed).standard_normal(200)
        found.append(tell("scatter_after_factor", kind=K.LATE_RISE, start=200, loss=loss))
    assert np.median(found) == pytest.approx(5, rel=0.2)
