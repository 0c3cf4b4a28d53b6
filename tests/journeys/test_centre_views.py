"""A person looks at landscape and data in the centre; both follow the timeline, and the rate on the knob."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.training.pace import FULL
from gui.threads.messages import Phase
from gui.training.landscape.line import Profile
from gui.window.main_window import MainWindow

LONG = 60_000


def trained(qtbot: QtBot, window: MainWindow, name: str, values: dict, steps: int = 120) -> None:
    window.scenarios.choose(name)
    window.desk.choose(name)
    window.knobs.turn(values)
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: bool(window.runs.active) and len(window.runs.active.run.table) > steps, timeout=LONG)
    window.training.stop()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    window.stack.fit()
    QApplication.processEvents()


def click_tab(qtbot: QtBot, window: MainWindow, place: int) -> None:
    bar = window.views.bar
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())


def drag_head(qtbot: QtBot, window: MainWindow, x: float) -> int:
    """Drag the head of the timeline, and return the step it shows."""
    strip = window.stack._health
    spot = lambda at: QPoint(round(strip._margins[0] + strip._view().x_pixel(at)), 14)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=spot(x + 5))
    qtbot.mouseMove(strip, spot(x))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=spot(x))
    assert window.looking_back.step is not None
    return window.looking_back.step


def ball(window: MainWindow) -> np.ndarray:
    shown = window.inner.landscape.view._shown
    assert isinstance(shown, Profile)
    return shown.path[-1]


def test_a_small_window_shows_one_view_above_the_timeline_and_a_wide_one_two(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    trained(qtbot, window, "explosion", {"lr": 1e-5})
    assert window.stack._canvas.isVisible() and window.views.shown == "curve"
    click_tab(qtbot, window, 1)
    assert window.inner.landscape.isVisible() and not window.stack._canvas.isVisible()
    assert window.stack._health.isVisible() and window.headline.isVisible()
    strip = window.stack._health
    assert strip._view().width > 400
    window.stack._canvas.ci.layout.setGeometry(QRectF(0, 0, 10, 10))  # as where the curves were never seen
    window.stack._redraw()
    assert strip._view().width > 400
    window.resize(1900, 1000)
    qtbot.waitUntil(window.stack._canvas.isVisible)
    assert window.inner.landscape.isVisible()
    click_tab(qtbot, window, 0)
    assert not window.inner.landscape.isVisible() and window.stack._canvas.isVisible()


def test_the_ball_follows_the_timeline_and_the_rate_lifts_it_out_of_the_bowl(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    trained(qtbot, window, "explosion", {"data": "parabola", "lr": 0.05})
    click_tab(qtbot, window, 1)
    panel = window.inner.landscape
    qtbot.waitUntil(lambda: panel.valley is not None and isinstance(panel.view._shown, Profile), timeout=LONG)
    step = drag_head(qtbot, window, 40.0)
    weights = window.runs.active.run.table.values("weight/0")
    assert ball(window)[0] == pytest.approx(panel.valley.place(weights[step - 1 : step, None])[0, 0], rel=1e-6)
    inside = np.abs(panel.view._shown.ahead[:, 0])
    assert (np.diff(inside) < 0).all()  # at this rate each coming step ends closer
    window.knobs.turn({"lr": 1.2})  # critical at 1
    qtbot.waitUntil(lambda: "farther" in panel.text)
    coming = np.abs(panel.view._shown.ahead[:, 0])
    assert (np.diff(coming) > 0).all()
    window.stack.stop_looking_back()
    qtbot.waitUntil(lambda: ball(window)[0] == pytest.approx(panel.valley.place(weights[-1:, None])[0, 0]))


def test_the_data_and_a_scan_show_the_step_where_the_head_rests(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    trained(qtbot, window, "edge-of-stability", {}, steps=60)
    click_tab(qtbot, window, 1)
    panel = window.inner.landscape
    last = panel.step
    qtbot.waitUntil(lambda: f"step {last}" in panel.text, timeout=LONG)  # scanned by itself
    step = drag_head(qtbot, window, 20.0)
    qtbot.waitUntil(lambda: f"step {step}" in panel.text, timeout=LONG)
    click_tab(qtbot, window, 2)
    qtbot.waitUntil(lambda: window.inner.data.sheet is not None and window.inner.data.sheet.step == step, timeout=LONG)
    window.stack.stop_looking_back()
    qtbot.waitUntil(lambda: window.inner.data.sheet.step == last, timeout=LONG)


def test_the_explosion_opens_beside_its_parabola_on_a_wide_screen_only(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1900, 1000)
    trained(qtbot, window, "explosion", {"lr": 1e-5}, steps=20)
    qtbot.waitUntil(lambda: window.views.shown == "landscape")
    assert window.stack._canvas.isVisible() and window.inner.landscape.isVisible()
    click_tab(qtbot, window, 0)
    window.resize(1800, 1000)
    QApplication.processEvents()
    assert window.views.shown == "curve"  # as the person has chosen
