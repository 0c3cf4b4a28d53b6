"""Clean means: no event, and as far as placebo."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.events import EventKind
from engine.experiments.forks import ForkResult
from engine.experiments.outcomes import scatter, yardstick
from engine.experiments.plateaus import plateau_length


def fork(losses=(1.0,) * 40, onsets=(), progress=1.0, epochs=None) -> ForkResult:
    losses = np.asarray(losses, float)
    columns = {} if epochs is None else {"epoch": np.asarray(epochs, float)}
    return ForkResult("x", np.arange(1.0, len(losses) + 1), losses, tuple(onsets), progress, 1.0, 0.1, columns)


def test_a_fork_with_the_event_is_not_clean():
    yard = yardstick(EventKind.SPIKE, fork(onsets=[5]), [fork(), fork()], from_start=False)
    assert yard.is_clean(fork())
    assert not yard.is_clean(fork(onsets=[20]))


def test_a_fork_that_learned_less_than_placebo_is_not_clean():
    yard = yardstick(EventKind.SPIKE, fork(onsets=[5]), [fork(progress=3.0)] * 3, from_start=False)
    assert not yard.is_clean(fork(progress=2.0))
    assert yard.is_clean(fork(progress=2.5))


def test_standing_still_does_not_cure_an_explosion():
    exploding = [fork(onsets=[2], progress=-math.inf)] * 4
    yard = yardstick(EventKind.DIVERGED, fork(onsets=[2]), exploding, from_start=True)
    assert not yard.is_clean(fork(progress=0.0))
    assert yard.is_clean(fork(progress=0.5))


def test_a_broken_fork_is_never_clean():
    yard = yardstick(EventKind.SPIKE, fork(), [], from_start=False)
    assert not yard.is_clean(fork(progress=-math.inf))


@pytest.mark.parametrize("length,is_clean", [(100, False), (80, False), (70, True), (20, True)])
def test_a_kick_in_is_answered_by_a_plateau_a_quarter_shorter(length, is_clean):
    def curve(flat: int) -> np.ndarray:
        return np.r_[np.full(flat, 1.6), np.full(200 - flat, 0.3)]

    yard = yardstick(EventKind.KICK_IN, fork(curve(100)), [fork(curve(100))], from_start=True)
    assert yard.is_clean(fork(curve(length))) is is_clean


def test_a_plateau_that_never_ends_is_infinitely_long():
    assert math.isinf(plateau_length(np.full(100, 1.6)))


def test_fluctuation_is_answered_by_half_the_scatter():
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(400)
    yard = yardstick(EventKind.FLUCTUATION, fork(2 + noise), [fork(2 + noise)], from_start=False)
    assert yard.is_clean(fork(2 + 0.4 * noise))
    assert not yard.is_clean(fork(2 + 0.6 * noise))


def test_scatter_ignores_a_trend_and_what_a_larger_mini_batch_averages_away():
    assert scatter(np.linspace(5, 1, 100)) == pytest.approx(0, abs=1e-9)
    within = np.tile([1.0, 3.0], 50)
    assert scatter(within, np.repeat(np.arange(1, 11), 10) - 0.5) == pytest.approx(0, abs=1e-9)
