"""The smoothing of the plots: a centred running median, in closed form."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.smoothing import FEW, in_points, running_median, width_of


def _twin(y, half, cuts=()):
    """The same, written the obvious way."""
    bounds = [0, *cuts, len(y)]
    out = []
    for a, b in pairwise(bounds):
        part = list(y[a:b])
        finite = [v for v in part if np.isfinite(v)]
        for i, v in enumerate(part):
            if not np.isfinite(v):
                before = [w for w in part[:i] if np.isfinite(w)]
                part[i] = before[-1] if before else finite[0] if finite else np.nan
        for i in range(b - a):
            reach = min(half, i, b - a - 1 - i)
            out.append(np.median(part[i - reach : i + reach + 1]))
    return np.where(np.isfinite(y), out, y)


def test_a_width_of_one_is_off_and_returns_the_values_themselves():
    y = np.array([3.0, 1.0, 2.0])
    assert running_median(y, 1) is y
    assert width_of(0.0) == 1 and in_points(25, 30.0) == 1


@given(st.integers(3, 150), st.integers(1, 40), st.integers(0, 99), st.booleans())
def test_it_equals_the_obvious_median(n, half, seed, is_cut):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=n)
    y[rng.random(n) < 0.1] = np.nan
    y[rng.random(n) < 0.05] = np.inf
    cuts = sorted({int(c) for c in rng.integers(1, n, 2)}) if is_cut else ()
    np.testing.assert_array_equal(running_median(y, 2 * half + 1, cuts), _twin(y, half, cuts))


@pytest.mark.parametrize("half", [1, 4, 12, 90])
@pytest.mark.parametrize("beyond", [-1, 1])
def test_long_and_short_runs_are_smoothed_alike(half, beyond):
    n = FEW // (2 * half + 1) + beyond
    y = np.random.default_rng(half).standard_normal(n).round(1)
    np.testing.assert_array_equal(running_median(y, 2 * half + 1)[-500:], _twin(y[-500 - half :], half)[-500:])


@given(st.integers(60, 200), st.integers(1, 25), st.integers(1, 50), st.integers(0, 99))
def test_only_the_last_half_width_changes_when_values_arrive(n, half, more, seed):
    y = np.random.default_rng(seed).normal(size=n + more)
    before, after = running_median(y[:n], 2 * half + 1), running_median(y, 2 * half + 1)
    np.testing.assert_array_equal(before[: n - half], after[: n - half])


def test_a_step_a_slope_and_a_constant_stay_as_they_are():
    step = np.where(np.arange(500) < 200, 3.0, 1.0)
    slope = np.exp(-np.arange(500.0) / 40)
    for curve in (step, slope, np.full(500, 7.0)):
        np.testing.assert_array_equal(running_median(curve, 101), curve)


def test_a_rise_longer_than_half_the_width_is_kept_in_full_and_a_shorter_one_left_out():
    y = np.full(400, 1.0)
    y[100:114], y[300:311] = 4.8, 4.8
    smooth = running_median(y, 25)
    assert (smooth[100:114] == 4.8).all() and (smooth[:100] == 1).all()
    assert (smooth[200:] == 1).all()


@pytest.mark.parametrize("amount", np.linspace(0.05, 1, 12))
def test_widths_are_odd_and_grow_with_the_amount(amount):
    assert width_of(amount) % 2 == 1
    assert width_of(amount) <= width_of(min(amount + 0.1, 1))
    assert in_points(width_of(amount), 7.0) % 2 == 1
