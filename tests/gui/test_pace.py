"""The throttle gives the asked pace on average, never a burst, and full speed is no throttle at all."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.pace import FULL, SLOWEST, Throttle, pace_at, position_of, watchable


@given(st.floats(2, 5000), st.lists(st.floats(1e-4, 0.02), min_size=50, max_size=200))
def test_steps_due_follow_the_clock(pace: float, waits: list[float]) -> None:
    throttle, now, made = Throttle(pace, 0.0), 0.0, 0
    for wait in waits:
        now += wait
        made += throttle.due(now)
    rounding = 1e-6  # of a step: the sums of waits are floats
    assert now * pace - 1 - rounding <= made <= now * pace + 1 + rounding


def test_a_long_stall_is_not_caught_up_with() -> None:
    throttle = Throttle(100.0, 0.0)
    assert throttle.due(60.0) == 6


def test_full_speed_always_has_a_step_due_and_never_waits() -> None:
    throttle = Throttle(FULL, 0.0)
    assert throttle.due(0.0) > 1_000_000
    assert throttle.wait() == 0.0


def test_steps_given_back_are_due_again() -> None:
    throttle = Throttle(100.0, 0.0)
    throttle.give_back(throttle.due(0.04))
    assert throttle.due(0.04) == 4


@pytest.mark.parametrize("position", range(101))
def test_slider_positions_survive_the_way_there_and_back(position: int) -> None:
    assert position_of(pace_at(position)) == position


def test_pace_grows_with_the_position() -> None:
    paces = [pace_at(position) for position in range(101)]
    assert paces == sorted(paces)
    assert paces[0] == SLOWEST
    assert math.isinf(paces[-1])


def test_a_short_training_is_watched_in_slow_motion() -> None:
    assert watchable(10) == SLOWEST
    assert watchable(5600) == pytest.approx(124.4, abs=0.1)
