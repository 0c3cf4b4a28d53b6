"""What was changed is taken back in its order, one stroke at a time, and never by halves."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.run import Origin, OriginKind, Run
from engine.scenarios.base import all_scenarios
from engine.series import LossSeries
from engine.table import MetricTable
from gui.training.knobs.history import KnobHistory
from gui.training.knobs.panel import Knobs
from gui.training.knobs.row import KnobRow
from gui.window.keyboard.keys import KeepKeys
from gui.window.main_window import MainWindow
from gui.window.undo import MOST


class Put(QUndoCommand):
    """Puts a number in the place of another one."""

    def __init__(self, now: list[int], after: int) -> None:
        super().__init__()
        self._now, self._before, self._after = now, now[0], after

    def redo(self) -> None:
        self._now[0] = self._after

    def undo(self) -> None:
        self._now[0] = self._before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, 2**31) | st.sampled_from(["undo", "redo"]), max_size=60))
def test_any_walk_through_the_history_stands_where_a_list_of_states_says(
    window: MainWindow, moves: list[int | str]
) -> None:
    stack, now = window.undoing.stack, [0]
    stack.clear()
    states, place = [0], 0
    for move in moves:
        if move == "undo":
            window.undoing.undo()
            place = max(0, place - 1)
        elif move == "redo":
            window.undoing.redo()
            place = min(len(states) - 1, place + 1)
        else:
            stack.push(Put(now, int(move)))
            states, place = [*states[: place + 1], int(move)], place + 1
        assert now[0] == states[place]
        can = (window.actions_["undo"].isEnabled(), window.actions_["redo"].isEnabled())
        assert can == (place > 0, place < len(states) - 1)


def test_commands_outlive_their_python_names(window: MainWindow) -> None:
    stack, now = window.undoing.stack, [0]
    for value in range(1, 251):
        stack.push(Put(now, value))
    gc.collect()
    assert stack.count() == MOST
    while stack.canUndo():
        stack.undo()
    assert now == [250 - MOST]


def made(qtbot: QtBot) -> tuple[Knobs, QUndoStack]:
    knobs, stack = Knobs(), QUndoStack()
    qtbot.addWidget(knobs)
    knobs.show_scenario(all_scenarios()["late-rise"])
    KnobHistory(knobs, stack, knobs)
    return knobs, stack


def drag(row: KnobRow, *positions: int) -> None:
    assert row._slider is not None
    row._slider.setSliderDown(True)
    for position in positions:
        row._slider.setSliderPosition(position)
        row._slider.sliderMoved.emit(position)
        row._dragged()  # as the timer does
    row._slider.setSliderDown(False)


def test_a_drag_is_one_change(qtbot: QtBot) -> None:
    knobs, stack = made(qtbot)
    row = knobs._rows["lr"]
    default = row.value
    drag(row, 250, 300, 350)
    drag(row, 100)
    assert row.value == row._scale.value(100)
    stack.undo()
    assert row.value == row._scale.value(350)
    stack.undo()
    assert row.value == default
    assert not stack.canUndo()
    stack.redo()
    assert row.value == row._scale.value(350)


def test_resetting_all_is_one_change(qtbot: QtBot) -> None:
    knobs, stack = made(qtbot)
    knobs.turn({"lr": 0.5, "beta1": 0.8})
    qtbot.waitUntil(stack.canUndo)
    knobs.reset_all()
    assert knobs.values == {}
    with qtbot.waitSignal(stack.indexChanged):
        pass
    stack.undo()
    assert knobs.values == {"lr": 0.5, "beta1": 0.8}


def test_a_refused_value_is_no_change(qtbot: QtBot) -> None:
    knobs, stack = made(qtbot)
    knobs.turn({"lr": -1.0})
    assert knobs._rows["lr"]._wrong.text()
    qtbot.wait(1)  # one turn of the event loop, in which a command would be pushed
    assert not stack.canUndo()


def test_the_knobs_of_another_demo_have_a_history_of_their_own(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    window.knobs.turn({"lr": 0.5})
    qtbot.waitUntil(window.actions_["undo"].isEnabled)
    window.scenarios.choose("late-rise")
    assert not window.actions_["undo"].isEnabled()
    assert window.knobs.values == {}


def test_another_demo_leaves_removed_runs_on_the_stack(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    window.runs.add(Run("log", MetricTable(("step", "loss")), (LossSeries("loss"),), Origin(OriginKind.LOG)))
    window.undoing.remove_active()
    for value in (0.5, 0.25):
        window.knobs.turn({"lr": value})
        qtbot.wait(1)
    window.undoing.undo()
    assert window.undoing.stack.count() == 3
    window.scenarios.choose("late-rise")
    assert not window.actions_["redo"].isEnabled()
    window.undoing.undo()
    assert len(window.runs) == 1
    window.undoing.redo()
    assert len(window.runs) == 0


@pytest.fixture
def keys(qapp: QApplication) -> Iterator[None]:
    """As the started program has them."""
    keeping = KeepKeys(qapp)
    yield
    qapp.focusChanged.disconnect(keeping._on_focus_changed)


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
