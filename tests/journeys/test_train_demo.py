"""A person trains a demo, turns a knob, sees the event, and closes the window."""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSlider, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from engine.events import EventKind
from engine.i18n import number
from engine.training.pace import FULL, pace_at
from gui.threads.messages import Phase
from gui.window.main_window import MainWindow

LONG = 20_000  # milliseconds; the first start imports torch


def start(qtbot: QtBot, window: MainWindow, name: str, pace: float = FULL) -> None:
    window.scenarios.choose(name)
    window.desk.set_pace(pace)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        window.actions_["start"].trigger()


def wait_for_the_end(qtbot: QtBot, window: MainWindow) -> None:
    """By the phase, not the signal, which may be over already."""
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)


def rows(window: MainWindow) -> int:
    assert window.runs.active is not None
    return len(window.runs.active.run.table)


def test_explosion_is_seen_while_it_happens_and_ends_by_itself(qtbot: QtBot, window: MainWindow) -> None:
    # It ends within milliseconds: who listens only after the start may have missed it.
    with qtbot.waitSignal(window.training.ended, timeout=LONG) as ended:
        start(qtbot, window, "explosion")
    assert ended.args == ["non_finite"]
    active = window.runs.active
    assert active is not None
    assert EventKind.DIVERGED in {event.kind for event in active.listed}
    assert window.actions_["start"].isEnabled()
    assert not window.actions_["stop"].isEnabled()


def test_pause_step_resume_and_stop(qtbot: QtBot, window: MainWindow) -> None:
    start(qtbot, window, "healthy", pace=200.0)
    qtbot.waitUntil(lambda: rows(window) > 3, timeout=LONG)
    window.actions_["pause"].trigger()
    qtbot.waitUntil(lambda: window.training.phase is Phase.PAUSED)
    before = rows(window)
    window.actions_["step"].trigger()
    qtbot.waitUntil(lambda: rows(window) == before + 1)
    assert window.training.phase is Phase.PAUSED
    window.actions_["start"].trigger()
    qtbot.waitUntil(lambda: rows(window) > before + 3)
    with qtbot.waitSignal(window.training.ended) as ended:
        window.actions_["stop"].trigger()
    assert ended.args == ["stopped"]
    assert rows(window) > 0


