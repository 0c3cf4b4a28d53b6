"""The loop of a brought training: from any place it goes on bit for bit, and a lever moves what it says."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

from overshoot.bringing import BringError, Brought
from overshoot.checking import check
from overshoot.states import first_difference, through_bytes
from tests.overshoot.trainings import ALL, CLASSIFIER, LANGUAGE


def brought(folder: Path, code: str) -> Brought:
    file = folder / "my_training.py"
    file.write_text(code)
    return Brought(file)


def rows(loop: Any, count: int) -> list[dict[str, float]]:
    found = [loop.next() for _row in range(count)]
    return [row for row in found if row is not None]


def bits(found: list[dict[str, float]]) -> list[bytes]:
    return [struct.pack("d", row["loss"]) for row in found]


@pytest.mark.parametrize("name", ALL)
def test_it_goes_on_bit_for_bit_from_any_place(tmp_path: Path, name: str) -> None:
    file = brought(tmp_path, ALL[name])
    whole = file.loop(4)
    states, losses = {}, []
    while (row := whole.next()) is not None and whole.step <= 30:
        losses.append(row)
        states[whole.step] = through_bytes(whole.state())
    for step in (1, 4, 5, 7, 8, 15, 16, 20):
        again = file.loop(4)
        again.restore(states[step])
        assert bits(rows(again, 6)) == bits(losses[step : step + 6]), step
        assert first_difference(again.state(), states[step + 6]) is None, step


def test_a_state_can_be_restored_twice(tmp_path: Path) -> None:
    file = brought(tmp_path, LANGUAGE)
    loop = file.loop(0)
    rows(loop, 3)
    state = loop.state()
    after = []
    for _time in range(2):
        again = file.loop(0)
        again.restore(state)
        after.append(bits(rows(again, 4)))
    assert after[0] == after[1]


def test_a_single_batch_an_epoch_is_checked_too(tmp_path: Path) -> None:
    single = CLASSIFIER.replace("Data(60), 8,", "Data(8), 8,")
    *_others, last = check(lambda: brought(tmp_path, single).loop(0))
    assert (last["verdict"], last["checked"]) == ("exact", [0, 1])


def test_another_seed_is_another_training(tmp_path: Path) -> None:
    file = brought(tmp_path, CLASSIFIER)
    assert bits(rows(file.loop(0), 3)) != bits(rows(file.loop(1), 3))


@pytest.mark.parametrize(
    ("knobs", "verdict"),
    [({}, "exact"), ({"workers": 2}, "exact"), ({"workers": 2, "persistent": True}, "exact with workers restarted")],
)
def test_check_says_what_holds(tmp_path: Path, knobs: dict[str, Any], verdict: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = brought(tmp_path, CLASSIFIER)
        *_others, last = check(lambda: file.loop(2, knobs))
    assert last["verdict"] == verdict
    assert last["checked"] == [0, 4, 8]


def test_check_names_the_first_thing_that_differs(tmp_path: Path) -> None:
    file = brought(tmp_path, CLASSIFIER)
    *_others, last = check(lambda: file.loop(2, {"drift": 0.01}))
    assert last["verdict"] == "not exact"
    assert last["first"]["object"] == "loss"
    hidden = CLASSIFIER.replace(
        "def loss(model, batch):", "seen = []\n    def loss(model, batch):\n        seen.append(1)"
    )
    hidden = hidden.replace("out = model(batch[0])", "out = model(batch[0]) * (1 + .01 * len(seen))")
    *_others, last = check(lambda: brought(tmp_path, hidden).loop(2))
    assert last["verdict"] == "not exact"  # a counter that nobody declared
    assert last["first"]["from"] > 0


def test_a_lever_moves_a_step_and_no_scheduler_notices(tmp_path: Path) -> None:
    file = brought(tmp_path, LANGUAGE)
    plain, third = file.loop(0), file.loop(0)
    third.trainee.turn("lr", 1e-2 / 3)
    one, other = rows(plain, 1)[0], rows(third, 1)[0]
    assert other["lr"] == pytest.approx(one["lr"] / 3)
    assert (
        plain.trainee.training.schedulers[0][0].get_last_lr() == third.trainee.training.schedulers[0][0].get_last_lr()
    )
    assert (
        plain.trainee.training.optimizers[""].param_groups[0]["lr"]
        == third.trainee.training.optimizers[""].param_groups[0]["lr"]
    )
    moved = [p.detach().clone() for p in file.loop(0).trainee.training.model.parameters()]
    lengths = []
    for loop in (plain, third):
        parts = zip(loop.trainee.training.model.parameters(), moved)
        lengths.append(float(torch.cat([(p.detach() - old).reshape(-1) for p, old in parts]).norm()))
    assert lengths[1] == pytest.approx(lengths[0] / 3, rel=1e-3)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("beta1", 0.5),
        ("beta2", 0.9),
        ("eps", 1e-2),
        ("weight_decay", 1.0),
        ("amsgrad", True),
        ("clip_norm", 1e-3),
        ("clip_update", 1e-3),
        ("hold_lr", True),
        ("dropout", 0.0),
        ("precision", "float32"),
    ],
)
def test_every_lever_changes_the_training_and_leaves_the_groups_as_they_were(
    tmp_path: Path, key: str, value: Any
) -> None:
    file = brought(tmp_path, LANGUAGE)
    plain, turned = file.loop(0), file.loop(0)
    rows(plain, 4)
    rows(turned, 4)
    turned.trainee.turn(key, value)
    assert bits(rows(plain, 12)) != bits(rows(turned, 12))
    keep = ("betas", "eps", "weight_decay") + (() if key == "hold_lr" else ("lr",))
    one, other = (
        plain.trainee.training.optimizers[""].param_groups[0],
        turned.trainee.training.optimizers[""].param_groups[0],
    )
    assert {k: one[k] for k in keep} == {k: other[k] for k in keep}


def test_the_loader_is_built_again_from_the_next_epoch_on(tmp_path: Path) -> None:
    file = brought(tmp_path, CLASSIFIER)
    loop = file.loop(0)
    rows(loop, 3)
    loop.trainee.turn("batch_size", 30)
    sizes = [row["batch_size"] for row in rows(loop, 8)]
    assert sizes == [8, 8, 8, 8, 4, 30, 30, 30]
    state = through_bytes(loop.state())
    again = file.loop(0)
    again.restore(state)
    assert bits(rows(again, 3)) == bits(rows(loop, 3))


def test_skipped_batches_leave_the_later_randomness_as_it_was(tmp_path: Path) -> None:
    loop = brought(tmp_path, CLASSIFIER).loop(0)
    rows(loop, 2)
    loop.trainee.skip(3)
    (row,) = rows(loop, 1)
    assert row["epoch"] == pytest.approx(6 / 8)
    loop.trainee.skip(50)
    (row,) = rows(loop, 1)
    assert row["epoch"] == 1  # the last of an epoch ends it


def test_the_knobs_of_build_are_described(tmp_path: Path) -> None:
    file = brought(tmp_path, CLASSIFIER)
    assert file.declared["lr"] == {"default": 1e-3, "type": "float", "help": "Length of a step."}
    assert file.declared["persistent"]["type"] == "bool"
    with pytest.raises(BringError, match="no knob 'width'; it has: lr, workers"):
        file.loop(0, {"width": 3})


@pytest.mark.parametrize(
    ("code", "said"),
    [("x = 1", "has no function build"), ("def build(seed): return 3", "returned int, not an overshoot.Training")],
)
def test_a_file_that_cannot_be_brought_says_why(tmp_path: Path, code: str, said: str) -> None:
    with pytest.raises(BringError, match=said):
        brought(tmp_path, code).loop(0)


@pytest.mark.parametrize(
    ("code", "is_fine"),
    [
        ("x = 1\n", False),
        ("import overshoot\novershoot.watch()\n", False),
        ("import overshoot\nrun = overshoot.watch()\nrun.log(loss=0.5)\n", True),
        ("import overshoot\nrun = overshoot.watch()\nrun.log(loss=0.5)\nrun.close()\n", True),
        ("import overshoot\nif __name__ == '__main__':\n    overshoot.watch().log(loss=0.5)\n", False),
    ],
)
def test_a_script_that_was_watched_to_its_end_has_not_failed(tmp_path: Path, code: str, is_fine: bool) -> None:
    file = tmp_path / "mine.py"
    file.write_text(code)
    environment = {**os.environ, "OVERSHOOT_HOME": str(tmp_path / "home")}
    call = [sys.executable, "-m", "overshoot.run", str(file)]
    ended = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == (0 if is_fine else 2), ended.stderr
    assert ("no function build" in ended.stderr) is not is_fine
    assert len(list((tmp_path / "home").glob("runs/*/run.jsonl"))) == is_fine
