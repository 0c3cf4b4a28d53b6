"""A person scrubs the timeline: knobs and readings show that step, and another run branches from there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.training.pace import FULL
from gui.plots.shown.picture import Picture
from gui.threads.messages import Phase
from gui.window.main_window import MainWindow


def trained(qtbot: QtBot, window: MainWindow) -> None:
    """A short run of the healthy demo whose learning rate was turned on the way."""
    window.scenarios.choose("explosion")
    window.desk.choose("explosion")
    window.desk.knobs.turn({"lr": 1e-5})
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    run = lambda: window.runs.active.run if window.runs.active else None
    qtbot.waitUntil(lambda: run() is not None and len(run().table) > 240, timeout=60_000)
    window.desk.knobs.turn({"lr": 2e-5})
    qtbot.waitUntil(lambda: bool(run().changes), timeout=20_000)
    rows = len(run().table)
    qtbot.waitUntil(lambda: len(run().table) > rows + 60, timeout=60_000)
    window.training.stop()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=20_000)
    QApplication.processEvents()
    window.stack.fit()
    QApplication.processEvents()


def spot(window: MainWindow, x: float) -> QPoint:
    strip = window.stack._health
    return QPoint(round(strip._margins[0] + strip._view().x_pixel(x)), 14)


def test_dragging_the_head_shows_that_step_and_a_branch_starts_there(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    trained(qtbot, window)
    run, strip = window.runs.active.run, window.stack._health
    assert len(strip._ticks) >= 2  # the checkpoints
    begin = strip._ticks[1]
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=spot(window, begin + 10))
    qtbot.mouseMove(strip, spot(window, begin + 20))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=spot(window, begin + 20))
    assert strip._head == pytest.approx(begin + 20, abs=3)
    assert window.desk.knobs.values["lr"] == pytest.approx(1e-5)  # as it was then
    entry = window.stack.panes[0].header.entries[0]
    assert float(entry.value.replace("\u202f", "")) == pytest.approx(
        float(run.table.values("loss")[round(strip._head) - 1]), rel=1e-3
    )
    with qtbot.waitSignal(window.training.run_started, timeout=20_000):
        window.stack.branch_wanted.emit(round(strip._head) - 1)
    branch = window.runs.active.run
    assert branch is not run and branch.name.startswith(f"{run.name} from step ")
    qtbot.waitUntil(lambda: len(branch.table) > 5, timeout=20_000)
    assert branch.table.values("step")[0] - 1 == begin
    assert branch.settings_at()["lr"] == pytest.approx(1e-5)
    assert strip._head is None
    window.training.stop()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=20_000)


def test_a_place_on_the_timeline_is_below_the_same_place_of_the_plots(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    stack = window.stack
    pane = stack.panes[0]
    for x in (20.0, 90.0, 150.0):
        above = pane.box.mapToScene(pane.view.x_pixel(x), 0.0)
        on_screen = stack._canvas.mapTo(stack, stack._canvas.mapFromScene(above)).x()
        assert abs(on_screen - spot(window, x).x()) <= 2
    window.stack._head.look_back(30.0)
    window.stack.stop_looking_back()
    assert window.desk.knobs.values["lr"] == pytest.approx(2e-5)  # the present again


def test_checkpoints_are_marked_before_or_after_the_rows_came_and_follow_the_axis(
    qtbot: QtBot, window: MainWindow
) -> None:
    trained(qtbot, window)
    stack, picture = window.stack, window.stack.picture
    steps = window.training.rewind_points_of(window.runs.active.run).steps
    stack.show_picture(Picture())
    stack.show_checkpoints(steps)  # no row is there yet
    assert stack._health._ticks == ()
    stack.show_picture(picture)
    assert stack._health._ticks == steps
    stack.set_x("epoch")
    assert stack._health._ticks[1:] == pytest.approx([stack.x_of(step - 1) for step in steps[1:]])
    assert stack._health._ticks != steps