def test_a_step_before_the_start_starts_and_makes_one_step(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    window.actions_["step"].trigger()
    qtbot.waitUntil(lambda: len(window.runs) == 1 and rows(window) == 1, timeout=LONG)
    assert window.training.phase is Phase.PAUSED


def test_a_turned_knob_leaves_a_mark(qtbot: QtBot, window: MainWindow) -> None:
    start(qtbot, window, "explosion", pace=50.0)
    qtbot.waitUntil(lambda: rows(window) > 2, timeout=LONG)
    window.knobs.turn({"lr": 1e-4})
    active = window.runs.active
    assert active is not None
    qtbot.waitUntil(lambda: len(active.run.changes) == 1)
    change = active.run.changes[0]
    assert (change.key, change.after) == ("lr", 1e-4)
    assert active.run.marks()[0].row == change.row


def test_restart_with_the_same_seed_gives_the_same_losses_and_a_new_seed_others(
    qtbot: QtBot, window: MainWindow
) -> None:
    losses = []
    start(qtbot, window, "explosion")
    for key in ("restart", "restart_new"):
        wait_for_the_end(qtbot, window)
        assert window.runs.active is not None
        losses.append(window.runs.active.run.table.values("loss")[:20].tolist())
        with qtbot.waitSignal(window.training.run_started, timeout=LONG):
            window.actions_[key].trigger()
    wait_for_the_end(qtbot, window)
    assert window.runs.active is not None
    losses.append(window.runs.active.run.table.values("loss")[:20].tolist())
    assert losses[0] == losses[1]
    assert losses[1] != losses[2]


def test_a_value_out_of_range_is_refused_at_the_field(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    row = window.knobs._rows["lr"]
    row._field.setFocus()
    row._field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(row._field, "-1")
    qtbot.keyClick(row._field, Qt.Key.Key_Return)
    assert "1000" in row._wrong.text()
    assert row.value == row.setting.default
    assert window.knobs.values == {}


def test_a_start_that_is_called_off_leaves_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    window.actions_["start"].trigger()
    assert window.training.phase is Phase.LOADING
    window.working._cancel()
    assert window.training.phase is Phase.IDLE
    assert window.actions_["start"].isEnabled()
    start(qtbot, window, "explosion", pace=50.0)
    assert len(window.runs) == 1


def test_a_start_that_is_called_off_too_late_neither_shows_nor_ends_the_next(qtbot: QtBot, window: MainWindow) -> None:
    window.training.load()
    window.scenarios.choose("explosion")
    window.desk.set_pace(50.0)
    window.actions_["start"].trigger()
    first = window.training._trainer
    until = time.monotonic() + LONG / 1000
    while first.snapshot is None and time.monotonic() < until:  # started in its thread, not yet reported here
        time.sleep(0.01)
    assert first.snapshot is not None
    window.working._cancel()
    start(qtbot, window, "explosion", pace=50.0)
    qtbot.waitUntil(lambda: rows(window) > 5, timeout=LONG)
    assert window.training.snapshot is not None
    assert [shown.run for shown in window.runs.all] == [window.training.snapshot.run]
    assert window.training.phase is Phase.RUNNING


def test_closing_while_it_trains_leaves_no_thread(qtbot: QtBot, window: MainWindow) -> None:
    start(qtbot, window, "late-rise")
    qtbot.waitUntil(lambda: rows(window) > 10, timeout=LONG)
    window.close()
    threads = window.findChildren(QThread)
    assert {"training", "reading"} <= {thread.objectName() for thread in threads}
    assert not any(thread.isRunning() for thread in threads)


def test_a_failing_training_says_why_and_keeps_its_curve(qtbot: QtBot, window: MainWindow, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    start(qtbot, window, "healthy", pace=200.0)
    qtbot.waitUntil(lambda: rows(window) > 3, timeout=LONG)
    from engine.training.session import TrainingSession

    def fail(_session: object) -> None:
        raise RuntimeError("the disk of the data is gone")

    with qtbot.waitSignal(window.training.failed, timeout=LONG):
        monkeypatch.setattr(TrainingSession, "__next__", fail)
    assert "the disk of the data is gone" in window.notice.text
    assert rows(window) > 3
    assert window.training.phase is Phase.ENDED


def groove(slider: QSlider, position: int) -> QPoint:
    """Where the handle's middle is at a position."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    parts, handle = slider.style(), QStyle.SubControl.SC_SliderHandle
    control = QStyle.ComplexControl.CC_Slider
    rail = parts.subControlRect(control, option, QStyle.SubControl.SC_SliderGroove, slider)
    width = parts.subControlRect(control, option, handle, slider).width()
    span = rail.width() - width
    x = QStyle.sliderPositionFromValue(slider.minimum(), slider.maximum(), position, span)
    return QPoint(rail.x() + x + width // 2, rail.center().y())


def drag(slider: QSlider, position: int) -> None:
    """Take the handle where it is and put it elsewhere."""
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=groove(slider, slider.value()))
    QTest.mouseMove(slider, groove(slider, position))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=groove(slider, position))


def test_the_pace_follows_the_slider_during_a_training(qtbot: QtBot, window: MainWindow) -> None:
    start(qtbot, window, "healthy", pace=200.0)
    slider = next(s for s in window.tools.findChildren(QSlider) if s.accessibleName().startswith("From slow"))
    texts = [label for label in window.tools.findChildren(QLabel) if label.text().endswith("/s")]
    assert len(texts) == 1
    for position in (10, 60):
        drag(slider, position)
        assert abs(slider.value() - position) <= 3
        qtbot.waitUntil(lambda: window.training.pace == pace_at(slider.value()))
        assert texts[0].text() == f"{number(window.training.pace, 2)}/s"
    drag(slider, slider.maximum())
    assert window.training.pace == FULL
    assert texts[0].text() == "max"
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)


def test_only_a_demo_that_still_trains_is_said_to_be_fine_so_far(qtbot: QtBot, window: MainWindow) -> None:
    start(qtbot, window, "healthy", pace=10)
    qtbot.waitUntil(lambda: window.headline.text.plain == "Nothing stands out so far", timeout=LONG)
    window.desk.set_pace(FULL)
    wait_for_the_end(qtbot, window)
    qtbot.waitUntil(lambda: window.headline.text.plain == "Nothing stands out")
