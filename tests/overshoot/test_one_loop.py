"""One loop trains demos and brought trainings; both are trainees of one protocol."""

from __future__ import annotations

import inspect
import math
from pathlib import Path
from typing import Any

import pytest

from engine.training.demo_trainee import DemoTrainee
from engine.training.session import TrainingSession
from overshoot.loop import ROWS_AFTER_NON_FINITE, Loop, Trainee
from overshoot.own_trainee import OwnTrainee
from tests.overshoot.test_loop import brought
from tests.overshoot.trainings import CLASSIFIER

ASKED = [name for name in vars(Trainee) if not name.startswith("_")]


@pytest.mark.parametrize("kind", [DemoTrainee, OwnTrainee])
def test_both_answer_all_that_the_loop_asks(kind: type) -> None:
    assert "update" in ASKED
    for name in ASKED:
        asked, given = getattr(Trainee, name), getattr(kind, name)
        if callable(asked):
            assert list(inspect.signature(given).parameters) == list(inspect.signature(asked).parameters), name
        else:
            assert isinstance(given, property), name


def test_a_demo_and_a_brought_training_are_driven_by_the_same_loop(tmp_path: Path) -> None:
    demo, own = TrainingSession("late-rise", 1, probes="none").loop, brought(tmp_path, CLASSIFIER).loop(0)
    assert type(demo) is type(own) is Loop
    for loop in (demo, own):
        rows = [loop.next() for _row in range(9)]
        assert [row["step"] for row in rows if row] == list(range(1, 10))
        assert all({"epoch", "loss", "lr", "batch_size"} <= row.keys() for row in rows if row)
        state, after = loop.state(), loop.next()
        loop.restore(state)
        assert after == loop.next()


class Counted:
    """A trainee of numbers."""

    def __init__(self, losses: list[list[float]], epochs: int | None) -> None:
        self._losses, self._epochs = losses, epochs
        self._at: list[float] | None = None
        self._begun = 0

    @property
    def is_under_way(self) -> bool:
        return self._at is not None

    @property
    def is_epoch_over(self) -> bool:
        return False

    @property
    def share(self) -> float:
        return 0.0

    def planned_steps(self, step: int, epochs: int) -> int | None:
        return None

    def is_exhausted(self, epochs: int) -> bool:
        return self._epochs is not None and epochs >= self._epochs

    def begin_epoch(self, step: int) -> None:
        self._at = list(self._losses[min(self._begun, len(self._losses) - 1)])
        self._begun += 1

    def end_epoch(self) -> None:
        self._at = None

    def update(self, step: int, planned_steps: int | None, probing: Any = None) -> dict[str, float] | None:
        return {"loss": self._at.pop(0)} if self._at else None


def test_data_that_do_not_say_their_length_end_when_they_give_no_more() -> None:
    loop = Loop(Counted([[1.0, 2.0], [3.0]], epochs=2))  # type: ignore[type-var]
    losses = []
    while (row := loop.next()) is not None:
        losses.append((row["loss"], row["epoch"]))
    assert losses == [(1.0, 0), (2.0, 0), (3.0, 1)]


def test_data_without_a_single_batch_are_said_and_not_waited_for() -> None:
    with pytest.raises(ValueError, match="no batch in a whole epoch"):
        Loop(Counted([[]], epochs=None)).next()  # type: ignore[type-var]


def test_a_loss_that_stays_non_finite_ends_the_training() -> None:
    loop = Loop(Counted([[1.0, *[math.nan] * 50]], epochs=None))  # type: ignore[type-var]
    while loop.next() is not None:
        pass
    assert loop.step == 1 + ROWS_AFTER_NON_FINITE
