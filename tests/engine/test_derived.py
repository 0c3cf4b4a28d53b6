"""Derived series, against what they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from engine.derived import epoch_means, loss_of_perplexity, perplexity, step_losses
from engine.table import Series


def test_step_losses_undo_a_running_mean_that_starts_again() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((5, 40))
    counts = np.tile(np.arange(1, 41), 5)
    means = (np.cumsum(truth, axis=1) / np.arange(1, 41)).ravel()
    np.testing.assert_allclose(step_losses(means, counts), truth.ravel(), rtol=1e-9)


def test_step_losses_of_every_tenth_mean_are_means_of_ten() -> None:
    truth = np.random.default_rng(1).random(100)
    means = np.cumsum(truth) / np.arange(1, 101)
    taken = np.arange(9, 100, 10)
    np.testing.assert_allclose(step_losses(means[taken], taken + 1), truth.reshape(10, 10).mean(axis=1), rtol=1e-9)


def test_step_losses_refuse_unlike_shapes() -> None:
    with pytest.raises(ValueError, match="shape"):
        step_losses([1.0, 2.0], [1])


def test_epoch_means_stand_at_the_end_of_each_epoch() -> None:
    values = np.arange(12.0)
    epochs = Series(np.arange(12), np.repeat([0.0, 1.0, 2.0], 4))
    means = epoch_means(Series(np.arange(12), values), epochs)
    assert means.rows.tolist() == [3, 7, 11]
    assert means.values.tolist() == [1.5, 5.5, 9.5]


def test_perplexity_and_loss_are_inverse_and_overflow_is_infinite() -> None:
    loss = Series(np.arange(3), np.array([0.0, 2.5, 1e6]))
    there = perplexity(loss)
    assert there.values[2] == np.inf
    np.testing.assert_allclose(loss_of_perplexity(there).values[:2], loss.values[:2])
