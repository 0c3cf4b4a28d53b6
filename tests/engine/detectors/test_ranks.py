"""Ranks, against SciPy's test of Mann and Whitney."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import mannwhitneyu

from engine.detectors.stream.ranks import EXACT_UP_TO, rank_sigmas, rank_z


@pytest.mark.parametrize("many", [1, 7, 40])
@pytest.mark.parametrize("few", [1, 3, EXACT_UP_TO])
def test_of_few_values_the_probability_is_exact(few, many):
    rng = np.random.default_rng(few * many)
    for shift in (0.0, -0.5, 3.0):
        here, elsewhere = rng.standard_normal(few) + shift, rng.standard_normal(many)
        p = mannwhitneyu(here, elsewhere, method="exact").pvalue
        assert rank_sigmas(here, elsewhere) == pytest.approx(-ndtri(p / 2), abs=1e-9)


@pytest.mark.parametrize("sizes", [(EXACT_UP_TO + 1, 40), (300, 5)])
def test_of_many_values_it_is_that_of_the_normal_approximation(sizes):
    rng = np.random.default_rng(sum(sizes))
    for shift in (0.0, -0.3, 0.5):
        these, those = rng.standard_normal(sizes[0]) + shift, rng.standard_normal(sizes[1])
        less = mannwhitneyu(these, those, alternative="less", use_continuity=False, method="asymptotic")
        assert rank_z(these, those) == pytest.approx(ndtri(less.pvalue), abs=1e-6)
        assert rank_sigmas(these, those) == abs(rank_z(these, those))


def test_one_of_twenty_orders_is_as_sure_as_its_probability():
    # Three values all below three others: one of twenty orders, and p = 0.05 is 1.645 standard deviations.
    assert rank_sigmas(np.arange(3.0), np.arange(5.0, 8.0)) == pytest.approx(1.6449, abs=1e-4)
    assert rank_sigmas(np.array([1.0, 4.0]), np.array([2.0, 3.0])) == pytest.approx(0, abs=0.5)


def test_equal_values_and_empty_samples_tell_nothing():
    assert rank_z(np.ones(20), np.ones(30)) == 0
    assert rank_sigmas(np.ones(5), np.ones(9)) == 0
    assert rank_z(np.ones(3), np.empty(0)) == rank_z(np.empty(0), np.ones(3)) == 0
