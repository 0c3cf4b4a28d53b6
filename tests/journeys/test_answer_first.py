"""A person opens a bad log: the answer stands over the curve, and one click leads to why."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.window.main_window import MainWindow
from tests.gui.conftest import SPIKE_ROW


def opened(qtbot: QtBot, window: MainWindow, log: Path) -> None:
    window.resize(1280, 720)
    window.open_files([log])
    qtbot.waitUntil(lambda: bool(window.headline.event_id), timeout=20_000)
    QApplication.processEvents()


def test_the_headline_says_what_and_where_and_leads_to_why(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    opened(qtbot, window, spike_log)
    headline = window.headline
    assert headline.text.strong == f"Spike · step {SPIKE_ROW}"
    assert headline.text.plain.startswith("most likely: ") and "%" in headline.text.plain
    assert headline.height() == 40 and not headline.prove.isVisible()  # a log cannot be trained again
    qtbot.mouseClick(headline.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == headline._fix != ""
    card = window.events._cards[headline.event_id]
    card.set_open(False)
    qtbot.mouseClick(headline.why, Qt.MouseButton.LeftButton)
    assert card._body is not None
    qtbot.waitUntil(lambda: window.stack.shown[1] - window.stack.shown[0] < 100, timeout=3000)
    assert window.stack.shown[0] < SPIKE_ROW < window.stack.shown[1]


def test_a_click_on_a_band_opens_its_card_and_zooms(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    opened(qtbot, window, spike_log)
    event_id = window.headline.event_id
    card = window.events._cards[event_id]
    card.set_open(False)
    stack = window.stack
    pane = stack.panes[0]
    spot = stack._canvas.mapFromScene(pane.box.mapToScene(QPointF(pane.view.x_pixel(float(SPIKE_ROW)), 60.0)))
    qtbot.mouseMove(stack._canvas.viewport(), spot)
    qtbot.mouseClick(stack._canvas.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: card._body is not None, timeout=3000)
    qtbot.waitUntil(lambda: stack.shown[1] - stack.shown[0] < 100, timeout=3000)


def test_the_menu_of_a_band_offers_what_its_card_does(
    qtbot: QtBot, window: MainWindow, spike_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(qtbot, window, spike_log)
    stack = window.stack
    pane = stack.panes[0]
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: shown.append(menu))
    spot = stack._canvas.mapFromScene(pane.box.mapToScene(QPointF(pane.view.x_pixel(float(SPIKE_ROW)), 60.0)))
    qtbot.mouseMove(stack._canvas.viewport(), spot)
    stack._canvas._point(stack._canvas.mapToScene(spot))
    qtbot.mouseClick(stack._canvas.viewport(), Qt.MouseButton.RightButton, pos=spot)
    qtbot.waitUntil(lambda: bool(shown), timeout=3000)
    actions = {action.text(): action for action in shown[0].actions()}
    assert {"Zoom to this event", "Pin", "Copy as Markdown", "Not an event", "Show everything"} <= set(actions)
    actions["Not an event"].trigger()
    assert window.headline.text.plain == "Nothing stands out so far"
    assert stack._scenery.bands == []
