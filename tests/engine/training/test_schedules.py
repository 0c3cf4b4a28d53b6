"""The factor on the learning rate, in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.schedules import Schedule
from tests.engine.training.rows import trained


def _factors(name: str, total: int, first: int = 0) -> list[float]:
    schedule = Schedule(name, first)
    return [schedule.factor(step, total) for step in range(first, total)]


def test_schedules_that_only_know_the_time() -> None:
    assert _factors("constant", 5) == [1.0] * 5
    assert _factors("step", 16)[::2] == [0.5**k for k in range(8)]
    cosine = _factors("cosine", 100)
    assert (cosine[0], cosine[50]) == (1.0, pytest.approx(0.5))
    assert cosine[-1] < 1e-3
    assert _factors("warmup", 100)[:6] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 1.0])


def test_a_schedule_chosen_later_begins_then() -> None:
    assert _factors("cosine", 110, first=10) == pytest.approx(_factors("cosine", 100))


def test_a_plateau_halves_the_rate_after_ten_epochs_without_a_better_loss() -> None:
    schedule = Schedule("plateau")
    factors = []
    for loss in [1.0, 0.5] + [0.5] * 22:
        schedule.observe(loss, None, 10)
        schedule.end_epoch()
        factors.append(schedule.factor(0, 1))
    assert factors == [1.0] * 12 + [0.5] * 11 + [0.25]


def test_at_90_acts_once_when_three_epochs_reach_it() -> None:
    schedule = Schedule("at_90")
    factors = []
    for accuracy in (1.0, 0.8, 0.85, 0.95, 0.95, 0.5, 1.0, 1.0, 1.0):
        schedule.observe(1.0, accuracy, 4)
        schedule.end_epoch()
        factors.append(schedule.factor(0, 1))
    assert factors == [1.0] * 4 + [0.1] * 5


def test_the_logged_rate_is_the_one_that_was_used() -> None:
    table = trained("healthy", 50, settings={"schedule": "cosine", "epochs": 2}, probes="none").run.table
    expected = 1e-3 * 0.5 * (1 + np.cos(np.pi * np.arange(40) / 40))
    np.testing.assert_allclose(table.values("lr"), expected, rtol=1e-12)
