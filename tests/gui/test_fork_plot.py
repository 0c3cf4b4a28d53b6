"""Forks are drawn thinned, and nothing that a person would look for is lost."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiments.traces import Growing
from gui.events.proof.fork_plot import MOST_POINTS, Forks, thinned
from gui.look.theme import LIGHT


@pytest.mark.parametrize("length", [0, 1, MOST_POINTS, MOST_POINTS + 1, 16_717])
def test_a_curve_has_no_more_points_than_can_be_seen(length):
    x, y = thinned(np.arange(float(length)), np.ones(length))
    assert len(x) == len(y) <= MOST_POINTS
    assert (np.diff(x) >= 0).all()


@pytest.mark.parametrize("at", [0, 7001, 16_716])
def test_the_highest_and_the_lowest_point_keep_their_places(at):
    for extreme in (9.0, -9.0):
        values = np.random.default_rng(1).random(16_717)
        values[at] = extreme
        x, y = thinned(np.arange(16_717.0), values)
        assert x[y == extreme] == at


def test_where_nothing_is_finite_there_is_a_gap():
    values = np.ones(10_000)
    values[5000:] = np.inf
    x, y = thinned(np.arange(10_000.0), values)
    assert np.isnan(y[x > 5050]).all()
    assert (y[x < 4950] == 1).all()


def test_forks_that_train_are_drawn_as_far_as_they_are() -> None:
    forks = Forks()
    first = Growing("lr/1", "lr", np.array([5.0, 6.0]), np.array([1.0, 2.0]))
    assert forks.show_growing([first])
    assert not forks.show_growing([first])
    (curve,) = forks.curves(LIGHT)
    assert (curve.steps.tolist(), curve.losses.tolist()) == ([5.0, 6.0], [1.0, 2.0])
    assert forks.show_growing([])
    assert forks.curves(LIGHT) == []
