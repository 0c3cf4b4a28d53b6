"""Knobs feel like an instrument: coarse and fine, wheel on focus, double click, the unstable zone, few in view."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.events import Severity
from engine.run import Change, Origin, OriginKind, Run
from engine.scenarios.base import all_scenarios
from engine.series import LossSeries
from engine.table import MetricTable
from engine.tasks.settings import SETTINGS
from engine.training.pace import FULL
from gui.look.theme import current_theme
from gui.plots.shown.scenery import strokes_of
from gui.training.knobs.limits import NEAR_ROWS, StableRate, stable_rate
from gui.training.knobs.panel import IN_VIEW, Knobs
from gui.training.knobs.row import KnobRow
from gui.training.knobs.scale import POSITIONS
from gui.training.knobs.track import FINE, WHEEL_STEPS, KnobTrack
from gui.window.main_window import MainWindow

LONG = 20_000  # milliseconds; the first start imports torch


@pytest.fixture
def row(qtbot: QtBot) -> KnobRow:
    made = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(made)
    made.resize(240, 60)
    made.show()
    qtbot.waitExposed(made)
    return made


def track(row: KnobRow) -> KnobTrack:
    assert row._slider is not None
    return row._slider


def drag(slider: KnobTrack, pixels: int, keys: Qt.KeyboardModifier) -> int:
    """Drag the handle and return by how many positions it moved."""
    before, start = slider.sliderPosition(), slider._handle().center().toPoint()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, keys, start)
    at = start + QPoint(pixels, 0)
    QApplication.sendEvent(slider, _move(slider, at, keys))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, keys, at)
    return slider.sliderPosition() - before


def _move(slider: KnobTrack, at: QPoint, keys: Qt.KeyboardModifier):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    place = QPointF(at)
    held = Qt.MouseButton.LeftButton
    return QMouseEvent(QEvent.Type.MouseMove, place, slider.mapToGlobal(place), held, held, keys)


def wheel(slider: KnobTrack, notches: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> bool:
    """Turn the wheel over a slider; whether it took it."""
    event = QWheelEvent(
        QPointF(5, 5), slider.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(slider, event)
    return event.isAccepted()


def test_shift_turns_ten_times_as_finely(row: KnobRow) -> None:
    coarse = drag(track(row), 40, Qt.KeyboardModifier.NoModifier)
    row.reset()
    fine = drag(track(row), 40, Qt.KeyboardModifier.ShiftModifier)
    assert coarse > POSITIONS // 10
    assert fine == pytest.approx(FINE * coarse, abs=2)


def test_the_wheel_turns_the_knob_that_has_the_focus_only(qtbot: QtBot, row: KnobRow) -> None:
    slider = track(row)
    row._field.setFocus()
    assert not wheel(slider, 1)
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    before = slider.sliderPosition()
    with qtbot.waitSignal(row.turned):
        assert wheel(slider, 1)
    assert slider.sliderPosition() - before == pytest.approx(POSITIONS / WHEEL_STEPS, abs=4)  # of a rounded value
    wheel(slider, -1, Qt.KeyboardModifier.ShiftModifier)
    assert slider.sliderPosition() - before == pytest.approx((1 - FINE) * POSITIONS / WHEEL_STEPS, abs=8)


def test_a_double_click_resets(qtbot: QtBot, row: KnobRow) -> None:
    row.ask(0.5)
    with qtbot.waitSignal(row.turned):
        QTest.mouseDClick(track(row), Qt.MouseButton.LeftButton)
    assert row.value == row.setting.default


def test_what_is_unstable_is_shaded_on_the_track(row: KnobRow) -> None:
    def red(slider: KnobTrack) -> list[int]:
        image, wanted = slider.grab().toImage(), QColor(current_theme().severity[Severity.CRITICAL])
        middle = image.height() // 2 - 2
        return [x for x in range(image.width()) if abs(image.pixelColor(x, middle).hue() - wanted.hue()) < 12
                and image.pixelColor(x, middle).saturation() > 90]  # fmt: skip

    assert red(track(row)) == []
    row.show_stable(StableRate(0.1, 7, is_old=False))
    zone = red(track(row))
    assert len(zone) > 20
    assert zone[0] == pytest.approx(track(row).width() * row._scale.position(0.1) / POSITIONS, abs=12)
    assert "beyond 0.1 steps diverge" in row.toolTip() and "step 7" in row.toolTip()
    row.show_stable(None)
    assert red(track(row)) == []
    assert "step 7" not in row.toolTip()


def test_a_zone_measured_long_ago_is_paler_and_says_so(row: KnobRow) -> None:
    def colour() -> QColor:
        image = track(row).grab().toImage()
        return image.pixelColor(image.width() - 12, image.height() // 2 - 2)

    row.show_stable(StableRate(0.1, 7, is_old=False))
    fresh = colour()
    row.show_stable(StableRate(0.1, 7, is_old=True))
    assert colour().hue() == pytest.approx(fresh.hue(), abs=12)
    assert colour().saturation() < 0.7 * fresh.saturation()
    assert "at the curvature of step 7; it may have changed" in row.toolTip()


def test_the_stable_rate_is_that_of_the_limit() -> None:
    table = MetricTable()
    table.extend({"lr": np.full(5, 0.02), "sharpness": np.full(5, 50.0), "stability_limit": np.full(5, 100.0)})
    run = Run("a", table, (LossSeries("loss"),), Origin(OriginKind.TRAINING, scenario="healthy"), "step")
    stable = stable_rate(run)
    assert stable is not None and stable.rate == pytest.approx(0.04)  # 2/λ, since the limit is 2/η
    assert (stable.step, stable.is_old) == (5, False)
    assert stable_rate(replace(run, table=MetricTable())) is None


@pytest.mark.parametrize("later", [NEAR_ROWS - 10, NEAR_ROWS + 10, 5000])
def test_the_last_measured_limit_stays_and_is_called_old(later: int) -> None:
    table = MetricTable()
    table.extend({"lr": np.full(5, 0.02), "sharpness": np.full(5, 50.0), "stability_limit": np.full(5, 100.0)})
    silent = np.full(later, np.nan)
    rates = np.full(later, 0.5)  # of later, when nothing was measured
    table.extend({"lr": rates, "sharpness": silent, "stability_limit": 2 / rates})
    run = Run("a", table, (LossSeries("loss"),), Origin(OriginKind.TRAINING, scenario="healthy"), "step")
    stable = stable_rate(run)
    assert stable is not None and stable.rate == pytest.approx(0.04)
    assert (stable.step, stable.is_old) == (5, later > NEAR_ROWS)


@pytest.mark.parametrize("name", all_scenarios())
def test_at_most_six_knobs_are_in_view_until_more_are_wanted(qtbot: QtBot, name: str) -> None:
    knobs = Knobs()
    qtbot.addWidget(knobs)
    knobs.show_scenario(all_scenarios()[name])
    shown = [key for key, row in knobs._rows.items() if not row.isHidden()]
    assert "lr" in shown and len(shown) <= IN_VIEW
    used = knobs._used()
    if len(used) > IN_VIEW:
        assert knobs._more is not None
        QTest.mouseClick(knobs._more, Qt.MouseButton.LeftButton)
        assert [key for key, row in knobs._rows.items() if not row.isHidden()] == list(used)
        QTest.mouseClick(knobs._more, Qt.MouseButton.LeftButton)


def test_a_knob_that_was_turned_is_in_view(qtbot: QtBot) -> None:
    knobs = Knobs()
    qtbot.addWidget(knobs)
    knobs.show_scenario(all_scenarios()["late-rise"])
    folded = next(key for key, row in knobs._rows.items() if row.isHidden() and key in knobs._used()
                  and isinstance(row.value, bool))  # fmt: skip
    knobs.turn({folded: not knobs.value_of(folded)})
    assert not knobs._rows[folded].isHidden()


def test_one_drag_is_one_flag() -> None:
    turns = [Change(10 + i, 10 + i, "lr", 0.1 * (i + 1), 0.1 * (i + 2)) for i in range(4)]
    other = Change(15, 15, "momentum", 0.9, 0.5)
    later = Change(900, 900, "lr", 0.5, 0.6)
    strokes = strokes_of([*turns, other, later], 1000)
    assert [(s.key, s.row) for s in strokes] == [("lr", 10), ("momentum", 15), ("lr", 900)]
    assert (strokes[0].before, strokes[0].after) == (turns[0].before, turns[-1].after)


def test_trying_a_remedy_on_a_live_run_is_said_undone_and_started_beside(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    window.scenarios.choose("late-rise")
    window.desk.set_pace(60.0)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.actions_["start"].trigger()
    active = window.runs.active
    assert active is not None
    run = active.run
    qtbot.waitUntil(lambda: len(run.table) > 3, timeout=LONG)
    window.events.try_wanted.emit({"clip_norm": 0.25})
    assert "Clip gradient norm 0.25 from step" in window.notice.text
    knob = window.knobs._rows["clip_norm"]
    assert knob.property("isLit") and not knob.visibleRegion().isEmpty()
    undo, _beside = window.notice._answers
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert knob.value == "off"
    qtbot.waitUntil(lambda: run.settings_at()["clip_norm"] == "off", timeout=LONG)
    window.events.try_wanted.emit({"clip_norm": 0.5})
    window.desk.set_pace(FULL)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        QTest.mouseClick(window.notice._answers[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.runs) == 2, timeout=LONG)
    beside = window.runs.active
    assert beside is not None and beside.run.settings["clip_norm"] == 0.5
    assert run.settings_at()["clip_norm"] == "off"
