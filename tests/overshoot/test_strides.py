"""Readings take no more than their share of the training's time, whatever a reading and a step take."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from overshoot.strides import SECOND, Pace, clock_of


def read_at(pace: Pace, cost: float, step: float, updates: int, first_cost: float | None = None) -> list[int]:
    """The updates that are read at, in a training of equal steps."""
    found: list[int] = []
    for update in range(1, updates + 1):
        if pace.is_due(update):
            pace.plan(update, first_cost if first_cost is not None and not found else cost, step)
            found.append(update)
    return found


@pytest.mark.parametrize("share", [0.01, 0.05])
@pytest.mark.parametrize("cost_in_steps", [0.001, 0.3, 2.4, 7.0, 60.0])
def test_readings_keep_to_their_share_and_use_most_of_it(share: float, cost_in_steps: float) -> None:
    updates = int(400 * cost_in_steps / share) + 1000
    pace = Pace(share)
    found = read_at(pace, cost_in_steps * 2e-4, 2e-4, updates)
    taken = len(found) * cost_in_steps / updates
    assert taken <= share * 1.02
    assert taken >= min(share / 3, 0.9 * cost_in_steps)
    assert pace.measured_share == pytest.approx(taken, rel=0.1)


def test_a_first_reading_that_loads_much_is_paid_for_and_followed_soon() -> None:
    pace = Pace(0.01)
    found = read_at(pace, 1e-4, 1e-3, 60_000, first_cost=0.3)
    assert found[1] <= SECOND + found[0]
    assert found[2] > 20_000
    assert 0.3 + 1e-4 * len(found) <= 0.0101 * 60_000 * 1e-3


def test_readings_of_a_short_run_are_spread_over_it() -> None:
    found = read_at(Pace(0.01), 0.5e-3, 1e-3, 500)
    assert len(found) >= 5
    assert max(b - a for a, b in pairwise(found)) <= 100


def test_a_pause_is_no_step_where_the_thread_computes_itself() -> None:
    clock = clock_of("cpu")
    if clock is time.perf_counter:
        pytest.skip("the thread's own time is measured too coarsely here")
    began = clock()
    time.sleep(0.2)
    assert clock() - began < 0.1
    assert clock_of("cuda") is time.perf_counter
