"""Medians of blocks: nearly those of all values, in the middle of a long column and at its end."""

from __future__ import annotations

import numpy as np
import pytest

from gui.plots.curves import smoothed
from gui.plots.curves.smoothed import FIRST_BLOCK, _Blocks, _medians, _sampled_medians

MANY = smoothed.MANY


@pytest.mark.parametrize("strange", [None, np.nan, np.inf, -1e30])
def test_four_of_sixteen_values_give_nearly_the_median(strange: float | None) -> None:
    random = np.random.default_rng(1)
    values = 5 + random.normal(size=FIRST_BLOCK * 4096)
    if strange is not None:
        values[random.random(len(values)) < 0.02] = strange
    grid = values.reshape(-1, FIRST_BLOCK)
    exact, found = _medians(grid), _sampled_medians(grid)
    assert np.isfinite(found).sum() >= 0.999 * np.isfinite(exact).sum()
    assert abs(np.median(found - exact)) < 0.05
    assert np.median(np.abs(found - exact)) < 0.5  # of a scatter of 1
    assert not np.isnan(_sampled_medians(np.full((1, FIRST_BLOCK), 7.0)))


@pytest.mark.parametrize("size", [16, 1024, 4096])
def test_what_a_thread_makes_is_nearly_the_median(size: int) -> None:
    random = np.random.default_rng(2)
    values = np.linspace(3, 1, 2 * MANY) + 0.1 * random.normal(size=2 * MANY)
    blocks = _Blocks(_medians)
    blocks.begin(values)
    assert blocks._making is not None
    found = blocks.level(values, size, 3, 200)
    exact = _medians(values[3 * size : 200 * size].reshape(-1, size))
    assert len(found) == 197
    assert np.abs(found - exact).max() < 0.1
    end = blocks.level(values, size)
    assert len(end) == len(values) // size


def test_a_growing_column_keeps_its_blocks() -> None:
    values = np.arange(MANY + 64.0)
    blocks = _Blocks(_medians)
    before = blocks.level(values[:MANY], 64)
    after = blocks.level(values, 64)
    np.testing.assert_array_equal(before[: MANY // 64], after[: MANY // 64])
    assert after[-1] == pytest.approx(np.median(values[-64:]), abs=1)
