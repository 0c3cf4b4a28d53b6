"""Traits: closed forms, freedom of scale and length, and what cannot be computed is left out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.diagnosis.facts import Facts
from engine.diagnosis.traits.base import LARGEST, all_groups, traits
from engine.diagnosis.traits.tools import blocks, line, own_correlation, smooth, texture
from engine.events import EventKind as K
from tests.engine.diagnosis.builders import make_event, make_run

ABOUT_THE_UNIT = ("course.first_log",)  # a cross-entropy starts at the logarithm of its classes, in nats


def told(loss: np.ndarray, start: int = 100, end: int = 104, kind: K = K.SPIKE, **columns: np.ndarray) -> dict:
    return traits(Facts(make_event(kind, start, end), make_run(loss, **columns)))


def falling(rows: int, seed: int = 0, noise: float = 0.02) -> np.ndarray:
    scatter = 1 + noise * np.random.default_rng(seed).standard_normal(rows)
    return np.exp(-3 * np.arange(rows) / rows) * scatter


@pytest.mark.parametrize("unit", [1 / 1024, 64.0, 2.0**20])
@pytest.mark.parametrize("seed", [0, 1])
def test_traits_of_the_loss_do_not_depend_on_its_unit(unit, seed):
    loss = falling(240, seed)
    loss[100:104] *= 3
    plain, scaled = told(loss), told(unit * loss)
    assert set(plain) == set(scaled)
    free = set(plain) - set(ABOUT_THE_UNIT)
    assert {n: plain[n] for n in free} == pytest.approx({n: scaled[n] for n in free}, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("rows", [400, 1600, 6400, 50_000])
def test_the_profile_and_the_kind_of_curve_do_not_depend_on_how_often_it_was_logged(rows):
    found = told(falling(rows, noise=1e-3), rows // 2, rows // 2 + 3)
    lowest, span = math.exp(-3), math.exp(-3 * 0.02) - math.exp(-3)
    for i in (0, 5, 10, 15):
        assert found[f"course.part{i}"] == pytest.approx((math.exp(-3 * (i + 0.5) / 16) - lowest) / span, abs=0.02)
    assert found["curve.time"] == pytest.approx(math.log10(0.3))
    assert found["curve.exponential_line"] < -1 and found["curve.exponential"] < -2


@pytest.mark.parametrize(("rate", "rows"), [(0.2, 20), (0.5, 12), (1.0, 8)])
def test_a_rise_by_a_factor_each_step_has_its_rate(rate, rows):
    loss = 1 + 1e-3 * np.random.default_rng(0).standard_normal(200)
    loss[100 : 100 + rows] += 0.01 * np.exp(rate * np.arange(rows))
    found = told(loss, 100, 99 + rows)
    assert found["onset.growth"] == pytest.approx(rate, rel=0.15)
    assert found["onset.growth_line"] < 0  # its logarithm is the straighter line


def test_a_jump_rises_in_one_step_and_a_return_by_halves_has_that_half_life():
    loss = 1 + 1e-3 * np.random.default_rng(0).standard_normal(200)
    loss[100:140] += 2 * 0.5 ** (np.arange(40) / 4)
    found = told(loss, 100, 140)
    assert found["onset.first_step"] == pytest.approx(1, abs=0.01) and found["onset.peak_at"] == 0
    assert found["onset.return_half"] == pytest.approx(math.log10(1 + 4), abs=0.1)
    assert found["onset.plus8"] == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("every", [20, 37])
def test_spikes_at_even_distances_have_gaps_without_spread(every):
    loss = 1 + 0.01 * np.random.default_rng(0).standard_normal(400)
    loss[every::every] += 1
    found = told(loss, every, every)
    assert found["peaks.gap_spread"] == pytest.approx(0, abs=0.01)
    assert found["peaks.gap_share"] == pytest.approx(every / 400)


def test_the_same_samples_each_epoch_under_still_weights_have_epoch_sums_without_scatter():
    rng = np.random.default_rng(0)
    samples = rng.standard_normal(20)
    still = np.concatenate([rng.permutation(samples) for _ in range(12)])
    assert blocks(still)["least"] < -0.8
    assert blocks(np.tile(samples, 12))["least"] < -6
    assert blocks(rng.standard_normal(240))["least"] > -0.6


@pytest.mark.parametrize("factor", [0.9, 0.5, -0.6])
def test_neighbours_of_a_first_order_process_correlate_by_its_factor(factor):
    rng, values = np.random.default_rng(0), np.zeros(20_000)
    for i in range(1, len(values)):
        values[i] = factor * values[i - 1] + rng.standard_normal()
    assert own_correlation(values, 1) == pytest.approx(factor, abs=0.02)
    assert own_correlation(values, 3) == pytest.approx(factor**3, abs=0.04)


def test_a_rate_that_falls_tenfold_is_seen_in_its_column():
    rate = np.where(np.arange(240) < 100, 0.1, 0.01)
    found = told(falling(240), lr=rate)
    assert found["columns.lr_after_before"] == pytest.approx(-1)
    assert found["columns.lr_span"] == pytest.approx(math.log10(0.09 / 0.01))


def test_plain_descent_gains_the_rate_times_the_squared_gradient_and_still_weights_nothing():
    x, losses, norms = 2.0, [], []
    for _ in range(200):
        losses.append(x * x / 2)
        norms.append(abs(x))
        x -= 0.01 * x
    rows = {"lr": np.full(200, 0.01), "grad_norm": np.array(norms)}
    moving = told(np.array(losses), **rows)
    assert moving["flow.fall_budget"] == pytest.approx(0, abs=0.05)
    level = 2 + 1e-4 * np.random.default_rng(0).standard_normal(200)
    still = told(level, lr=np.full(200, 0.01), grad_norm=np.full(200, 2.0))
    assert still["flow.fall_budget"] < -3


@pytest.mark.parametrize(
    "loss",
    [
        np.full(50, np.nan),
        np.full(50, 2.3),
        np.array([1.0, 2.0]),
        np.concatenate([np.ones(20), [np.inf], np.ones(20)]),
        np.concatenate([falling(30), np.full(10, np.nan)]),
        np.full(40, 1e308),
        np.zeros(40),
        -falling(60),
    ],
)
@pytest.mark.filterwarnings("error")
def test_whatever_is_logged_traits_are_plain_numbers(loss):
    for kind in (K.SPIKE, K.STALLED, K.DIVERGED):
        found = told(loss, min(10, len(loss) - 1), len(loss) - 1, kind, lr=np.zeros(len(loss)), grad_norm=loss)
        assert all(math.isfinite(value) and abs(value) <= LARGEST for value in found.values())


def test_groups_have_names_of_their_own():
    assert len(all_groups()) >= 8 and all("." not in name for name in all_groups())


def test_a_course_of_smooth_is_itself_and_a_line_has_its_slope():
    ramp = np.arange(50.0)
    assert smooth(ramp, 5)[10:40] == pytest.approx(ramp[10:40])
    assert line(ramp)[0] == pytest.approx(49)
    assert set(texture(np.sin(ramp))) >= {"lag1", "top_period"} and texture(ramp[:5]) == {}
