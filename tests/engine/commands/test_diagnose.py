"""``diagnose`` keeps its contract: records, errors, exit codes."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import main
from engine.commands.base import Exit

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SERIES_KEYS = [
    *("file", "run", "series", "role", "x", "points", "verdict", "events", "marks", "warnings"),
    *("settings", "remarks", "offered"),
]
EVENT_KEYS = [
    "id",
    "kind",
    "series",
    "start",
    "end",
    "raised",
    "severity",
    "confidence",
    "text",
    "evidence",
    "causes",
    "remedies",
    "tell_apart",
]


def diagnose(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the records that are printed."""
    code = main.main(["diagnose", "--json", *map(str, arguments)])
    lines = capsys.readouterr().out.splitlines()
    return code, [json.loads(line, parse_constant=pytest.fail) for line in lines]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def exploding(tmp_path: Path) -> Path:
    rows = [f"{i},{2 / (1 + i / 20):.4f}" for i in range(200)] + [f"{i},nan" for i in range(200, 205)]
    return write(tmp_path / "explodes.csv", "step,loss\n" + "\n".join(rows) + "\n")


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    rows = (f"{i},{0.1 + math.exp(-i / 100)!r}" for i in range(1, 1200))
    return write(tmp_path / "calm.csv", "epoch,loss\n" + "\n".join(rows) + "\n")


def test_a_record_has_the_keys_of_the_contract(capsys: pytest.CaptureFixture[str], exploding: Path) -> None:
    code, (record,) = diagnose(capsys, exploding)
    assert code == Exit.FOUND
    assert list(record) == SERIES_KEYS
    assert record["file"] == str(exploding)
    assert (record["series"], record["x"], record["points"], record["verdict"]) == ("loss", "step", 205, "problem")
    event = next(e for e in record["events"] if e["kind"] == "diverged")
    assert list(event) == EVENT_KEYS
    assert event["severity"] == "critical"
    assert event["start"] <= 200 <= event["end"] == 204
    assert event["text"]
    assert all(set(cause) == {"cause", "weight", "text"} for cause in event["causes"])
    assert all(set(remedy) == {"remedy", "text", "watch"} for remedy in event["remedies"])


def test_a_calm_log_is_clean(capsys: pytest.CaptureFixture[str], calm: Path) -> None:
    code, (record,) = diagnose(capsys, calm)
    assert code == Exit.CLEAN
    assert record["verdict"] in ("healthy", "notice")


def test_one_record_for_each_loss_series(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "two.csv", "epoch,loss,val_loss,acc\n1,0.5,0.6,0.7\n2,0.4,0.5,0.8\n3,0.3,,0.9\n")
    _, records = diagnose(capsys, path)
    assert [(r["series"], r["points"]) for r in records] == [("loss", 3), ("val_loss", 2)]


def test_x_is_the_row_where_it_does_not_increase(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(
        tmp_path / "twice.csv", "step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in [*range(9), *range(9)])
    )
    _, (record,) = diagnose(capsys, path)
    assert record["x"] == "row"
    assert record["marks"] == [{"kind": "restart", "at": 9}]


def test_x_keeps_the_name_of_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", "Iteration,Loss\n10,0.5\n20,0.4\n30,0.3\n")
    _, (record,) = diagnose(capsys, path)
    assert (record["x"], record["series"]) == ("Iteration", "Loss")


def test_not_finite_numbers_count_as_points_and_empty_cells_do_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write(tmp_path / "log.csv", "step,loss\n1,0.5\n2,\n3,nan\n4,-inf\n5,0.4\n")
    _, (record,) = diagnose(capsys, path)
    assert record["points"] == 4


@pytest.mark.parametrize(
    "text",
    ["", "a,b\n1,2\n3,4\n", "step,loss\n1,0.5\n", "no numbers here\n", "step,loss\n", "\0\1\2\3" * 100, "{", "[1"],
)
def test_a_file_that_cannot_be_used_gets_an_error_and_the_rest_go_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, calm: Path, text: str
) -> None:
    bad = write(tmp_path / "bad.log", text)
    code, records = diagnose(capsys, bad, calm)
    assert code == Exit.FAILED
    assert list(records[0]) == ["file", "error"] + (["columns"] if text.startswith("a,b") else [])
    assert records[0]["file"] == str(bad)
    assert str(bad) in records[0]["error"]
    assert records[1]["series"] == "loss"


