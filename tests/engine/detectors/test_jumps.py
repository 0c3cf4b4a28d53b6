"""Runs of few epochs: what jumps at each boundary is found where the rows say so, and chance is not."""

import numpy as np
import pytest

from engine.detectors.epochs.jumps import find_jumps
from engine.detectors.epochs.mechanism import Mechanism
from engine.detectors.epochs.search import few


def _sawtooth(epochs, period, scatter, seed=0):
    place = np.arange(epochs * period) % period / period
    return -0.4 * place + scatter * np.random.default_rng(seed).standard_normal(epochs * period)


@pytest.mark.parametrize(("epochs", "period"), [(4, 15), (6, 9), (5, 60), (8, 300)])
def test_a_sawtooth_of_few_epochs_jumps_at_each_boundary(epochs, period):
    found = find_jumps(_sawtooth(epochs, period, 0.02))
    assert found is not None
    wanted = period * np.arange(1, epochs)
    assert np.abs(found.firsts - wanted).max() <= max(1, period // 100)


def test_a_mean_of_five_epochs_that_restarts_is_named():
    loss = np.exp(0.3 * np.random.default_rng(3).standard_normal((5, 60)))
    found = few(np.log((np.cumsum(loss, axis=1) / np.arange(1, 61)).ravel()))
    assert found is not None
    assert (found.mechanism, found.period) == (Mechanism.RUNNING_MEAN, 60)


@pytest.mark.parametrize("points", [20, 50, 150, 1000])
def test_noise_and_walks_do_not_jump_at_even_distances(points):
    for seed in range(15):
        noise = np.random.default_rng(seed).standard_normal(points)
        assert find_jumps(noise) is None
        assert find_jumps(0.1 * np.cumsum(noise)) is None


def test_spikes_at_uneven_distances_are_not_an_epoch():
    u = 0.02 * np.random.default_rng(1).standard_normal(200)
    u[[31, 77, 103, 166]] += 1.0
    assert find_jumps(u) is None
