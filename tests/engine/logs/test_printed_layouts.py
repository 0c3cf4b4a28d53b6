"""Printed logs in many layouts: every loss has its role, its value and the x that was said for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import open_log
from engine.logs.text_rows import LineReader
from engine.run import Run
from engine.series import Role
from tests.made.printed_epochs import LAYOUTS, course

SEEDS = range(6)


def read(folder: Path, text: str) -> Run:
    (folder / "train.log").write_text(text, encoding="utf-8")
    (run,) = open_log(folder / "train.log")
    return run


def points(run: Run, name: str) -> list[tuple[float, float]]:
    """The x and the value of every point."""
    cells = run.table.series(name)
    return [(run.x_at(int(row)), float(value)) for row, value in zip(cells.rows, cells.values, strict=True)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_loss_has_its_own_x_and_role(name: str, seed: int, tmp_path: Path) -> None:
    layout, c = LAYOUTS[name], course(np.random.default_rng(seed))
    run = read(tmp_path, layout.write(c))
    assert run.x is not None
    assert run.names.get(run.x, run.x) == layout.x
    series = {s.name: s for s in run.series}
    for column, values in ((layout.loss, c.loss), (layout.held_out, c.held_out)):
        assert column in series, f"{column} is not among {list(series)}"
        np.testing.assert_equal(points(run, column), [(x * layout.scale, v) for x, v in zip(c.x, values, strict=True)])
    assert series[layout.loss].role is Role.TRAINING
    if "tot_loss" not in layout.held_out:
        assert (series[layout.held_out].role, series[layout.held_out].partner) == (Role.VALIDATION, layout.loss)


@pytest.mark.parametrize("name", LAYOUTS)
def test_lines_that_come_one_by_one_give_the_same(name: str) -> None:
    text = LAYOUTS[name].write(course(np.random.default_rng(1)))
    whole, single = LineReader(), LineReader()
    whole.feed(text.split("\n"))
    for line in text.split("\n"):
        single.feed([line])
    a, b = whole.sheet(), single.sheet()
    assert list(a.columns) == list(b.columns)
    for column in a.columns:
        np.testing.assert_equal(a.cells(column).values, b.cells(column).values)


def test_training_that_goes_on_after_an_announcement_is_training(tmp_path: Path) -> None:
    text = "".join(f"step {i} loss {5 - i / 10}\n" + ("Validating...\n" if i % 5 == 0 else "") for i in range(1, 31))
    run = read(tmp_path, text)
    assert [(s.name, run.table.count(s.name)) for s in run.series] == [("loss", 30)]


def test_a_sentence_about_validation_announces_nothing(tmp_path: Path) -> None:
    text = "".join(f"loss {5 - i / 10}\nsaving the model, best validation loss so far\n" for i in range(20))
    run = read(tmp_path, text)
    assert [(s.name, run.table.count(s.name)) for s in run.series] == [("loss", 20)]


@pytest.mark.parametrize(
    "closing", ["Early stopping, best iteration is:", "Did not meet early stopping. Best iteration is:"]
)
def test_the_line_that_repeats_the_best_iteration_is_no_point(tmp_path: Path, closing: str) -> None:
    rows = [f"[{i}]\tvalid_0's binary_logloss: {0.7 - i / 100:.3f}" for i in range(1, 13)]
    run = read(tmp_path, "\n".join([*rows, closing, rows[4]]) + "\n")
    (series,) = run.series
    assert run.table.values(series.name).tolist() == [round(0.7 - i / 100, 3) for i in range(1, 13)]
    assert not run.restarts()


def test_a_printed_table_is_a_row_for_each_block(tmp_path: Path) -> None:
    rule = "-" * 39
    block = (
        "| rollout/ | |\n|    ep_rew_mean | {r} |\n| time/ | |\n|    iterations | {i} |\n"
        "| train/ | |\n|    n_updates | {r} |\n|    value_loss | {loss} |"
    )
    blocks = [block.format(r=10 * i, i=i, loss=9 - i) for i in range(1, 8)]
    run = read(tmp_path, "\n".join(f"{rule}\n{text}\n{rule}" for text in blocks) + "\n")
    assert run.names[run.x or ""] == "iterations"
    assert points(run, "value_loss") == [(i, 9 - i) for i in range(1, 8)]
    assert points(run, "ep_rew_mean") == [(i, 10 * i) for i in range(1, 8)]
    assert points(run, "n_updates") == [(i, 10 * i) for i in range(1, 8)]
