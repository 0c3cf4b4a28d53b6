"""``read`` prints every column of numbers as it was read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import main
from engine.commands.base import Exit

KEYS = ["file", "run", "series", "role", "pair", "x", "points", "x_values", "values", "restarts", "warnings"]


def read(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the records that are printed."""
    code = main.main(["read", "--json", *map(str, arguments)])
    lines = capsys.readouterr().out.splitlines()
    return code, [json.loads(line, parse_constant=pytest.fail) for line in lines]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_missing_not_a_number_and_infinite_are_three_things(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Epoch,loss,val_loss,acc\n1,0.5,,1\n2,nan,0.25,0\n3,inf,NA,1\n4,-inf,0.125,1\n")
    code, records = read(capsys, path)
    assert code == Exit.CLEAN
    assert all(list(record) == KEYS for record in records)
    loss, held_out, *others = records
    assert (loss["series"], loss["role"], loss["pair"], loss["x"]) == ("loss", "training", None, "Epoch")
    assert loss["values"] == [0.5, "nan", "inf", "-inf"]
    assert loss["x_values"] == [1, 2, 3, 4]
    assert (held_out["role"], held_out["pair"], held_out["points"]) == ("validation", "loss", 2)
    assert held_out["values"] == [None, 0.25, None, 0.125]
    assert {r["series"]: r["values"] for r in others} == {"Epoch": [1, 2, 3, 4], "acc": [1, 0, 1, 1]}
    assert {r["role"] for r in others} == {"other"}


def test_restarts_are_named_in_units_of_x(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    begun_again = write(tmp_path / "a.csv", "step,loss\n1,3\n2,2\n3,1\n1,2.5\n2,1.5\n")
    _, records = read(capsys, begun_again)
    assert (records[0]["x"], records[0]["restarts"]) == ("row", [3])
    resumed = write(tmp_path / "b.csv", "step,loss\n1,3\n2,2\n3,1\n2,2.5\n3,1.5\n")
    _, records = read(capsys, resumed)
    assert (records[0]["x"], records[0]["restarts"]) == ("step", [2])


def test_a_file_without_a_loss_shows_its_columns(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "step,reward,length\n1,3,4\n2,2,4\n3,1,2\n")
    code, records = read(capsys, path)
    assert code == Exit.CLEAN
    assert {r["series"]: (r["role"], r["values"]) for r in records if r["series"] != "step"} == {
        "reward": ("other", [3, 2, 1]),
        "length": ("other", [4, 4, 2]),
    }
    assert {r["x"] for r in records} == {"step"}


def test_an_unreadable_file_does_not_stop_the_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good = write(tmp_path / "a.csv", "step,loss\n1,3\n2,2\n3,1\n")
    code, records = read(capsys, tmp_path / "none.csv", write(tmp_path / "b.txt", "no numbers here"), good)
    assert code == Exit.FAILED
    assert ["error" in record for record in records] == [True, True, False, False]


def test_for_a_person_each_column_is_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "step,loss\n1,3\n2,2\n3,1\n")
    assert main.main(["read", str(path)]) == Exit.CLEAN
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "loss" in lines[0]
    assert "3" in lines[0]
