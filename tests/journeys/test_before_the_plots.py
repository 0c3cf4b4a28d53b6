"""What a person does before the plots are made, which is after the first paint, happens as it does later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import open_requested
from gui.look.theme import ThemeKeeper, ThemeMode, current_theme
from gui.runs.start.cards import RecentCard
from gui.shell.remembered import Remembered
from gui.window.main_window import MainWindow


@pytest.fixture
def unpainted(qtbot: QtBot, remembered: Remembered, themes: ThemeKeeper) -> Iterator[MainWindow]:
    """A window that was made and not painted yet."""
    made = MainWindow(remembered, themes)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    assert not made.stack.panes
    yield made
    made.close()


def drop(window: MainWindow, log: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(log))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(300, 300), copy, mime, left, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, mime, left, none))


def click_a_sample(window: MainWindow, _log: Path) -> None:
    card = window.start_page.findChildren(RecentCard)[0]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)


def name_it_on_the_command_line(window: MainWindow, log: Path) -> None:
    open_requested(window, [str(log)], None, False)


def go_on_where_it_was_left(window: MainWindow, log: Path) -> None:
    window.remembered.session = [log]
    open_requested(window, [], None, False)


WAYS = (drop, click_a_sample, name_it_on_the_command_line, go_on_where_it_was_left)


@pytest.mark.parametrize("open_log", WAYS, ids=lambda way: way.__name__)
def test_a_log_opened_before_the_first_paint_is_drawn_and_judged(
    qtbot: QtBot, unpainted: MainWindow, spike_log: Path, open_log: Callable[[MainWindow, Path], None]
) -> None:
    open_log(unpainted, spike_log)
    qtbot.waitUntil(lambda: bool(unpainted.events.order))
    stack = unpainted.stack
    assert stack.isVisible() and stack.panes and stack.panes[0].curves
    left, right = stack.shown
    assert right - left > 100  # of the log, not of an empty plot


def test_choices_made_before_hold_for_the_plots(qtbot: QtBot, unpainted: MainWindow, spike_log: Path) -> None:
    unpainted.link.use_axis("log")
    unpainted.tools.smoothing_chosen.emit(0.5)
    unpainted.themes.set_mode(ThemeMode.DARK)
    try:
        drop(unpainted, spike_log)
        qtbot.waitUntil(lambda: bool(unpainted.events.order))
        stack = unpainted.stack
        assert stack.is_log and stack.panes[0].theme is stack.theme is current_theme()
        assert stack._canvas.backgroundBrush().color().name() == current_theme().surface.lower()
        assert stack._overlay.smoothing == 0.5
    finally:
        unpainted.themes.set_mode(ThemeMode.LIGHT)


def test_a_demo_started_by_key_before_the_first_paint_trains(qtbot: QtBot, unpainted: MainWindow) -> None:
    unpainted.scenarios.choose("explosion")
    unpainted.desk.choose("explosion")
    QTest.keyClick(unpainted, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: unpainted.runs.active is not None and len(unpainted.runs.active.run.table) > 5)
    qtbot.waitUntil(lambda: bool(unpainted.stack.panes))
    assert unpainted.stack.isVisible()


def test_the_plots_are_made_after_the_first_paint_though_nothing_is_opened(qtbot: QtBot, unpainted: MainWindow) -> None:
    focused = QApplication.focusWidget()
    with qtbot.waitSignal(unpainted.stack.parts_made):
        pass
    assert unpainted.start_page.isVisible() and not unpainted.stack.isVisible()
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [unpainted]
    assert focused is None or QApplication.focusWidget() is focused


def test_curves_that_were_put_away_before_stay_away(qtbot: QtBot, unpainted: MainWindow, spike_log: Path) -> None:
    unpainted.stack.show_curves(False)
    unpainted.stack.make_parts()
    assert unpainted.stack._canvas.isHidden()
    unpainted.stack.show_curves(True)
    assert not unpainted.stack._canvas.isHidden()
