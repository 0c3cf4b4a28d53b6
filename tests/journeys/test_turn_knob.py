"""A person drags a knob while the demo trains: it takes effect, the run records it, and undo turns it back."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from engine.run import Run
from engine.training.pace import FULL
from gui.threads.messages import Order, Phase
from gui.window.main_window import MainWindow

LONG = 20_000  # milliseconds; the first start imports torch


def handle_of(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style = slider.style()
    return style.subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    ).center()


def drag(slider: QSlider, *shifts: int) -> None:
    """With the mouse, by so many pixels from where the handle is."""
    start = handle_of(slider)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for shift in shifts:
        QTest.mouseMove(slider, start + QPoint(shift, 0))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(shifts[-1], 0))


def active_run(window: MainWindow) -> Run:
    assert window.runs.active is not None
    return window.runs.active.run


def test_a_knob_is_dragged_while_it_trains_and_undone(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("late-rise")
    window.desk.set_pace(100.0)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.actions_["start"].trigger()
    run = active_run(window)
    qtbot.waitUntil(lambda: len(run.table) > 5, timeout=LONG)
    row = window.knobs._rows["lr"]
    before = row.value
    assert row._slider is not None
    drag(row._slider, 5, 15, 30)
    dragged = row.value
    assert dragged > before  # type: ignore[operator]
    qtbot.waitUntil(lambda: bool(run.changes) and run.changes[-1].after == dragged, timeout=LONG)
    assert run.changes[0].before == before
    assert [mark.row for mark in run.marks()] == [change.row for change in run.changes]
    turned_at = run.changes[-1].row
    qtbot.waitUntil(lambda: len(run.table) > turned_at + 3, timeout=LONG)
    rates = run.table.values("lr")
    assert np.all(rates[: run.changes[0].row] == before)
    assert rates[turned_at] == dragged

    window.actions_["undo"].trigger()
    assert row.value == before
    qtbot.waitUntil(lambda: run.changes[-1].after == before, timeout=LONG)
    undone_at = run.changes[-1].row
    assert undone_at > turned_at
    qtbot.waitUntil(lambda: len(run.table) > undone_at, timeout=LONG)
    assert run.table.values("lr")[undone_at] == before

    window.actions_["redo"].trigger()
    qtbot.waitUntil(lambda: run.changes[-1].after == dragged, timeout=LONG)
    window.actions_["stop"].trigger()


def test_trying_a_remedy_on_a_live_run_can_be_undone(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("late-rise")
    window.desk.set_pace(100.0)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.actions_["start"].trigger()
    run = active_run(window)
    window.desk.try_settings({"lr": 1e-5})
    qtbot.waitUntil(lambda: len(run.changes) == 1, timeout=LONG)
    assert len(window.runs) == 1
    turned_at = run.changes[0].row
    qtbot.waitUntil(lambda: len(run.table) > turned_at, timeout=LONG)  # before it took effect nothing would be recorded
    qtbot.waitUntil(window.actions_["undo"].isEnabled, timeout=LONG)  # the training may be quicker than the window
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: len(run.changes) == 2, timeout=LONG)
    assert run.changes[1].after == run.changes[0].before


def test_each_remedy_of_the_story_is_tried_by_itself_beside_the_runs_before(qtbot: QtBot, window: MainWindow) -> None:
    """What the first try changed goes back with the second; what the person turned stays."""
    window.scenarios.choose("explosion")
    window.knobs.turn({"epochs": 1})
    window.desk.set_pace(FULL)
    for number, values in enumerate(({}, {"standardize": True}, {"lr": 1e-4}, {"lr": 1e-5, "clip_norm": 1.0}), 1):
        window.story.try_wanted.emit(values)
        qtbot.waitUntil(lambda: len(window.runs) == number, timeout=LONG)  # noqa: B023
        qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
        assert window.knobs.values == {"epochs": 1, **values}
        assert {key: active_run(window).settings[key] for key in values} == values
    assert len({shown.run.origin.seed for shown in window.runs.all}) == 1
    assert all(shown.is_visible for shown in window.runs.all)


def test_the_story_of_another_demo_than_the_active_run_tries_its_own(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    window.desk.set_pace(FULL)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.actions_["start"].trigger()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    window.scenarios.choose("kick-in")
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.story.try_wanted.emit({"init": "kaiming"})
    window.actions_["stop"].trigger()
    assert active_run(window).origin.scenario == "kick-in"


def test_the_knobs_show_the_active_run(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("healthy")
    window.desk.set_pace(FULL)
    with qtbot.waitSignal(window.training.ended, timeout=LONG):
        window.actions_["start"].trigger()
    first = active_run(window)
    rate = window.knobs._rows["lr"].value
    lower = float(rate) / 4  # type: ignore[arg-type]
    order = Order("healthy", seed=3, settings={"lr": lower})
    with qtbot.waitSignal(window.training.ended, timeout=LONG):
        window.desk.start_beside(order)
    assert active_run(window) is not first
    assert window.knobs._rows["lr"].value == lower
    assert window.knobs.seed == 3
    window.runs.activate(0)
    assert window.knobs._rows["lr"].value == rate
    assert window.knobs.seed == first.origin.seed
    assert not window.knobs.is_dragged


def test_a_knob_of_an_ended_run_does_not_turn_the_one_that_trains(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("healthy")
    window.desk.set_pace(FULL)
    with qtbot.waitSignal(window.training.ended, timeout=LONG):
        window.actions_["start"].trigger()
    window.desk.set_pace(20.0)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.desk.start_beside(Order("healthy", seed=4))
    live = active_run(window)
    window.runs.activate(0)
    window.knobs.turn({"lr": 0.5})
    qtbot.waitUntil(lambda: len(live.table) > 3, timeout=LONG)
    assert live.changes == []
    window.runs.activate(1)
    assert window.knobs._rows["lr"].value == live.settings["lr"]
    window.knobs.turn({"lr": 0.02})
    qtbot.waitUntil(lambda: [change.after for change in live.changes] == [0.02], timeout=LONG)
