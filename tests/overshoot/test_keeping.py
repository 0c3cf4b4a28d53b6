"""States are kept in memory and then on disk, each within its budget, and never cost the training its life."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from overshoot import keeping, states
from overshoot.keeping import MEGABYTE, SPACING, Keeper


class Training:
    """Has a state of a megabyte."""

    def __init__(self) -> None:
        self.step = 0
        self.trainee = self

    def parameters(self) -> list[torch.Tensor]:
        return [torch.zeros(MEGABYTE // 24, dtype=torch.float64)]

    def state(self) -> dict:
        return {"step": self.step, "weights": [torch.full((MEGABYTE // 8,), float(self.step), dtype=torch.float64)]}


def trained(keeper: Keeper, steps: int) -> Training:
    training = Training()
    for training.step in range(1, steps + 1):
        keeper.take_if_due(training)
    return training


def eager(folder: Path, monkeypatch: pytest.MonkeyPatch, **budget: int) -> Keeper:
    monkeypatch.setattr(keeping, "SHARE", 1e9)  # a training of no work would be denied any state
    return Keeper(folder, **budget)


def test_all_states_are_on_disk_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = eager(tmp_path, monkeypatch)
    trained(keeper, 5 * SPACING)
    keeper.finish()
    assert sorted(keeper.kept) == [SPACING * i for i in range(1, 6)]
    for step, path in keeper.kept.items():
        assert states.load(path)["weights"][0][0].item() == step


def test_the_disk_is_kept_to_its_budget_and_the_first_state_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = eager(tmp_path, monkeypatch, disk=4 * MEGABYTE + MEGABYTE // 2)
    trained(keeper, 20 * SPACING)
    keeper.finish()
    left = sorted(int(path.stem) for path in tmp_path.glob("*.pt"))
    assert left == sorted(keeper.kept)
    assert len(left) == 4
    assert (left[0], left[-1]) == (SPACING, 20 * SPACING)


def test_no_more_waits_in_memory_than_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = []
    keeper = eager(tmp_path, monkeypatch, memory=2 * MEGABYTE)
    save = states.save
    monkeypatch.setattr(states, "save", lambda state, path: (waiting.append(len(keeper._held)), save(state, path)))
    trained(keeper, 12 * SPACING)
    keeper.finish()
    assert len(keeper.kept) == 12
    assert max(waiting) <= 3  # two, and the one that made the training wait


def test_a_full_disk_ends_the_keeping_and_not_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_state: object, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(states, "save", fails)
    keeper = eager(tmp_path, monkeypatch, memory=MEGABYTE)
    assert trained(keeper, 5 * SPACING).step == 5 * SPACING
    keeper.finish()
    assert keeper.kept == {}
    assert "No space left" in str(keeper.error)


@pytest.mark.parametrize("milliseconds", [0.1, 5.0, 80.0])
def test_states_never_take_more_than_their_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, milliseconds: float
) -> None:
    """On a clock of its own: a step takes a millisecond, and a state what it takes."""
    now = [0.0]
    monkeypatch.setattr(keeping.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(keeping.time, "thread_time", lambda: 0.0)
    keeper, training, taken = Keeper(tmp_path), Training(), []
    state = training.state

    def slow() -> dict:
        now[0] += milliseconds / 1000
        taken.append(training.step)
        return {"step": state()["step"]}

    training.state = slow  # type: ignore[method-assign]
    for training.step in range(1, 20_001):
        keeper.take_if_due(training)
        now[0] += 1e-3
        with keeper._change:
            keeper._change.wait_for(lambda: not keeper._held)
        guess = keeping.LEAST_COST + MEGABYTE / keeping.BYTES_A_SECOND
        assert keeper.spent <= 0.01 * now[0] + max(0.0, milliseconds / 1000 - guess)
    keeper.finish()
    assert taken[0] < 1000
    assert len(taken) == pytest.approx(min(20_000 / SPACING, 0.009 * 20_000 / milliseconds), rel=0.3, abs=1.1)


@pytest.mark.parametrize(("told", "megabytes"), [("", 1024), ("7", 7), ("much", 1024), ("0", 1024)])
def test_the_budget_is_that_of_the_environment(told: str, megabytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, keeping.VARIABLE, told)
    assert keeping.disk_megabytes() == megabytes
