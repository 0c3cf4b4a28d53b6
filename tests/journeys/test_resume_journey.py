"""A training is interrupted; at the next start the window offers to resume it, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.library import Library
from engine.training.pace import FULL
from gui.threads.messages import Phase
from gui.window.main_window import MainWindow

LONG = 20_000  # milliseconds; the first start imports torch


def train(qtbot: QtBot, window: MainWindow, name: str, pace: float) -> None:
    window.scenarios.choose(name)
    window.desk.set_pace(pace)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.actions_["start"].trigger()


def losses(window: MainWindow) -> np.ndarray:
    assert window.runs.active is not None
    return window.runs.active.run.table.values("loss").copy()


def opened_again(qtbot: QtBot, window: MainWindow) -> MainWindow:
    later = MainWindow(window.remembered, window.themes)
    qtbot.addWidget(later)
    later.show()
    qtbot.waitExposed(later)
    return later


def test_a_training_goes_on_where_the_window_was_closed(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, "explosion", pace=30.0)  # not over by then on a busy machine
    qtbot.waitUntil(lambda: len(losses(window)) > 20, timeout=LONG)
    window.close()
    before, kept_id = losses(window), window.runs.active.run.id  # type: ignore[union-attr]
    later = opened_again(qtbot, window)
    qtbot.waitUntil(lambda: bool(later.interrupted.text))
    assert "Explosion" in later.interrupted.text
    later.desk.set_pace(FULL)
    later.interrupted.resume.click()
    qtbot.waitUntil(lambda: later.training.phase is Phase.ENDED, timeout=LONG)
    assert later.runs.active is not None
    assert later.runs.active.run.id == kept_id
    assert np.array_equal(losses(later)[: len(before)], before, equal_nan=True)
    whole = losses(later)
    later.scenarios.choose("explosion")
    with qtbot.waitSignal(later.training.ended, timeout=LONG):
        later.actions_["restart"].trigger()
    assert np.array_equal(losses(later), whole, equal_nan=True)
    later.close()


def test_a_complete_run_is_in_the_library_and_nothing_is_asked(
    qtbot: QtBot, window: MainWindow, own_home: Path
) -> None:
    train(qtbot, window, "explosion", pace=FULL)
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    shown = window.runs.active
    window.close()
    library = Library()
    assert library.interrupted() == []
    run, events = library.load(library.entries()[0].id)
    library.close()
    assert shown is not None
    assert np.array_equal(run.table.values("loss"), shown.run.table.values("loss"), equal_nan=True)
    assert {event.id for event in events} == {event.id for event in shown.events or ()}


def test_an_interrupted_run_is_opened_as_it_is_and_not_asked_about_again(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, "explosion", pace=30.0)  # not over by then on a busy machine
    qtbot.waitUntil(lambda: len(losses(window)) > 20, timeout=LONG)
    window.close()
    later = opened_again(qtbot, window)
    qtbot.waitUntil(lambda: bool(later.interrupted.text))
    later.interrupted.open_it.click()
    assert np.array_equal(losses(later), losses(window), equal_nan=True)
    assert later.library.library.interrupted() == []
    later.close()


def test_a_library_that_cannot_be_written_is_said_and_the_training_goes_on(
    qtbot: QtBot, window: MainWindow, own_home: Path
) -> None:
    window.library._path = own_home / "a folder"
    (own_home / "a folder").mkdir()
    train(qtbot, window, "late-rise", pace=30.0)  # long enough that it has not ended by then on a machine under load
    qtbot.waitUntil(lambda: "a folder" in window.notice.text, timeout=LONG)
    have = len(losses(window))
    qtbot.waitUntil(lambda: len(losses(window)) > have, timeout=LONG)


@pytest.fixture(autouse=True)
def is_not_asked_for_old_runs(own_home: Path) -> None:
    """Each test has a library of its own."""
    assert not (own_home / "library.db").exists()
