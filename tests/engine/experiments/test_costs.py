"""What a proof is said to take, from the time of its first control."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.experiments import costs
from engine.experiments.records import Control, Controlled, Stage, Staged


@pytest.mark.parametrize("seconds", [0.5, 8.0])
def test_the_cost_is_told_once_after_the_first_control(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(costs, "distances", lambda _reference: (20, 5))
    asked = []
    monkeypatch.setattr(costs, "cost", lambda _reference, forks, each: asked.append((forks, each)) or "cost")
    control, staged = Controlled(Control.REPRODUCED, None, seconds), Staged(Stage.SCREEN, 4, ("lr",))

    def course():
        yield control
        yield control
        yield staged
        return "proof"

    told = []

    def follow():
        told.append((yield from costs.with_cost(course(), SimpleNamespace(onset=50, horizon=80), 12)))

    assert list(follow()) == [control, "cost", control, staged]
    assert told == ["proof"] and asked == [(12, seconds / 50)]


def test_a_time_is_said_as_a_span_only_where_it_is_one() -> None:
    assert costs.Cost((4, 9), (12.2, 55.0), 40, 2).brief == "about 13 s to 55 s here"
    assert costs.Cost((4, 9), (130.0, 150.0), 40, 2).brief == "about 3 min here"
