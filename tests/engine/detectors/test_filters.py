"""The short arrays' filters give what SciPy's give, to the last digit where nothing is added up."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.fft
import scipy.ndimage
import scipy.special

from engine.detectors.stream import filters

RNG = np.random.default_rng(5)
CURVES = [RNG.standard_normal(n).cumsum() for n in (3, 4, 7, 40, 513, 1000)] + [RNG.integers(0, 3, 200).astype(float)]


@pytest.mark.parametrize("values", CURVES, ids=len)
@pytest.mark.parametrize("width", [1, 3, 5, 31, 64])
def test_filters_equal_scipys(values: np.ndarray, width: int) -> None:
    if width % 2:
        median = scipy.ndimage.median_filter(values, width, mode="nearest") if width <= len(values) else None
        assert median is None or np.array_equal(filters.median_filter(values, width), median)
        largest = scipy.ndimage.maximum_filter1d(values, width, mode="nearest")
        assert np.array_equal(filters.maximum_filter(values, width), largest)
    if width <= len(values):
        low = scipy.ndimage.percentile_filter(values, 10, width, mode="nearest")
        assert np.array_equal(filters.percentile_filter(values, 10, width), low)
    mean = scipy.ndimage.uniform_filter1d(values, width, mode="nearest")
    assert filters.mean_filter(values, width) == pytest.approx(mean, rel=1e-9, abs=1e-9)


def test_long_arrays_are_filtered_alike() -> None:
    values = RNG.standard_normal(filters.SHORT + 1)
    short = values[: filters.SHORT]
    inside = slice(0, filters.SHORT - 40)
    assert np.array_equal(filters.median_filter(values, 31)[inside], filters.median_filter(short, 31)[inside])
    assert np.array_equal(filters.maximum_filter(values, 31)[inside], filters.maximum_filter(short, 31)[inside])
    assert filters.mean_filter(values, 64)[inside] == pytest.approx(filters.mean_filter(short, 64)[inside], abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 3, 50, 4096, 4097])
def test_normal_scores_are_the_quantiles(n: int) -> None:
    assert filters.normal_scores(n) == pytest.approx(scipy.special.ndtri((np.arange(n) + 0.5) / n), abs=1e-12)


def test_quantiles_of_the_normal_distribution() -> None:
    for share in (1e-12, 0.01, 0.3, 0.5, 0.99):
        assert filters.normal_quantile(share) == pytest.approx(float(scipy.special.ndtri(share)), rel=1e-9, abs=1e-12)


def test_fast_lengths_are_scipys() -> None:
    lengths = range(1, 5000, 7)
    assert [filters.fast_length(n) for n in lengths] == [scipy.fft.next_fast_len(n, real=True) for n in lengths]
