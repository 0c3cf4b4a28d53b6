"""What comes at once from other threads is handed on a little in each turn of the event loop, all of it, in order."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from gui.runs.logs import arriving
from gui.runs.logs.arriving import ArrivingRuns
from gui.threads import worker
from gui.threads.worker import InTurns
from gui.window.main_window import MainWindow
from overshoot.home import runs_folder


class Clock:
    """A clock that what is called advances."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(worker, "time", made)
    return made


@pytest.mark.parametrize("seed", range(5))
def test_each_turn_ends_soon_and_all_is_handed_on_in_order(clock: Clock, seed: int, qtbot: QtBot) -> None:
    draw, parent = np.random.default_rng(seed), QObject()
    turns, handed = InTurns(parent), list[int]()
    costs = draw.exponential(worker.TURN_SECONDS / 2, 60)

    def take(number: int) -> None:
        handed.append(number)
        clock.now += costs[number]
        if number == 30:
            turns.add(take, 59)  # what comes meanwhile waits behind the rest

    for number in range(59):
        turns.add(take, number)
    while len(handed) < 60:
        before, began = len(handed), clock.now
        QCoreApplication.processEvents()
        if len(handed) > before:
            assert clock.now - began <= worker.TURN_SECONDS + costs[handed[-1]]
    assert handed == list(range(60))


def test_what_fails_keeps_nothing_else_back(qtbot: QtBot) -> None:
    parent, handed = QObject(), list[int]()
    turns = InTurns(parent)
    turns.add(lambda: 1 // 0)
    turns.add(handed.append, 1)
    with qtbot.captureExceptions() as raised:
        qtbot.waitUntil(lambda: handed == [1])
    assert [kind for kind, _error, _trace in raised] == [ZeroDivisionError]


def test_nothing_is_handed_on_after_the_end(qtbot: QtBot) -> None:
    parent, handed = QObject(), list[int]()
    turns = InTurns(parent)
    turns.add(handed.append, 1)
    turns.clear()
    turns.add(handed.append, 2)
    qtbot.waitUntil(lambda: bool(handed))
    assert handed == [2]


def arrive(number: int, rows: int = 30) -> Path:
    file = runs_folder() / f"run-{number}" / arriving.FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = {"step": list(range(1, rows + 1)), "loss": [number + 1 / (row + 1) for row in range(rows)]}
    head = {"overshoot": 1, "name": f"run {number}", "optimizers": []}
    file.write_text("".join(json.dumps(item) + "\n" for item in (head, {"rows": columns})))
    return file


def test_a_look_at_many_files_is_spread_over_looks(
    qtbot: QtBot, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "LOOK_SECONDS", -1.0)
    parent, found = QObject(), list[Path]()
    looking = ArrivingRuns(parent)
    looking._timer.stop()
    looking.arrived.connect(found.append)
    files = {arrive(number, rows=1 if number % 3 == 0 else 2) for number in range(12)}
    short = {file for file in files if int(file.parent.name.removeprefix("run-")) % 3 == 0}
    for _look in range(12):
        before = len(found)
        looking.look()
        assert len(found) <= before + 1
    assert set(found) == files - short and len(found) == 8  # those with too few rows keep no other one back
    for file in short:
        arrive(int(file.parent.name.removeprefix("run-")))
    for _look in range(2 * len(short)):
        looking.look()
    assert set(found) == files and len(found) == 12


def test_runs_that_arrive_at_once_are_all_shown_one_in_each_turn(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TURN_SECONDS", -1.0)
    seen = [0]
    window.arriving.is_on = False  # each is read once
    files = [arrive(number) for number in range(8)]
    window.open_files(files)
    while not (len(window.runs) == 8 and all(shown.events is not None for shown in window.runs.all)):
        before = len(window.runs)
        QCoreApplication.processEvents()
        seen.append(len(window.runs) - before)
    assert max(seen) == 1
    assert [shown.run.name for shown in window.runs.all] == [f"run {number}" for number in range(8)]
    assert window.runs.active is window.runs.all[-1]
    assert not window.opening.waiting
