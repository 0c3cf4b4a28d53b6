"""What a newcomer stumbles over: nothing happens that was not asked for, and what is shown agrees with itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QProxyStyle, QStyle, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from gui.app import FRAME, fit_screen
from gui.look.motion import is_motion_reduced
from gui.runs.start.cards import DemoCard
from gui.window.keyboard.tab_order import controls
from gui.window.main_window import MainWindow


def test_tab_alone_chooses_no_demo(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.scenarios.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.desk.scenario == ""
    assert window.scenarios.current == ""
    qtbot.keyClick(window.scenarios, Qt.Key.Key_Down)
    assert window.desk.scenario == window.scenarios.current != ""


def test_space_belongs_to_the_training_when_nothing_was_focused(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    focused = QApplication.focusWidget()
    assert window.centralWidget().isAncestorOf(focused)
    assert not isinstance(focused, QAbstractButton | QAbstractSlider)


def test_a_click_anywhere_on_a_demo_card_starts_it_and_a_drag_off_it_does_not(qtbot: QtBot, window: MainWindow) -> None:
    card = window.start_page.findChildren(DemoCard)[0]
    wanted: list[str] = []
    window.start_page.demo_wanted.disconnect()
    window.start_page.demo_wanted.connect(wanted.append)
    corner = card.rect().bottomRight() - QPoint(6, 6)
    QTest.mousePress(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner)
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner + QPoint(40, 0))
    assert wanted == []
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=corner)
    assert len(wanted) == 1


def test_the_menu_on_the_plot_and_the_view_menu_agree(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: len(window.runs) == 1)
    window.stack.epoch_lines_wanted.emit(True)
    window.stack.extremes_wanted.emit(True)
    assert window.actions_["epoch_lines"].isChecked()
    assert window.actions_["extremes"].isChecked()
    window.actions_["extremes"].setChecked(False)
    assert not window.stack.picture.has_extremes


def test_a_selected_card_shows_its_title_even_when_it_is_taller_than_the_panel(
    qtbot: QtBot, window: MainWindow, spike_log: Path
) -> None:
    window.resize(1280, 420)
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(window.events.order))
    window.events.select(window.events.order[0])
    card = window.events._cards[window.events.order[0]]
    qtbot.waitUntil(lambda: card.height() > window.events.viewport().height())
    window.events.select(window.events.order[0])

    def title_is_in_view() -> bool:
        top = card.mapTo(window.events.viewport(), QPoint(0, 0)).y()
        return 0 <= top < 40

    qtbot.waitUntil(title_is_in_view)


class Still(QProxyStyle):
    """As on a desktop that asks for no animations."""

    def styleHint(self, hint, option=None, widget=None, returnData=None):  # type: ignore[no-untyped-def]
        if hint is QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, returnData)


def test_motion_is_reduced_where_the_desktop_asks_for_it(window: MainWindow) -> None:
    assert not is_motion_reduced(window.style())
    assert is_motion_reduced(Still())


def test_the_first_window_fits_a_small_screen(window: MainWindow) -> None:
    window.resize(5000, 4000)
    fit_screen(window)
    room = window.screen().availableSize()
    assert window.width() <= max(room.width() - FRAME[0], window.minimumSizeHint().width())
    assert window.height() <= max(room.height() - FRAME[1], window.minimumSizeHint().height())


def show_events(window: MainWindow) -> None:
    around = window.events.parentWidget()
    while not isinstance(around, QTabWidget):
        around = around.parentWidget()
    around.setCurrentWidget(window.events)


def test_tab_walks_through_the_window_as_it_is_read_and_back(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    window.scenarios.choose("explosion")
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(window.events.order))
    card = window.events._cards[window.events.order[0]]
    show_events(window)
    qtbot.waitUntil(lambda: card.isVisible() and card in controls(window))
    window.activateWindow()
    window.scenarios.setFocus(Qt.FocusReason.TabFocusReason)

    def walk(key: Qt.Key) -> list[QWidget]:
        seen = [QApplication.focusWidget()]
        while True:
            QTest.keyClick(seen[-1], key)
            if QApplication.focusWidget() in seen:
                assert QApplication.focusWidget() is seen[0]
                return seen
            seen.append(QApplication.focusWidget())

    forth = walk(Qt.Key.Key_Tab)
    back = walk(Qt.Key.Key_Backtab)
    assert back == [forth[0], *reversed(forth[1:])]
    fields = [row._field for row in window.knobs._rows.values() if row.isVisible()]
    assert [control for control in forth if control in fields] == fields
    milestones = [window.scenarios, fields[0], fields[-1], window.stack._canvas, card, card._fold, window.tools._pace]
    assert [control for control in forth if control in milestones] == milestones
