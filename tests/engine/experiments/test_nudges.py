"""The placebo: small, paired, fresh in each stage."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.experiments.nudges import SIZES, Nudge, draw


@pytest.mark.parametrize("size", SIZES)
def test_a_nudge_is_as_large_as_it_says(size):
    weights = torch.nn.Parameter(torch.full((20_000,), 3.0, dtype=torch.float64))
    Nudge(size, 1).apply([weights])
    relative = weights.detach().numpy() / 3.0 - 1
    assert np.std(relative) == pytest.approx(size, rel=0.03)
    assert abs(np.mean(relative)) < size * 0.05


def test_equal_nudges_are_equal_and_others_differ():
    def nudged(nudge: Nudge) -> torch.Tensor:
        weights = torch.nn.Parameter(torch.ones(50))
        nudge.apply([weights])
        return weights.detach()

    first, second = draw(2, seed=3, stage=0)
    assert torch.equal(nudged(first), nudged(first))
    assert not torch.equal(nudged(first), nudged(second))


def test_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    Nudge(1e-3, 5).apply([torch.nn.Parameter(torch.ones(5))])
    assert torch.equal(torch.get_rng_state(), before)


def test_more_nudges_begin_with_the_same_ones():
    assert draw(24, 7, 1)[:12] == draw(12, 7, 1)
