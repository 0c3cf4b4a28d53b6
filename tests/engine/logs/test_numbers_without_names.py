"""Numbers that no name stands beside, and the x that a person would read them by, in generated variants."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from engine.logs import LogError, open_log
from engine.run import Run
from engine.run_warnings import WarningKind
from engine.series import Role

SEEDS = range(3)
COUNTED = {
    "epoch of": "Epoch {k}/{n} {v}",
    "epoch": "epoch {k}: {v}",
    "arrow": "epoch={k} -> {v}",
    "step": "step {k} {v}",
    "brackets": "[{k}] {v}",
    "colon": "{k}: {v}",
    "line above": "Epoch {k}/{n}\n{v}",
    "clock": "2026-03-04 10:20:30,123 - INFO - iter {k}: {v}",
}
ALONE = {
    "list": "[{v}]",
    "tuple": "({v},)",
    "dash": "- {v}",
    "prompt": "> {v}",
    "level": "[INFO] {v}",
    "root": "INFO:root:{v}",
    "clock": "2026-03-04 10:20:30,123 {v}",
    "time": "10:20:30 {v}",
}


def falling(seed: int) -> list[float]:
    draw = random.Random(seed)
    count = draw.randint(5, 40)
    return [round(2.9 * math.exp(-3 * i / count) + 0.3 + draw.uniform(-0.02, 0.02), 4) for i in range(count)]


def read(folder: Path, text: str, name: str = "train.log") -> Run:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    (run,) = open_log(folder / name)
    return run


def points(run: Run, name: str) -> tuple[list[float], list[float]]:
    cells = run.table.series(name)
    return [run.x_at(int(row)) for row in cells.rows], [float(value) for value in cells.values]


def says_that_it_guessed(run: Run) -> bool:
    return any(w.what is WarningKind.GUESSED_COLUMN and w.names == (run.series[0].name,) for w in run.warnings)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", COUNTED)
def test_a_counted_number_without_a_name_is_taken_and_said(tmp_path: Path, kind: str, seed: int) -> None:
    values = falling(seed)
    lines = [COUNTED[kind].format(k=k, n=len(values), v=v) for k, v in enumerate(values, 1)]
    run = read(tmp_path, "Using cpu\n" + "\n".join(lines) + "\n")
    assert points(run, run.series[0].name) == ([float(k) for k in range(1, len(values) + 1)], values)
    assert says_that_it_guessed(run)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ALONE)
def test_numbers_alone_are_taken_and_said(tmp_path: Path, kind: str, seed: int) -> None:
    values = falling(seed)
    run = read(tmp_path, "".join(ALONE[kind].format(v=v) + "\n" for v in values))
    assert points(run, run.series[0].name) == ([float(i) for i in range(len(values))], values)
    assert says_that_it_guessed(run)


@pytest.mark.parametrize("line", ["accuracy: 0.9{x}", "epoch {x}: 9{x}.5%", "version 1.{x}", "{x}.{x}.{x}"])
def test_a_number_with_another_name_is_not_taken(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.log").write_text("".join(line.format(x=x) + "\n" for x in range(1, 9)))
    with pytest.raises(LogError):
        open_log(tmp_path / "a.log")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["loss.txt", "run.csv", "values.dat"])
@pytest.mark.parametrize("header", ["", "loss\n"])
@pytest.mark.parametrize("digits", [2, 3, 5])
def test_a_list_of_numbers_with_decimal_commas_is_one_column(
    tmp_path: Path, header: str, name: str, digits: int, seed: int
) -> None:
    shown = [f"{v:.{digits}f}" for v in falling(seed)]
    run = read(tmp_path, header + "".join(v.replace(".", ",") + "\n" for v in shown), name)
    assert [points(run, s.name)[1] for s in run.series] == [[float(v) for v in shown]]
    assert any(w.what is WarningKind.DECIMAL_COMMAS for w in run.warnings)


@pytest.mark.parametrize("header", ["", "epoch,loss\n"])
@pytest.mark.parametrize("restart", [9, 4])
def test_two_whole_numbers_stay_two(tmp_path: Path, header: str, restart: int) -> None:
    rows = [(k % restart, 90 - 7 * k) for k in range(8)]
    run = read(tmp_path, header + "".join(f"{a},{b}\n" for a, b in rows), "run.csv")
    assert [float(b) for _, b in rows] in [points(run, s.name)[1] for s in run.series]


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("[10]\ttrain's l2: 0.5\tvalid's l2: 0.6\n", 10.0),
        ("[40]\ttrain's l2: 0.5\tvalid's l2: 0.6\nEarly stopping, best iteration is:\n[7]\ttrain's l2: 0.5\n", 40.0),
        ("step 300 loss 0.5\n", 300.0),
        ("Epoch 5 - loss: 0.5 - val_loss: 0.6\n", 5.0),
        ('{"step": 20, "loss": 0.5}\n', 20.0),
        ("epoch,loss\n3,0.5\n", 3.0),
    ],
)
def test_the_only_row_stands_at_its_own_count(tmp_path: Path, text: str, x: float) -> None:
    run = read(tmp_path, text)
    assert {points(run, s.name)[0][0] for s in run.series} == {x}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["train_loss", "train_loss_epoch", "epoch_loss"])
def test_the_mean_of_an_epoch_stands_once_beside_the_bar_of_the_next(tmp_path: Path, name: str, seed: int) -> None:
    draw = random.Random(seed)
    epochs, total = draw.randint(3, 6), draw.randint(5, 12)
    text, mean, means, losses = "", "", [], []
    for epoch in range(epochs):
        for k in range(1, total + 1):
            loss = f"{3 / (1 + epoch + k / total) + draw.uniform(0, 0.1):.3g}"
            losses.append(float(loss))
            percent = f"{100 * k // total:3d}%|{'#' * k}| {k}/{total} [00:00<00:00, 60.2it/s, "
            text += f"\rEpoch {epoch}: {percent}loss={loss}{mean}]"
        means.append(float(f"{3 / (1.5 + epoch):.3f}"))
        mean = f", {name}={means[-1]:.3f}"
        text += f"\rEpoch {epoch}: 100%|{'#' * total}| {total}/{total} [00:00<00:00, 60.2it/s, loss={loss}{mean}]"
    run = read(tmp_path, text + "\n")
    ends = [float(total * (epoch + 1)) for epoch in range(epochs)]
    assert points(run, name) == (ends, means)
    assert points(run, "loss") == ([float(k) for k in range(1, epochs * total + 1)], losses)
    assert {s.role for s in run.series} == {Role.TRAINING}


@pytest.mark.parametrize("names", [["test_loss", "train_loss", "val_loss"], ["loss", "test loss", "valid loss"]])
def test_the_test_set_stands_behind_the_validation(tmp_path: Path, names: list[str]) -> None:
    rows = "".join(f"{i},{3 - i / 4},{4 - i / 4},{5 - i / 4}\n" for i in range(9))
    run = read(tmp_path, ",".join(["epoch", *names]) + "\n" + rows, "run.csv")
    held_out = [s.name for s in run.series if s.role is Role.VALIDATION]
    assert ["test" in name for name in held_out] == [False, True]
