"""What may be an event is folded under the events, and a faint tick on the curve."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.remarks import PERHAPS, Remark
from gui.look.controls import Link
from gui.window.main_window import MainWindow
from tests.gui.test_notes import open_log

DOUBTFUL = Remark(PERHAPS, "loss", 300, 302, 0.3, about="spike")


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow, spike_log: Path) -> MainWindow:
    open_log(qtbot, window, spike_log)
    active = window.runs.active
    assert active is not None and active.events is not None
    window.runs.set_events(active.run, active.events, (DOUBTFUL,))
    window.events.show_run(active)
    return window


def test_it_is_folded_and_a_click_shows_where(qtbot: QtBot, shown: MainWindow) -> None:
    listed = shown.events.perhaps
    assert listed.fold.text() == "Perhaps · 1"
    assert listed.findChildren(Link) == [listed.fold]
    QTest.mouseClick(listed.fold, Qt.MouseButton.LeftButton)
    (line,) = [link for link in listed.findChildren(Link) if link is not listed.fold]
    assert line.text() == "Spike, step 300"
    assert "not clear enough" in line.toolTip()
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.stack.shown[1] - shown.stack.shown[0] < 60, timeout=3000)
    assert shown.stack.shown[0] < 300 < shown.stack.shown[1]


def test_the_curve_has_a_tick_and_neither_band_nor_headline(shown: MainWindow) -> None:
    assert list(shown.stack._scenery.doubtful) == [300.0]
    assert [band.event.start for band in shown.stack._scenery.bands] == [600]
    assert shown.headline.text.strong == "Spike · step 600"


def test_the_list_leaves_with_its_run(shown: MainWindow) -> None:
    assert shown.events.perhaps.isVisibleTo(shown.events)
    shown.actions_["close_run"].trigger()
    assert not shown.events.perhaps.isVisibleTo(shown.events)
