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


@pytest.mark.parametrize("seed", SEEDS)
def test_commas_of_decimals_are_told_from_those_of_thousands(tmp_path: Path, seed: int) -> None:
    c = course(np.random.default_rng(seed))
    numbers = zip(c.x, c.loss, strict=True)
    text = "".join(f"Epoche {x}: Verlust {v:.4f}, Zeit 0.5 s\n".replace(".", ",") for x, v in numbers)
    run = read(tmp_path, text)
    assert run.x is not None
    np.testing.assert_equal(points(run, "Verlust"), list(zip(c.x, c.loss, strict=True)))
    run = read(tmp_path, "".join(f"step {i * 1000:,d}: loss {v:.4f}\n" for i, v in enumerate(c.loss, 1)))
    np.testing.assert_equal(points(run, "loss"), [(i * 1000, v) for i, v in enumerate(c.loss, 1)])


def test_a_result_that_stands_beside_a_bar_until_the_next_is_one_point(tmp_path: Path) -> None:
    draws = []
    for epoch in range(4):
        for k in range(1, 11):
            shown = f"loss={9 - epoch - k / 20:.3f}" + (f", val_loss={5 - epoch:.3f}" if epoch else "")
            draws.append(f"Epoch {epoch}: {10 * k:3d}%|##| {k}/10 [00:00<00:00, 9.1it/s, {shown}]")
    run = read(tmp_path, "\r".join(draws) + "\n")
    assert run.table.count("loss") == 40
    assert run.table.values("val_loss").tolist() == [4, 3, 2]


def test_an_epoch_said_with_its_result_is_that_of_the_steps_before(tmp_path: Path) -> None:
    text = ""
    for epoch in range(5):
        text += "".join(f"iter {b} loss {9 - epoch - b / 10}\n" for b in range(6))
        text += f"epoch {epoch}: val loss {8 - epoch}\n"
    run = read(tmp_path, text)
    assert not run.restarts()
    assert run.table.values("epoch").tolist() == [e for e in range(5) for _ in range(6)]


def test_the_rows_of_a_bar_with_names_above_are_an_epoch_each(tmp_path: Path) -> None:
    text = "      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size\n"
    for e in range(10):
        for percent in (0, 50, 100):
            row = f"      {e}/9      3.5G    {9 - e - percent / 1000:.5f}    {8 - e:.5f}         56        640"
            text += f"\r{row}: {percent:3d}%|████| {percent // 10}/10 [00:05<00:00,  1.9it/s]"
        text += "\n                 Class     Images  Instances          P          R      mAP50\n"
        text += "                   all        128        929      0.577      0.414       0.46\n"
    run = read(tmp_path, text)
    assert points(run, "box_loss") == [(e, round(8.9 - e, 5)) for e in range(10)]


EACH, TOTAL = 5, 40
COUNTED = {
    "bracket": ("Epoch {e} [{k}/40]  loss={v}", "batch"),
    "samples": ("Train Epoch: {e} [{k}/40 (10%)]\tLoss: {v}", "batch"),
    "step": ("Epoch {e}: step {k}/40 - loss: {v}", "step"),
    "no epoch": ("[{k}/40] loss {v}", "batch"),
}


@pytest.mark.parametrize("first", [0, 8])
@pytest.mark.parametrize("name", COUNTED)
def test_a_counter_that_begins_again_with_each_epoch_is_counted_on(name: str, first: int, tmp_path: Path) -> None:
    form, x = COUNTED[name]
    text = ""
    for e in range(1, 4):
        text += "".join(form.format(e=e, k=first + 8 * i, v=round(9 / (5 * e + i), 4)) + "\n" for i in range(EACH))
        text += f"val loss {9 / e:.4f}\n"
    run = read(tmp_path, text)
    assert run.x is not None
    assert run.names.get(run.x, run.x) == x
    at = [TOTAL * e + first + 8 * i for e in range(3) for i in range(EACH)]
    loss, held_out = (run.table.series(s.name) for s in run.series)
    assert [run.x_at(int(row)) for row in loss.rows] == at
    assert [run.x_at(int(row)) for row in held_out.rows] == at[EACH - 1 :: EACH]
    assert not run.restarts()


@pytest.mark.parametrize("other", ["[{k}/40] loss {v}", "[3/40] loss {v}", "[{k}/{n}] loss {v}"])
def test_what_counts_something_else_gives_no_place(other: str, tmp_path: Path) -> None:
    places = [1, 2, 3, 1, 2, 3, 1, 2, 3]
    text = "".join(other.format(k=k, v=9 - i / 10, n=40 + i) + "\n" for i, k in enumerate(places))
    run = read(tmp_path, text)
    assert run.x is None
    assert run.table.count("loss") == len(places)


def test_x_of_a_table_without_names_is_the_column_that_counts_on(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("".join(f"{i // 10},{i * 100},{3 - i / 20}\n" for i in range(30)))
    (run,) = open_log(tmp_path / "a.csv")
    assert (run.x, [s.name for s in run.series]) == ("column 2", ["column 3"])
