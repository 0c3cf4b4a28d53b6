"""What was changed is taken back in its order, one stroke at a time, and never by halves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.scenarios.base import all_scenarios
from gui.history import Deed, History
from gui.training.knobs.history import KnobHistory
from gui.training.knobs.panel import Knobs
from gui.training.knobs.row import KnobRow
from gui.window.keyboard.keys import KeepKeys
from gui.window.main_window import MainWindow


@given(st.lists(st.integers() | st.sampled_from(["undo", "redo"]), max_size=60))
def test_any_walk_through_the_history_stands_where_a_list_of_states_says(moves: list[int | str]) -> None:
    history, now = History(), [0]

    def put(value: int) -> None:
        now[0] = value

    states, place = [0], 0
    for move in moves:
        if move == "undo":
            history.undo()
            place = max(0, place - 1)
        elif move == "redo":
            history.redo()
            place = min(len(states) - 1, place + 1)
        else:
            before, after = now[0], int(move)
            put(after)
            history.did(Deed(lambda v=before: put(v), lambda v=after: put(v)))  # type: ignore[misc]
            states, place = [*states[: place + 1], after], place + 1
        assert now[0] == states[place]
        assert (history.can_undo, history.can_redo) == (place > 0, place < len(states) - 1)


def made(qtbot: QtBot) -> tuple[Knobs, History]:
    knobs, history = Knobs(), History()
    qtbot.addWidget(knobs)
    knobs.show_scenario(all_scenarios()["late-rise"])
    KnobHistory(knobs, history, knobs)
    return knobs, history


def drag(row: KnobRow, *positions: int) -> None:
    assert row._slider is not None
    row._slider.setSliderDown(True)
    for position in positions:
        row._slider.setSliderPosition(position)
        row._slider.sliderMoved.emit(position)
        row._dragged()  # as the timer does
    row._slider.setSliderDown(False)


def test_a_drag_is_one_change(qtbot: QtBot) -> None:
    knobs, history = made(qtbot)
    row = knobs._rows["lr"]
    default = row.value
    drag(row, 250, 300, 350)
    drag(row, 100)
    assert row.value == row._scale.value(100)
    history.undo()
    assert row.value == row._scale.value(350)
    history.undo()
    assert row.value == default
    assert not history.can_undo
    history.redo()
    assert row.value == row._scale.value(350)


def test_resetting_all_is_one_change(qtbot: QtBot) -> None:
    knobs, history = made(qtbot)
    knobs.turn({"lr": 0.5, "beta1": 0.8})
    qtbot.waitUntil(lambda: history.can_undo)
    knobs.reset_all()
    assert knobs.values == {}
    with qtbot.waitSignal(history.changed):
        pass
    history.undo()
    assert knobs.values == {"lr": 0.5, "beta1": 0.8}


def test_a_refused_value_is_no_change(qtbot: QtBot) -> None:
    knobs, history = made(qtbot)
    knobs.turn({"lr": -1.0})
    assert knobs._rows["lr"]._wrong.text()
    qtbot.wait(1)  # one turn of the event loop, in which a deed would be written
    assert not history.can_undo


def test_the_knobs_of_another_demo_have_a_history_of_their_own(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    window.knobs.turn({"lr": 0.5})
    qtbot.waitUntil(window.actions_["undo"].isEnabled)
    window.scenarios.choose("late-rise")
    assert not window.actions_["undo"].isEnabled()
    assert window.knobs.values == {}


@pytest.fixture
def keys(qapp: QApplication) -> Iterator[None]:
    """As the started program has them."""
    keeping = KeepKeys(qapp)
    yield
    qapp.focusChanged.disconnect(keeping._follow)


def test_ctrl_z_in_a_field_takes_back_typing_first_and_then_the_knob(
    qtbot: QtBot, window: MainWindow, keys: None
) -> None:
    window.scenarios.choose("explosion")
    window.activateWindow()
    row = window.knobs._rows["lr"]
    field = row._field
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(window.actions_["undo"].isEnabled)
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "0.5"
    assert row.value == 0.5
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert row.value == row.setting.default
    qtbot.keyClick(field, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert row.value == 0.5
