"""Plateaus and the drops that end them, on curves whose truth is known, and what only looks like them."""

import numpy as np
import pytest

from engine.detectors.shapes import shelves
from tests.engine.detectors.test_truth import events, kinds

ENDS = {"plateau", "kick_in"}


def _noise(points, scatter, seed=0):
    return np.exp(scatter * np.random.default_rng(seed).standard_normal(points))


def _shelf(points, end, factor, scatter=0.01, seed=0):
    """A quick fall to a shelf, which a drop by `factor` ends."""
    rows = np.arange(points)
    first = 1 + 9 * np.exp(-rows / (points / 40))
    drop = 1 / (1 + np.exp(-(rows - end - points / 25) / (points / 80)))
    return first * factor**-drop * _noise(points, scatter, seed)


def test_a_shelf_of_few_points_that_ends_in_a_fall_by_two_decades():
    u = np.concatenate(
        [np.linspace(2, -2.5, 10), np.linspace(-2.6, -3.1, 10), [-4.2, -5.4, -6.4, -7.2, -7.6], [-7.8] * 7]
    )
    found = {e.kind.value: e for e in events(np.exp(u))}
    assert set(found) == ENDS
    assert found["kick_in"].start in (19, 20)
    assert 8 <= found["plateau"].start <= 12


@pytest.mark.parametrize("seed", range(3))
def test_a_plateau_on_which_every_fifth_point_is_a_spike(seed):
    rng = np.random.default_rng(seed)
    loss = _shelf(500, 250, 6.0, 0.02, seed)
    loss[rng.choice(500, 100, replace=False)] *= rng.uniform(1.2, 2.0, 100)
    found = {e.kind.value: e for e in events(loss)}
    assert set(found) >= ENDS
    assert abs(found["kick_in"].start - 255) <= 20


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_that_falls_steadily_to_zero_is_flat_on_the_logarithm_alone(seed):
    rows = np.arange(800)
    steady = 0.1 * np.logaddexp(0, -(rows - 200) / 20) + 2e-3 + np.exp(-rows / 10)
    assert ENDS.isdisjoint(kinds(steady * _noise(800, 0.05, seed)))


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_that_wanders_up_and_down_has_no_plateaus(seed):
    rng = np.random.default_rng(seed)
    wander = np.zeros(400)
    for i in range(1, 400):
        wander[i] = 0.97 * wander[i - 1] + 0.05 * rng.standard_normal()
    assert ENDS.isdisjoint(kinds(np.exp(wander)))


def test_a_drop_that_is_back_soon_ends_no_plateau():
    loss = np.ones(300) * _noise(300, 0.01)
    loss[200:215] = 0.1
    assert ENDS.isdisjoint(kinds(loss))


def _one_by_one(level, noise, ends):
    """The bins that may end a shelf, each looked at by itself."""
    found, n = [], len(level)
    for end in map(int, ends):
        drop = level[end] - level[end : end + max(3, min(end, n // 5)) + 1].min()
        start = end
        while start and abs(level[start - 1] - level[end]) <= shelves.FLAT_OF_DROP * drop:
            start -= 1
        is_brief = drop >= shelves.BRIEF_SHELF_DROP
        shortest = (shelves.SHORTEST_SHELF_OF_RUN if is_brief else shelves.BRIEF_SHELF_OF_RUN) * n
        shortest = max(shortest, shelves.FEWEST_SHELF_BINS, shelves.SHELF_OF_TIME_BEFORE * end)
        if drop >= max(shelves.SMALLEST_DROP, shelves.DROP_NOISES * noise[end]) and end - start + 1 >= shortest:
            found.append(end)
    return found


def test_the_ends_of_shelves_are_those_found_one_by_one():
    rng, found = np.random.default_rng(0), 0
    for _ in range(200):
        steps = np.exp(rng.uniform(-9, 0, int(rng.integers(20, 400)))) * (rng.random() - 0.8)
        level = np.cumsum(np.where(rng.random(len(steps)) < rng.uniform(0.02, 0.5), 20 * steps, steps / 20))
        ends, noise = np.arange(5, len(level) - 2), np.full(len(level), rng.uniform(0, 0.05))
        wanted = _one_by_one(level, noise, ends)
        assert shelves._long_enough(level, noise, ends).tolist() == wanted
        found += len(wanted)
    assert found > 500
