"""The running median, against its definition."""

import numpy as np
import pytest

from engine.detectors.stream.scatter import extended, quantile, running_median


def _by_definition(values, width):
    half = width // 2
    padded = [values[0]] * half + list(values) + [values[-1]] * half
    return [np.median(padded[i : i + width]) for i in range(len(values))]


@pytest.mark.parametrize("width", [3, 5, 31])
@pytest.mark.parametrize("length", [31, 40, 511])
def test_a_running_median_is_the_median_of_its_window(length, width):
    """Many draws: SciPy 1.15.0 and 1.15.1 get one array in seven wrong."""
    rng = np.random.default_rng(length + width)
    for decimals in (1, 9) * 10:
        values = np.round(rng.standard_normal(length), decimals)
        assert running_median(values, width).tolist() == _by_definition(values, width)


@pytest.mark.parametrize("width", [4, 11])
def test_a_window_that_is_even_or_wider_than_the_series_is_refused(width):
    with pytest.raises(ValueError, match=f"{width} of 10 values"):
        running_median(np.arange(10.0), width)


def test_fewer_than_three_values_are_their_own_median():
    assert running_median(np.array([2.0, 1.0]), 3).tolist() == [2.0, 1.0]


@pytest.mark.parametrize("count", [1, 2, 7, 100, 1000, 1001])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.35, 0.5, 0.9, 1.0])
def test_a_quantile_is_numpy_s_bit_for_bit(count, share):
    values = np.random.default_rng(count).standard_normal(count)
    assert quantile(values, share) == np.quantile(values, share)


def test_a_quantile_of_what_is_no_number_is_none():
    assert np.isnan(quantile(np.array([1.0, np.nan, 2.0]), 0.25))


@pytest.mark.parametrize("count", [1, 3, 40])
def test_values_are_extended_as_numpy_pads_them(count):
    values = np.arange(5.0)
    assert np.array_equal(extended(values, count), np.pad(values, count, mode="edge"))
