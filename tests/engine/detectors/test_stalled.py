"""Stalled is a run without progress; progress that hides in scatter is progress."""

import numpy as np
import pytest

from tests.engine.detectors.test_truth import kinds


def _loss(points, falls_by, scatter, seed):
    fall = np.linspace(0, np.log(1 - falls_by), points)
    return 2.0 * np.exp(fall + scatter * np.random.default_rng(seed).standard_normal(points))


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_that_falls_steadily_by_a_fifth_in_wide_scatter_has_not_stalled(seed):
    assert "stalled" not in kinds(_loss(400, 0.2, 0.35, seed))


@pytest.mark.parametrize("seed", range(4))
def test_the_same_scatter_without_a_fall_has_stalled(seed):
    assert "stalled" in kinds(_loss(400, 0.0, 0.35, seed))
