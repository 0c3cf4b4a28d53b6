"""Faults of before, gone through by mouse and keys alone: menus, the question, y, the way back, branching, remedies."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.scenarios.base import all_scenarios
from engine.training.pace import FULL
from gui.plots.panes.pane import Pane
from gui.runs.start.cards import DemoCard
from gui.runs.start.picture import CurvePicture
from gui.runs.table.model import NAME
from gui.threads.messages import Phase
from gui.window.main_window import MainWindow
from tests.gui.conftest import SPIKE_ROW

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of a real menu

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
LONG = 60_000


@pytest.fixture
def small(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.resize(1280, 720)
    window.stack.reduce_motion(True)
    window.activateWindow()
    QApplication.processEvents()
    return window


@pytest.fixture
def spiked(qtbot: QtBot, small: MainWindow, spike_log: Path) -> MainWindow:
    small.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(small.headline.event_id), timeout=LONG)
    qtbot.waitUntil(lambda: bool(small.stack._canvas.lane.placed), timeout=LONG)
    return small


def started(qtbot: QtBot, window: MainWindow, name: str, pace: float = FULL) -> None:
    """Start a demo by a click on its card of the start page."""
    card = next(card for card in window.start_page.findChildren(DemoCard) if card.name == name and card.isVisible())
    window.desk.set_pace(pace)
    with qtbot.waitSignal(window.training.run_started, timeout=LONG):
        QTest.mouseClick(card, LEFT)
    qtbot.waitUntil(lambda: window.runs.active is not None and len(window.runs.active.run.table) > 5, timeout=LONG)


def on_window(window: MainWindow, widget: QWidget, at: QPoint) -> QPoint:
    assert widget.isVisible() and not widget.visibleRegion().isEmpty()
    return widget.mapTo(window, at)


def menu_at(qtbot: QtBot, window: MainWindow, widget: QWidget, at: QPoint) -> QMenu:
    """The menu that a right click opens, as the window system would send it."""
    place = on_window(window, widget, at)
    QTest.mouseMove(window.windowHandle(), place)
    QTest.mouseClick(window.windowHandle(), RIGHT, NONE, place)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=5000)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if action.text() == text)
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())


def entries(menu: QMenu) -> set[str]:
    return {action.text() for action in menu.actions()}


def chip(window: MainWindow) -> QPoint:
    canvas, lane = window.stack._canvas, window.stack._canvas.lane
    return canvas.mapFromScene(lane.mapToScene(lane._rect(lane.placed[0]).center()))


def spots(window: MainWindow) -> dict[str, tuple[QWidget, QPoint]]:
    """Where the menus of an event open."""
    card = window.events._cards[window.headline.event_id]
    pane, canvas = window.stack.panes[0], window.stack._canvas
    band = canvas.mapFromScene(pane.box.mapToScene(QPointF(pane.view.x_pixel(float(SPIKE_ROW)), 60.0)))
    return {
        "card": (card, QPoint(card.width() // 2, 14)),
        "headline": (window.headline.text, QPoint(20, 10)),
        "chip": (canvas.viewport(), chip(window)),
        "band": (canvas.viewport(), band),
    }


@pytest.mark.parametrize("where", ["card", "headline", "chip", "band"])
def test_a_right_click_on_an_event_opens_its_menu(qtbot: QtBot, spiked: MainWindow, where: str) -> None:
    widget, at = spots(spiked)[where]
    menu = menu_at(qtbot, spiked, widget, at)
    assert {"Zoom to this event", "Pin", "Copy as text", "Copy as Markdown", "Not an event"} <= entries(menu)
    whole = spiked.stack.shown
    choose(menu, "Zoom to this event")
    qtbot.waitUntil(lambda: spiked.stack.shown[1] - spiked.stack.shown[0] < 0.3 * (whole[1] - whole[0]), timeout=5000)


def test_a_right_click_on_a_run_opens_its_menu(qtbot: QtBot, small: MainWindow, spike_log: Path) -> None:
    other = spike_log.with_name("other.csv")
    other.write_bytes(spike_log.read_bytes())
    small.open_files([spike_log, other])
    table = small.run_panel.table
    qtbot.waitUntil(lambda: table.model().rowCount() == 2 and table.viewport().isVisible(), timeout=20_000)
    QApplication.processEvents()
    menu = menu_at(qtbot, small, table.viewport(), table.visualRect(table.model().index(0, NAME)).center())
    assert {"Rename…", "Hide", "Copy path", "Remove run"} <= entries(menu)
    menu.close()


def test_the_question_begins_with_its_figure_and_a_remedy_that_a_click_tries(qtbot: QtBot, small: MainWindow) -> None:
    started(qtbot, small, "explosion")
    qtbot.waitUntil(lambda: small.training.phase is Phase.ENDED, timeout=LONG)
    bar = small._reading.tabBar()
    tab = next(place for place in range(bar.count()) if bar.tabText(place) == "The question")
    QTest.mouseClick(bar, LEFT, NONE, bar.tabRect(tab).center())
    room = small.story.viewport()
    tries = [b for b in small.story.findChildren(QAbstractButton) if b.text() == "Try this" and b.isVisible()]
    for part in (small.story.findChildren(CurvePicture)[0], tries[0]):
        assert room.rect().contains(part.mapTo(room, part.rect().bottomRight()))
    before = small.runs.active.run  # type: ignore[union-attr]
    with qtbot.waitSignal(small.training.run_started, timeout=LONG):
        QTest.mouseClick(tries[0], LEFT)
    tried = small.runs.active.run  # type: ignore[union-attr]
    assert tried is not before and tried.settings != before.settings
    assert len(small.runs) == 2


def test_a_remedy_tried_on_a_live_run_is_shown_and_taken_back_by_a_click(qtbot: QtBot, small: MainWindow) -> None:
    small.resize(1280, 560)
    started(qtbot, small, "late-rise", 60.0)
    run = small.runs.active.run  # type: ignore[union-attr]
    bar = small._reading.tabBar()
    QTest.mouseClick(bar, LEFT, NONE, bar.tabRect(1).center())
    remedies = {b.accessibleName(): b for b in small.story.findChildren(QAbstractButton) if b.isVisible()}
    row = small.knobs._rows["clip_update"]
    assert row.isHidden()  # among the knobs that are folded
    QTest.mouseClick(remedies["Try this: Clip the update's RMS at 1"], LEFT)
    qtbot.waitUntil(lambda: [change.after for change in run.changes] == [1.0], timeout=LONG)
    room = small.knobs.viewport()
    qtbot.waitUntil(lambda: room.rect().contains(row.geometry().translated(row.parentWidget().mapTo(room, QPoint()))))
    assert "1 from step" in small.notice.text
    answers = {b.text(): b for b in small.notice.findChildren(QAbstractButton) if b.isVisible()}
    assert "Start beside instead" in answers
    QTest.mouseClick(answers["Undo"], LEFT)
    qtbot.waitUntil(lambda: len(run.changes) == 2, timeout=LONG)
    assert run.changes[1].after == run.changes[0].before
    assert len(small.runs) == 1


def axis_spot(window: MainWindow, pane: Pane, share: float) -> QPoint:
    axis = pane.axis
    return window.stack._canvas.mapFromScene(
        axis.mapToScene(QPointF(axis.size().width() / 2, share * axis.size().height()))
    )


def test_y_is_dragged_and_zoomed_on_its_axis(qtbot: QtBot, spiked: MainWindow) -> None:
    pane, ground = spiked.stack.panes[0], spiked.stack._canvas.viewport()
    low, high = pane.view.bottom, pane.view.top
    places = [axis_spot(spiked, pane, share) for share in (0.4, 0.45, 0.5, 0.55, 0.6)]
    QTest.mouseMove(ground, places[0])
    QTest.mousePress(ground, LEFT, NONE, places[0])
    for place in places[1:]:
        QTest.mouseMove(ground, place)
        qtbot.wait(20)  # the plots leave out moves that follow one another faster than a screen is drawn
    QTest.mouseRelease(ground, LEFT, NONE, places[-1])
    assert pane.view.top > high and pane.view.bottom > low
    assert pane.view.top - pane.view.bottom == pytest.approx(high - low)
    at = QPointF(places[0])
    wheel = QWheelEvent(
        at, QPointF(ground.mapToGlobal(places[0])), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(ground, wheel)
    assert pane.view.top - pane.view.bottom < 0.95 * (high - low)


def test_backspace_steps_back_from_a_zoom(qtbot: QtBot, spiked: MainWindow) -> None:
    whole = spiked.stack.shown
    QTest.mouseClick(spiked.headline.why, LEFT)
    qtbot.waitUntil(lambda: spiked.stack.shown[1] - spiked.stack.shown[0] < 200, timeout=5000)
    qtbot.waitUntil(lambda: not spiked.link._settling.isActive(), timeout=5000)
    spiked.stack._canvas.setFocus()
    QTest.keyClick(spiked.stack._canvas, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: spiked.stack.shown == pytest.approx(whole), timeout=5000)


def test_a_run_branches_from_the_menu_of_the_timeline(qtbot: QtBot, small: MainWindow) -> None:
    started(qtbot, small, "explosion")
    qtbot.waitUntil(lambda: small.training.phase is Phase.ENDED, timeout=LONG)
    QApplication.processEvents()
    strip = small.stack._health
    at = QPoint(round(strip._margins[0] + strip._view().x_pixel(30.0)), 14)
    QTest.mouseClick(strip, LEFT, NONE, at)
    assert strip._head == pytest.approx(30, abs=2)
    menu = menu_at(qtbot, small, strip, at)
    assert {"Branch from here", "Back to the present"} <= entries(menu)
    with qtbot.waitSignal(small.training.run_started, timeout=LONG):
        choose(menu, "Branch from here")
    assert " from step " in small.runs.active.run.name  # type: ignore[union-attr]


@pytest.mark.parametrize("name", list(all_scenarios()))
def test_a_click_on_a_demo_opens_its_telling_picture(qtbot: QtBot, small: MainWindow, name: str) -> None:
    started(qtbot, small, name, 30.0)
    panes = list(all_scenarios()[name].panes)
    qtbot.waitUntil(lambda: [pane.spec.key for pane in small.stack.panes] == panes, timeout=LONG)


def test_what_a_probe_could_measure_is_found_measured_and_plotted_by_typing(qtbot: QtBot, small: MainWindow) -> None:
    started(qtbot, small, "late-rise", 60.0)
    assert "sharpness" not in small.stack.columns()
    QTest.keyClick(small, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "sharp")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "sharpness" in [pane.spec.key for pane in small.stack.panes], timeout=LONG)
    assert len(small.runs) == 1  # no other demo was started


def test_a_cancelled_proof_can_be_started_again_from_what_is_in_view(qtbot: QtBot, small: MainWindow) -> None:
    started(qtbot, small, "explosion")
    qtbot.waitUntil(lambda: small.training.phase is Phase.ENDED and bool(small.headline.event_id), timeout=LONG)
    QTest.mouseClick(small.headline.prove, LEFT)
    panel = small.deeper.proof_panel
    assert not panel._again.isVisible()
    QTest.mouseClick(panel._cancel, LEFT)
    qtbot.waitUntil(lambda: not panel.is_running, timeout=LONG)
    assert not panel._numbers.isChecked()
    assert not panel._again.visibleRegion().isEmpty()
    first = panel.trial
    QTest.mouseClick(panel._again, LEFT)
    assert panel.trial is not first and panel.is_running and not panel._again.isVisible()
    QTest.mouseClick(panel._cancel, LEFT)
    qtbot.waitUntil(lambda: not panel.is_running, timeout=LONG)
