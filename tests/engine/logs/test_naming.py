"""Columns under chosen names are read, judged and followed as if the file had these names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import LogError, ReadOptions, open_log
from engine.logs.following import Follower
from engine.run import Run

ROWS = [(i, 2 / (i + 1), 3 / (i + 1), 50 + i / 2) for i in range(40)]
NAMES = ("iteration", "train_loss", "val_loss", "accuracy")


def _text(names: tuple[str, ...], separator: str, rows: list[tuple[float, ...]]) -> str:
    lines = [names, *rows] if names else rows
    return "".join(separator.join(map(str, line)) + "\n" for line in lines)


def _facts(run: Run) -> tuple:
    columns = {name: run.table.values(name).tolist() for name in sorted(run.table.columns)}
    return run.series, run.x, dict(run.names), columns


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
@pytest.mark.parametrize("odd", [(), ("t", "q1", "q2", "q3"), ("val_loss", "iteration", "train_loss", "z")])
def test_a_log_with_chosen_names_is_the_log_with_these_names(
    separator: str, odd: tuple[str, ...], tmp_path: Path
) -> None:
    meant, given = tmp_path / "a" / "run.txt", tmp_path / "b" / "run.txt"
    for path, names in ((meant, NAMES), (given, odd)):
        path.parent.mkdir()
        path.write_text(_text(names, separator, ROWS[:30]))
    in_file = odd or tuple(f"column {i}" for i in range(1, 5))
    options = ReadOptions(names=tuple(zip(in_file, NAMES, strict=True)))
    follower = Follower(given, options)
    assert _facts(follower.runs[0]) == _facts(open_log(meant)[0])
    for path in (meant, given):
        with path.open("a") as stream:
            stream.write(_text((), separator, ROWS[30:]))
    assert follower.poll()
    assert _facts(follower.runs[0]) == _facts(open_log(meant)[0])
    assert _facts(open_log(given, options)[0]) == _facts(open_log(meant)[0])


def test_what_is_not_named_is_still_recognised(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(_text((), ";", ROWS))
    (run,) = open_log(path, ReadOptions(names=(("column 4", "accuracy"),)))
    assert [s.name for s in run.series] == ["column 2", "column 3"]
    assert np.allclose(run.table.values("accuracy"), [row[3] / 100 for row in ROWS])


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(_text(NAMES, ",", ROWS))
    with pytest.raises(LogError, match="“val_loss”"):
        open_log(path, ReadOptions(names=(("train_loss", "val_loss"),)))
