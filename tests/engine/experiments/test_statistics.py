"""Exact tests against sums written out, corrections by hand, intervals against a published table."""

from __future__ import annotations

from itertools import product
from math import comb, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engine.experiments.statistics import (
    ALPHA,
    LOOK_ALPHA,
    LOOKS,
    Count,
    difference_interval,
    hochberg,
    holm,
    p_value,
)


def exact_boschloo(arm: Count, placebo: Count) -> float:
    """The largest probability, over the common share, of tables whose Fisher p is at most that of this one."""
    n1, n2 = arm.forks, placebo.forks

    def fisher(a: int, b: int) -> float:
        total = comb(n1 + n2, a + b)
        return sum(comb(n1, i) * comb(n2, a + b - i) for i in range(a, min(n1, a + b) + 1) if a + b - i <= n2) / total

    observed = fisher(arm.clean, placebo.clean)
    extreme = [(a, b) for a in range(n1 + 1) for b in range(n2 + 1) if fisher(a, b) <= observed * (1 + 1e-9)]
    shares = np.linspace(0, 1, 2001)
    chance = sum(comb(n1, a) * comb(n2, b) * shares ** (a + b) * (1 - shares) ** (n1 + n2 - a - b) for a, b in extreme)
    return float(np.max(chance))


@pytest.mark.parametrize("clean,placebo", [(12, 0), (12, 5), (9, 4), (6, 1)])
def test_p_is_the_largest_probability_of_as_extreme_a_table(clean, placebo):
    arm, other = Count(clean, 12), Count(placebo, 12)
    assert p_value(arm, other) == pytest.approx(exact_boschloo(arm, other), rel=0.02)


@given(st.integers(0, 12), st.integers(0, 12))
def test_an_arm_that_does_no_better_has_p_one(a, b):
    low, high = sorted((a, b))
    assert p_value(Count(low, 12), Count(high, 12)) == 1.0


def test_without_forks_nothing_is_shown():
    assert p_value(Count(0, 0), Count(3, 12)) == 1.0
    assert isnan(Count(0, 0).share)
    assert difference_interval(Count(0, 0), Count(1, 2)) == (-1.0, 1.0)


def test_dropped_factors_still_count_in_the_correction():
    assert holm([0.01, 0.02], tried=8) == pytest.approx([0.08, 0.14])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_corrected_p_values_never_fall_and_keep_their_order(values):
    corrected = holm(values)
    assert all(c >= v for c, v in zip(corrected, values, strict=True))
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(np.array(corrected)[order]) >= 0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_a_step_up_asks_no_more_than_a_step_down_and_no_less_than_nothing(values):
    corrected = hochberg(values)
    assert all(v <= c <= h + 1e-12 for v, c, h in zip(values, corrected, holm(values), strict=True))
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(np.array(corrected)[order]) >= 0)
    assert max(corrected) == max(values)


def test_the_bound_of_a_look_gives_all_looks_the_error_rate_together():
    forks = np.array(LOOKS)
    correlation = np.sqrt(np.minimum.outer(forks, forks) / np.maximum.outer(forks, forks))
    bound = np.full(len(forks), stats.norm.isf(LOOK_ALPHA))
    chance = 1 - stats.multivariate_normal(np.zeros(len(forks)), correlation).cdf(bound)
    assert chance == pytest.approx(ALPHA, abs=0.001)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95])
def test_a_factor_that_does_nothing_is_shown_at_any_look_no_more_often_than_allowed(share):
    shown, open_ones, before = 0.0, {(0, 0): 1.0}, 0
    for forks in (round(12 * look) for look in LOOKS):
        more = stats.binom.pmf(np.arange(forks - before + 1), forks - before, share)
        reached: dict[tuple[int, int], float] = {}
        for (clean, placebo), chance in open_ones.items():
            for i, j in product(range(len(more)), repeat=2):
                ends = clean + i, placebo + j
                reached[ends] = reached.get(ends, 0.0) + chance * more[i] * more[j]
        is_shown = {ends: p_value(*(Count(clean, forks) for clean in ends)) <= LOOK_ALPHA for ends in reached}
        shown += sum(chance for ends, chance in reached.items() if is_shown[ends])
        open_ones = {ends: chance for ends, chance in reached.items() if not is_shown[ends]}
        before = forks
    assert 0.0 < shown <= ALPHA


def test_the_interval_holds_the_true_difference_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    draws = rng.binomial(12, (0.9, 0.4), size=(400, 2))
    inside = [low <= 0.5 <= high for low, high in (difference_interval(Count(a, 12), Count(b, 12)) for a, b in draws)]
    assert np.mean(inside) > 0.92
