"""A log that grows is followed: appended bytes only, truncation and rotation are noticed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.logs import open_log
from engine.logs.following import Follower

START = {
    "table": "epoch,loss,acc\n0,1.0,50\n1,0.5,60\n2,0.4,70\n",
    "json lines": "".join(json.dumps({"step": i, "train": {"loss": 1.0 / (i + 1)}}) + "\n" for i in range(4)),
    "text": "".join(f"Epoch {i}/9 - loss: {1.0 / (i + 1):.4f} - val_loss: 2.0\n" for i in range(4)),
}
MORE = {
    "table": "3,0.3,80\n4,,90\n5,nan,95\n",
    "json lines": "".join(json.dumps({"step": i, "train": {"loss": 1.0 / (i + 1)}}) + "\n" for i in range(4, 6)),
    "text": "".join(f"Epoch {i}/9 - loss: {1.0 / (i + 1):.4f} - val_loss: 2.0\n" for i in range(4, 6)),
}


def append(path: Path, text: str) -> None:
    with path.open("a", newline="") as stream:
        stream.write(text)


@pytest.mark.parametrize("kind", START)
def test_appended_rows_equal_a_fresh_reading(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "growing.log"
    append(path, START[kind])
    follower = Follower(path)
    table = follower.runs[0].table
    append(path, MORE[kind])
    assert follower.poll()
    assert not follower.poll()
    (fresh,) = open_log(path)
    assert follower.runs[0].table is table
    assert set(table.columns) == set(fresh.table.columns)
    for name in table.columns:
        mine, whole = table.series(name), fresh.table.series(name)
        np.testing.assert_array_equal(mine.rows, whole.rows)
        np.testing.assert_array_equal(mine.values, whole.values)
    assert follower.generation == 0


@pytest.mark.parametrize("kind", START)
def test_rows_may_come_byte_by_byte(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "growing.log"
    append(path, START[kind])
    follower = Follower(path)
    for character in MORE[kind]:
        append(path, character)
        follower.poll()
    (fresh,) = open_log(path)
    name = fresh.series[0].name
    np.testing.assert_array_equal(follower.runs[0].table.values(name), fresh.table.values(name))


def test_only_appended_bytes_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "loss.csv"
    append(path, START["table"])
    follower = Follower(path)
    append(path, MORE["table"])
    monkeypatch.setattr("engine.logs.following.fitting_formats", None)  # a second reading from the start would fail
    assert follower.poll()
    assert len(follower.runs[0].table) == 6


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "loss.csv"
    append(path, "step,loss\n0,1.0\n1,0.5\n2,0.")
    follower = Follower(path)
    assert len(follower.runs[0].table) == 2
    append(path, "25\n")
    assert follower.poll()
    assert follower.runs[0].table.values("loss").tolist() == [1.0, 0.5, 0.25]


@pytest.mark.parametrize("kind", START)
def test_truncation_begins_a_new_run(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "growing.log"
    append(path, START[kind] + MORE[kind])
    follower = Follower(path)
    before = follower.runs[0]
    path.write_text(START[kind])
    assert follower.poll()
    assert follower.generation == 1
    assert follower.runs[0] is not before
    assert len(follower.runs[0].table) < len(before.table)


def test_rotation_to_a_longer_file_begins_a_new_run(tmp_path: Path) -> None:
    path, other = tmp_path / "loss.csv", tmp_path / "new.csv"
    append(path, "step,loss\n0,1.0\n1,0.5\n")
    follower = Follower(path)
    append(other, "step,loss\n0,9.0\n1,8.0\n2,7.0\n3,6.0\n")
    other.replace(path)
    assert follower.poll()
    assert follower.generation == 1
    assert follower.runs[0].table.values("loss").tolist() == [9.0, 8.0, 7.0, 6.0]


def test_a_file_may_be_missing_and_empty_at_first(tmp_path: Path) -> None:
    path = tmp_path / "loss.csv"
    follower = Follower(path)
    assert not follower.runs
    path.touch()
    assert not follower.poll()
    append(path, "step,loss\n0,1.0\n1,0.5\n")
    assert follower.poll()
    assert len(follower.runs) == 1


def test_a_document_that_is_written_anew_keeps_its_table(tmp_path: Path) -> None:
    path = tmp_path / "trainer_state.json"
    entries = [{"step": i, "loss": 1.0 / (i + 1), "epoch": i / 10} for i in range(8)]
    path.write_text(json.dumps({"log_history": entries[:5]}))
    follower = Follower(path)
    table = follower.runs[0].table
    path.write_text(json.dumps({"log_history": entries}))
    assert follower.poll()
    assert follower.runs[0].table is table
    assert table.values("loss").tolist() == [1.0 / (i + 1) for i in range(8)]


def test_a_folder_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    append(path, "epoch,step,train_loss,val_loss\n0,1,1.0,\n0,2,0.9,\n0,2,,1.1\n")
    follower = Follower(tmp_path)
    append(path, "1,3,0.8,\n")
    assert follower.poll()
    assert follower.runs[0].table.values("train_loss").tolist() == [1.0, 0.9, 0.8]
