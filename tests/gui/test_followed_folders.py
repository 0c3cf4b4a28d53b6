"""A followed log of several files shows what it would show if it were opened anew, whenever a file appears."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.logs.following import Follower
from engine.logs.reading import open_log
from engine.run import Run
from gui.window.main_window import MainWindow

HEAD = {"overshoot": 1, "name": "mine", "optimizers": []}


def add_rank(folder: Path, rank: int, rows: int) -> None:
    """Append rows to the file of a rank, which may be new."""
    file = folder / ("run.jsonl" if rank == 0 else f"run.{rank}.jsonl")
    first = sum("rows" in line for line in file.read_text().splitlines()) * 10 if file.exists() else 0
    with file.open("a") as stream:
        if not first and not file.stat().st_size:
            stream.write(json.dumps(HEAD) + "\n")
        for start in range(first, first + rows, 10):
            steps = list(range(start + 1, start + 11))
            stream.write(json.dumps({"rows": {"step": steps, "loss": [rank + 1 / step for step in steps]}}) + "\n")


def add_table(folder: Path, place: int, rows: int) -> None:
    """Append rows to one of several tables, which may be new."""
    file = folder / f"{'cabd'[place]}.csv"
    first = len(file.read_text().splitlines()) - 1 if file.exists() else 0
    with file.open("a") as stream:
        stream.write("" if first else "step,loss\n")
        stream.writelines(f"{step},{place + 1 / (step + 1)}\n" for step in range(first, first + rows))


def told(runs: list[Run]) -> list[tuple]:
    return [(run.name, run.origin.path, run.series, run.x, run.table.values("loss").tolist()) for run in runs]


WAYS = {"ranks": add_rank, "tables": add_table}


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_files_that_appear_are_read_as_in_a_new_reading(
    way: Callable[[Path, int, int], None], order: tuple[int, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "of several"
    folder.mkdir()
    if way is add_rank:
        order = (0, *(rank for rank in order if rank))  # without the first rank's file it is no run
    draw = np.random.default_rng(sum(order))
    way(folder, order[0], 20)
    follower = Follower(folder)
    kept = follower.runs[0]
    for count in range(1, 4):
        for place in order[:count]:
            way(folder, place, 10 * int(draw.integers(1, 3)))
            assert follower.poll()
            assert told(follower.runs) == told(open_log(folder))
            assert any(run is kept for run in follower.runs)  # what is drawn of it stays
    assert follower.generation == 0
    assert not follower.poll()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("has_grown", [False, True])
def test_the_window_adds_what_appears_and_leaves_the_rest(
    way: Callable[[Path, int, int], None], has_grown: bool, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "of several"
    folder.mkdir()
    way(folder, 0, 20)
    window.open_files([folder])
    qtbot.waitUntil(lambda: len(window.runs) == 1 and window.runs.all[0].events is not None)
    shown = window.runs.all[0]
    first = shown.run.id
    if has_grown:
        way(folder, 0, 10)
        qtbot.waitUntil(lambda: len(shown.run.table) == 30)
    for count in (2, 3):
        way(folder, count - 1, 20)
        qtbot.waitUntil(lambda count=count: len(window.runs) == count)
    runs = lambda: [shown.run for shown in window.runs.all]
    assert told(runs()) == told(open_log(folder))
    assert window.runs.active is shown and shown.run.id == first
    assert len({run.id for run in runs()}) == 3
    assert not window.notice.text  # nothing was truncated or replaced
    qtbot.waitUntil(lambda: all(one.events is not None for one in window.runs.all))
    for place in range(3):
        way(folder, place, 10)
    qtbot.waitUntil(lambda: told(runs()) == told(open_log(folder)))
    assert window.run_panel.lines.rowCount() == 3


def test_a_run_that_was_removed_does_not_come_back_with_another(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    for place in range(2):
        add_table(tmp_path, place, 20)
    window.open_files([tmp_path])
    qtbot.waitUntil(lambda: len(window.runs) == 2)
    gone = window.runs.remove_active()
    add_table(tmp_path, 2, 20)
    qtbot.waitUntil(lambda: len(window.runs) == 2)
    assert gone is not None and gone.id not in [shown.run.id for shown in window.runs.all]
    window.runs.restore()
    assert {shown.run.name for shown in window.runs.all} == {run.name for run in open_log(tmp_path)}


def test_a_file_is_shown_once_it_has_enough_points_and_renamed_runs_keep_their_names(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "of several"
    folder.mkdir()
    add_rank(folder, 0, 20)
    window.open_files([folder])
    qtbot.waitUntil(lambda: len(window.runs) == 1 and window.runs.all[0].events is not None)
    window.library.rename(window.runs.all[0].run, "a name of my own")
    (folder / "run.1.jsonl").write_text(json.dumps(HEAD) + "\n")
    add_rank(folder, 0, 10)
    qtbot.waitUntil(lambda: len(window.runs.all[0].run.table) == 30)
    assert len(window.runs) == 1
    add_rank(folder, 1, 20)
    qtbot.waitUntil(lambda: len(window.runs) == 2)
    assert [shown.run.name for shown in window.runs.all] == ["a name of my own", "mine: run.1"]
