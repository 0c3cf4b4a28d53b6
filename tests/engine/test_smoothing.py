"""The smoothing of the plots: closed forms."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.smoothing import smooth, time_constant


def _twin(x, y, tau):
    out = []
    for i in range(len(x)):
        weight = np.exp(-(x[i] - x[: i + 1]) / tau)
        ok = np.isfinite(y[: i + 1])
        out.append(np.sum(weight[ok] * y[: i + 1][ok]) / np.sum(weight[ok]) if np.isfinite(y[i]) else y[i])
    return np.array(out)


def test_zero_is_off_and_returns_the_values_themselves():
    y = np.array([3.0, 1.0, 2.0])
    assert smooth(np.arange(3.0), y, 0.0) is y


@given(st.integers(2, 200), st.floats(0.02, 1), st.integers(0, 99))
def test_it_equals_the_obvious_weighted_mean(n, amount, seed):
    rng = np.random.default_rng(seed)
    x, y = np.cumsum(rng.exponential(1, n)), rng.normal(size=n)
    y[rng.random(n) < 0.1] = np.nan
    expected = _twin(x, y, time_constant(amount, np.ptp(x)))
    np.testing.assert_allclose(smooth(x, y, amount), expected, rtol=1e-6, atol=1e-9)


def test_logging_ten_times_as_often_gives_the_same_curve():
    dense = np.linspace(0, 100, 10_001)
    curve = np.exp(-dense / 20)
    often, seldom = smooth(dense, curve, 0.5), smooth(dense[::10], curve[::10], 0.5)
    np.testing.assert_allclose(often[::10][50:], seldom[50:], rtol=0.02)


def test_a_constant_stays_a_constant_from_the_first_point_on():
    x = np.arange(1_000_000.0)
    np.testing.assert_allclose(smooth(x, np.full(len(x), 7.0), 0.3), 7.0)


def test_a_spike_before_a_long_silence_does_not_leave_rounding_dust():
    y = np.full(10_000, 1e-6)
    y[10] = 1e12
    assert abs(smooth(np.arange(10_000.0), y, 0.1)[-1] / 1e-6 - 1) < 1e-6


def test_infinity_stays_where_it_is():
    y = np.array([1.0, np.inf, 1.0, -np.inf, 1.0])
    np.testing.assert_array_equal(smooth(np.arange(5.0), y, 0.5), y)


def test_where_x_goes_back_the_average_begins_anew():
    x = np.array([0.0, 1, 2, 0, 1, 2])
    y = np.array([9.0, 9, 9, 1, 1, 1])
    np.testing.assert_allclose(smooth(x, y, 1.0), y)