def test_a_missing_file_and_a_folder_without_logs_get_errors(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, records = diagnose(capsys, tmp_path / "none.csv", tmp_path)
    assert code == Exit.FAILED
    assert all("error" in record for record in records)


def test_an_unknown_loss_column_is_named_never_healthy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", "step,wobble,wave\n1,2.5,1\n2,3.5,2\n3,4.5,1\n")
    code, (record,) = diagnose(capsys, path)
    assert "wobble" in record["error"]
    assert (code, record["columns"]) == (Exit.FAILED, ["wobble", "wave"])
    code, (record,) = diagnose(capsys, path, "--series", "wobble")
    assert (code, record["series"], record["points"]) == (Exit.CLEAN, "wobble", 3)


@pytest.mark.parametrize("header", ["Step,Value", "epoch,wobble", "i,y", "time,cross"])
def test_the_only_column_beside_x_is_taken_and_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, header: str
) -> None:
    path = write(tmp_path / "log.csv", header + "\n" + "".join(f"{i},{2 / (i + 1)}\n" for i in range(8)))
    code, (record,) = diagnose(capsys, path)
    assert (code, record["series"], record["points"]) == (Exit.CLEAN, header.split(",")[1], 8)
    assert [(w["what"], w["line"], w["count"]) for w in record["warnings"]] == [("guessed_column", None, 1)]
    assert header.split(",")[1] in record["warnings"][0]["text"]


@pytest.mark.parametrize("name", ["ep_rew_mean", "val_accuracy", "dice", "learning rate", "mAP50", "Remaining"])
def test_a_column_named_as_something_else_is_never_guessed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    path = write(tmp_path / "log.csv", f"step,{name}\n" + "".join(f"{i},{0.1 + i / 10}\n" for i in range(8)))
    code, (record,) = diagnose(capsys, path)
    assert (code, record["columns"]) == (Exit.FAILED, [name])
    code, (record,) = diagnose(capsys, path, "--series", name)
    assert (record["series"], record["points"]) == (name, 8)


def test_training_validation_and_test_are_told_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", "epoch,loss,val_loss,test_loss\n1,3,4,5\n2,2,3,4\n3,1,2,3\n")
    _, records = diagnose(capsys, path)
    assert [(r["series"], r["role"]) for r in records] == [
        ("loss", "training"),
        ("val_loss", "validation"),
        ("test_loss", "test"),
    ]
    assert {r["run"] for r in records} == {"log.csv"}


def test_series_chooses_one_column(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "two.csv", "epoch,loss,val_loss\n1,0.5,0.6\n2,0.4,0.5\n3,0.3,0.4\n")
    _, records = diagnose(capsys, path, "--series", "val_loss")
    assert [r["series"] for r in records] == ["val_loss"]


def test_a_call_without_files_is_wrong() -> None:
    with pytest.raises(SystemExit) as raised:
        main.main(["diagnose"])
    assert raised.value.code == Exit.FAILED


def test_for_a_person_it_prints_sentences(capsys: pytest.CaptureFixture[str], exploding: Path) -> None:
    assert main.main(["diagnose", str(exploding)]) == Exit.FOUND
    text = capsys.readouterr().out
    assert "loss" in text
    assert "{" not in text


def test_names_that_are_no_utf8_do_not_break_the_output(tmp_path: Path) -> None:
    odd = tmp_path / "läuft \udcff 日本.csv"
    odd.write_text("step,loss\n1,0.5\n2,0.4\n")
    done = subprocess.run(
        [sys.executable, "main.py", "diagnose", "--json", str(odd)],
        capture_output=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == Exit.CLEAN, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["points"] == 2


@pytest.mark.parametrize("name", ["formats", "detectors"])
def test_lists_have_one_thing_a_line(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main.main([name]) == Exit.CLEAN
    plain = capsys.readouterr().out.splitlines()
    assert main.main([name, "--json"]) == Exit.CLEAN
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(plain) == len(records) > 0
    assert all(record["about"] for record in records)
