"""What a proof is said to take, from the time of its first forks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.experiments import costs
from engine.experiments.records import Control, Controlled, ForkFailed, Stage, Staged


def test_the_cost_is_told_once_after_the_first_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 108.0])
    monkeypatch.setattr(costs.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(costs, "cost", lambda *_asked: costs.Cost((10, 30), (0.0, 0.0), 40, 2))
    control, staged = Controlled(Control.REPRODUCED, None, 5.0), Staged(Stage.SCREEN, 4, ("lr",))
    fork = ForkFailed("a", "")

    def course():
        yield from (control, staged, fork, fork, fork, fork, staged, fork)
        return "proof"

    told = []

    def follow():
        told.append((yield from costs.with_cost(course(), SimpleNamespace(), 12)))

    records = list(follow())
    (found,) = (record for record in records if isinstance(record, costs.Cost))
    assert records.index(found) == 6 and found.seconds == (20.0, 60.0)  # two seconds a fork
    assert told == ["proof"]


def test_a_time_is_said_as_a_span_only_where_it_is_one() -> None:
    assert costs.Cost((4, 9), (12.2, 55.0), 40, 2).brief == "about 13 s to 55 s here"
    assert costs.Cost((4, 9), (130.0, 150.0), 40, 2).brief == "about 3 min here"
