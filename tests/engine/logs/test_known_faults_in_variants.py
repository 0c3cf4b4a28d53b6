"""Kinds of logs that were refused or misread, in fresh variants."""

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


def curves(seed: int) -> tuple[list[float], list[float], list[float]]:
    """The counts, and a loss of training and of validation."""
    draw = random.Random(seed)
    count = draw.randint(6, 30)
    falling = [round(2.9 * math.exp(-3 * i / count) + 0.3 + draw.uniform(-0.02, 0.02), 4) for i in range(count)]
    return [float(k) for k in range(1, count + 1)], falling, [round(v + 0.1, 4) for v in falling]


def opened(folder: Path, text: str, name: str) -> Run:
    (folder / name).write_text(text, encoding="utf-8")
    (run,) = open_log(folder / name)
    return run


def course(run: Run, role: Role) -> tuple[list[float], list[float]]:
    (series,) = [s for s in run.series if s.role is role]
    cells = run.table.series(series.name)
    return [run.x_at(int(row)) for row in cells.rows], [float(v) for v in cells.values]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "row", ["{name},{k},{v}", "{k},{name},{v}", "{name};{k};{v}", "{name}\t{k}\t{v}", "{k},{v},{name}"]
)
@pytest.mark.parametrize("is_blocked", [True, False])
def test_long_tables_without_a_header(tmp_path: Path, row: str, is_blocked: bool, seed: int) -> None:
    counts, trained, held_out = curves(seed)
    rows = [("train_loss", k, v) for k, v in zip(counts, trained, strict=True)]
    rows += [("val_loss", k, v) for k, v in zip(counts, held_out, strict=True)]
    rows = rows if is_blocked else sorted(rows, key=lambda r: (r[1], r[0]))
    text = "".join(row.format(name=name, k=int(k), v=v) + "\n" for name, k, v in rows)
    run = opened(tmp_path, text, "metrics.csv")
    assert course(run, Role.TRAINING) == (counts, trained)
    assert course(run, Role.VALIDATION) == (counts, held_out)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("header", ["metric value step", "name  value  epoch", "tag value iteration"])
def test_long_tables_with_blanks(tmp_path: Path, header: str, seed: int) -> None:
    counts, trained, held_out = curves(seed)
    rows = zip(counts, trained, held_out, strict=True)
    text = "".join(f"train_loss  {a}  {int(k)}\nval_loss  {b}  {int(k)}\n" for k, a, b in rows)
    run = opened(tmp_path, header + "\n" + text, "metrics.txt")
    assert course(run, Role.TRAINING) == (counts, trained)
    assert course(run, Role.VALIDATION) == (counts, held_out)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("head", ["10:20:30 | Epoch #{k}", "Step #{k}", "EPOCH #{k} of 90", "> Iteration #{k}:"])
def test_a_count_with_its_sign_stands_above_its_values(tmp_path: Path, head: str, seed: int) -> None:
    counts, trained, held_out = curves(seed)
    rows = zip(counts, trained, held_out, strict=True)
    text = "".join(f"{head.format(k=int(k))}\n  train loss: {a}\n  val loss: {b}\n" for k, a, b in rows)
    run = opened(tmp_path, text, "train.log")
    assert course(run, Role.TRAINING) == (counts, trained)
    assert course(run, Role.VALIDATION) == (counts, held_out)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["job.o4711", "job.e12", "train.log.1", "console.2"])
def test_numbered_logs_are_found_in_a_folder(tmp_path: Path, name: str, seed: int) -> None:
    counts, trained, held_out = curves(seed)
    rows = zip(counts, trained, held_out, strict=True)
    (tmp_path / "args.json").write_text('{"lr": 0.1}')
    (tmp_path / name).write_text("".join(f"epoch {int(k)} loss {a} val_loss {b}\n" for k, a, b in rows))
    (run,) = open_log(tmp_path)
    assert course(run, Role.TRAINING) == (counts, trained)
    assert course(run, Role.VALIDATION) == (counts, held_out)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("first", [0, 1])
def test_a_series_that_pandas_saved_has_its_first_line_for_a_header(tmp_path: Path, first: int, seed: int) -> None:
    _counts, trained, _held_out = curves(seed)
    text = ",0\n" + "".join(f"{i},{v}\n" for i, v in enumerate(trained, first))
    assert course(opened(tmp_path, text, "export.csv"), Role.TRAINING)[1] == trained


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("line", ["step {k}: figure {v}", "epoch={k} wobble={v}", "Epoch {k}/90 - quantity: {v}"])
def test_the_only_number_beside_a_count_is_taken_and_said(tmp_path: Path, line: str, seed: int) -> None:
    counts, trained, _held_out = curves(seed)
    text = "".join(line.format(k=int(k), v=v) + "\n" for k, v in zip(counts, trained, strict=True))
    run = opened(tmp_path, text, "train.log")
    assert course(run, Role.TRAINING) == (counts, trained)
    assert [w.what for w in run.warnings] == [WarningKind.GUESSED_COLUMN]


@pytest.mark.parametrize("line", ["step {k}: reward {v}", "epoch={k} accuracy={v}", "step {k}: a {v} b {v}"])
def test_scores_and_several_numbers_are_not_taken(tmp_path: Path, line: str) -> None:
    text = "".join(line.format(k=k, v=k / 10) + "\n" for k in range(9))
    (tmp_path / "a.log").write_text(text)
    with pytest.raises(LogError):
        open_log(tmp_path / "a.log")
