"""``main.py train``: the contract other programs rely on."""

from __future__ import annotations

import csv
import json

import pytest

from main import main


def _train(capsys: pytest.CaptureFixture, *arguments: str) -> tuple[int, dict, str]:
    code = main(["train", *arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_a_run_ends_with_one_object(capsys: pytest.CaptureFixture) -> None:
    code, record, err = _train(capsys, "explosion", "--seed", "10")
    assert code == 0
    assert list(record) == ["scenario", "seed", "settings", "changes", "steps", "seconds", "final", "events"]
    assert (record["scenario"], record["seed"], record["steps"]) == ("explosion", 10, 67)
    assert record["final"] == {"loss": "inf", "accuracy": None}
    assert "diverged" in {event["kind"] for event in record["events"]}
    assert "not finite" in err


def test_changes_are_listed(capsys: pytest.CaptureFixture) -> None:
    _code, record, _err = _train(
        capsys, "late-rise", "--steps", "20", "--set", "lr=0.01@5", "--set", "batch_size=full@9", "--set", "beta2=0.99"
    )
    assert record["settings"]["beta2"] == 0.99
    assert record["settings"]["lr"] == 0.003
    assert record["changes"] == [
        {"step": 5, "key": "lr", "before": 0.003, "after": 0.01},
        {"step": 15, "key": "batch_size", "before": 32, "after": "full"},
    ]


def test_the_table_is_written_as_csv(capsys: pytest.CaptureFixture, tmp_path) -> None:
    path = tmp_path / "a table.csv"
    code, record, _err = _train(capsys, "explosion", "--steps", "60", "--probes", "none", "--out", str(path))
    rows = list(csv.DictReader(path.open()))
    assert code == 0
    assert len(rows) == record["steps"] == 60
    assert list(rows[0])[:4] == ["step", "epoch", "time", "loss"]
    assert rows[-1]["loss"] == "inf"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["explosion", "--set", "lr=fast"],
        ["explosion", "--set", "lr"],
        ["explosion", "--set", "lr=-1"],
        ["explosion", "--set", "standardize=on@5"],
        ["explosion", "--probes", "nothing"],
        ["explosion", "--steps", "3", "--out", "/nowhere/at/all.csv"],
    ],
)
def test_a_wrong_call_is_said_and_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    assert main(["train", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err


def test_without_json_a_person_can_read_it(capsys: pytest.CaptureFixture) -> None:
    assert main(["train", "explosion", "--seed", "10"]) == 0
    out, _err = capsys.readouterr()
    assert out.startswith("Explosion 10: 67 steps")
    assert "infinite" in out


def test_a_probe_that_was_asked_for_and_cannot_measure_says_why(capsys: pytest.CaptureFixture) -> None:
    """A mini-batch of one has no halves; the optimizer of the demo has no second moment, but nobody asked for it."""
    arguments = ["train", "explosion", "--steps", "3", "--set", "batch_size=1", "--probes"]
    assert main([*arguments, "noise_scale,norms"]) == 0
    assert "noise_scale is inactive: A mini-batch of one cannot be split in two" in capsys.readouterr().err
    assert main([*arguments, "default"]) == 0
    assert capsys.readouterr().err == ""
