"""A person disagrees with what was found: takes an event for none, and marks one that was missed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from engine.commands.labels import Labels
from engine.events import EventKind
from engine.library.labels import Label
from gui.events.lists.marked import MarkedList
from gui.look.controls import Link
from gui.shell.notice import Answer
from gui.window.main_window import MainWindow
from tests.gui.conftest import SPIKE_ROW
from tests.gui.test_notes import open_log
from tools.judging.corpora import corpora

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of a real menu

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow, spike_log: Path) -> MainWindow:
    window.resize(1280, 720)
    open_log(qtbot, window, spike_log)
    qtbot.waitUntil(lambda: bool(window.headline.event_id), timeout=20_000)
    settle(window)
    return window


def settle(window: MainWindow) -> None:
    for _round in range(3):
        QApplication.processEvents()
    window.stack._glide.stop()


def spot(window: MainWindow, x: float, y: float = 60.0) -> QPoint:
    pane = window.stack.panes[0]
    return window.stack._canvas.mapFromScene(pane.box.mapToScene(QPointF(pane.view.x_pixel(x), y)))


def choose(qtbot: QtBot, window: MainWindow, x: float, text: str) -> None:
    """Right-click at an x of the curve, and click an entry of the menu that opens."""
    ground = window.stack._canvas.viewport()
    QTest.mouseMove(ground, spot(window, x))
    window.stack._canvas._point(window.stack._canvas.mapToScene(spot(window, x)))
    QTest.mouseClick(ground, RIGHT, NONE, spot(window, x))
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=5000)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = entry(menu, text)
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())
    settle(window)


def entry(menu: QMenu, text: str) -> QAction:
    found = {action.text(): action for action in menu.actions()}
    assert text in found, list(found)
    return found[text]


def drag(window: MainWindow, first: float, last: float) -> None:
    """Drag with the left button from an x to another."""
    ground = window.stack._canvas.viewport()
    places = [spot(window, x) for x in np.linspace(first, last, 6)]
    QTest.mousePress(ground, LEFT, NONE, places[0])
    for place in places[1:]:
        QTest.mouseMove(ground, place)
        QApplication.processEvents()
    QTest.mouseRelease(ground, LEFT, NONE, places[-1])
    settle(window)


def links(window: MainWindow) -> list[Link]:
    return [link for link in window.events.findChildren(MarkedList)[0].findChildren(Link) if link.isVisible()]


def later(qtbot: QtBot, window: MainWindow, log: Path) -> MainWindow:
    window.close()
    again = MainWindow(window.remembered, window.themes)
    qtbot.addWidget(again)
    again.show()
    open_log(qtbot, again, log)
    return again


def test_what_is_no_event_leaves_the_curve_for_good_and_undo_brings_it_back(
    qtbot: QtBot, shown: MainWindow, spike_log: Path
) -> None:
    assert shown.stack._scenery.bands
    choose(qtbot, shown, SPIKE_ROW, "Not an event")
    assert shown.stack._scenery.bands == []
    assert shown.headline.text.plain == "Nothing stands out so far"
    assert "Taken for no event" in shown.notice.text
    assert "jumped" not in shown.events.as_text(), "a story of what is no event"
    shown.actions_["undo"].trigger()
    assert shown.stack._scenery.bands and "jumped" in shown.events.as_text()
    assert "Taken for no event" not in shown.notice.text, "its button would undo what was done before"
    shown.actions_["redo"].trigger()
    again = later(qtbot, shown, spike_log)
    assert again.stack._scenery.bands == []
    assert again.events._hidden.text() == "1 taken for no event · show it"
    QTest.mouseClick(again.events._hidden, LEFT)
    assert again.stack._scenery.bands
    again.close()


def test_the_button_of_a_message_takes_back_what_it_says(qtbot: QtBot, shown: MainWindow) -> None:
    shown.notice.show_message("One before", Answer("Look", lambda: None))
    choose(qtbot, shown, SPIKE_ROW, "Not an event")
    shown.actions_["undo"].trigger()
    settle(shown)
    assert shown.notice.text == "One before"
    assert [made.text() for made in shown.notice.findChildren(QPushButton) if made.isVisible()] == ["Look"]
    shown.actions_["redo"].trigger()
    shown.notice.hide()
    choose(qtbot, shown, 300, "You missed one…")
    QTest.keyClick(shown.marking, Qt.Key.Key_Escape)
    shown.actions_["undo"].trigger()
    choose(qtbot, shown, SPIKE_ROW, "Not an event")
    (undo,) = [made for made in shown.notice.findChildren(QPushButton) if made.isVisible()]
    QTest.mouseClick(undo, LEFT)
    assert shown.stack._scenery.bands and not shown.notice.text


def test_a_missed_event_is_marked_by_dragging_over_it_and_leaves_with_the_export(
    qtbot: QtBot, shown: MainWindow, spike_log: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    shown.stack.fit()
    settle(shown)
    choose(qtbot, shown, 300, "You missed one…")
    bar = shown.marking
    assert bar.isVisible() and not shown.headline.isVisible()
    before = shown.stack.shown
    drag(shown, 200, 400)
    assert shown.stack.shown == before  # neither moved nor zoomed
    ends = float(bar.start.text()), float(bar.end.text())
    assert ends == pytest.approx((200, 400), abs=6)
    bar.kind.setFocus()
    place = bar.kind.findData("plateau")
    while bar.kind.currentIndex() != place:
        QTest.keyClick(bar.kind, Qt.Key.Key_Down if bar.kind.currentIndex() < place else Qt.Key.Key_Up)
    QTest.mouseClick(bar.save, LEFT)
    settle(shown)
    assert not bar.isVisible() and shown.headline.isVisible()
    (band,) = shown.stack._scenery.marked
    assert (band.marking.text, band.left, band.right) == ("Plateau", *ends)
    assert [link.text() for link in links(shown)] == [f"Marked by you: Plateau, step {ends[0]:.0f} · remove"]
    again = later(qtbot, shown, spike_log)
    assert [b.marking.text for b in again.stack._scenery.marked] == ["Plateau"]
    again.close()
    Labels().run(type("Args", (), {"action": "export", "folder": tmp_path / "out"}))  # type: ignore[arg-type]
    (series,) = corpora([tmp_path / "out"])
    assert ("plateau", ends[0], "sure") in {(one.kind, one.start, one.certainty) for one in series.labels}


def test_a_mark_is_taken_back_by_undo_by_its_line_and_at_the_curve(qtbot: QtBot, shown: MainWindow) -> None:
    shown.stack.fit()
    settle(shown)

    def marked() -> int:
        return len(shown.stack._scenery.marked)

    choose(qtbot, shown, 300, "You missed one…")
    QTest.mouseClick(shown.marking.save, LEFT)  # where the pointer was
    settle(shown)
    assert marked() == 1
    shown.actions_["undo"].trigger()
    assert marked() == 0
    shown.actions_["redo"].trigger()
    assert marked() == 1
    QTest.mouseClick(links(shown)[0], LEFT)
    settle(shown)
    assert marked() == 0 and not links(shown)
    shown.actions_["undo"].trigger()
    choose(qtbot, shown, 300, "Remove your mark “Spike”")
    assert marked() == 0


def test_keys_alone_can_mark(qtbot: QtBot, shown: MainWindow) -> None:
    shown.activateWindow()
    shown.stack.setFocus()
    QTest.keyClick(shown.stack, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    bar = shown.marking
    qtbot.waitUntil(bar.isVisible, timeout=3000)
    for field, text in ((bar.start, "120"), (bar.end, "180")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
    QTest.keyClick(bar.end, Qt.Key.Key_Return)
    settle(shown)
    run = shown.runs.active.run  # type: ignore[union-attr]
    (label,) = shown.events.standings.marks(run)
    assert (label.kind, label.start, label.end, label.series) == (EventKind.SPIKE, 120, 180, "loss")
    QTest.keyClick(shown.stack, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(bar.isVisible, timeout=3000)
    bar.start.setFocus()
    bar.start.selectAll()
    QTest.keyClicks(bar.start, "soon")
    QTest.keyClick(bar.start, Qt.Key.Key_Return)
    assert bar.isVisible()  # it is no number, and the field says so
    assert bar.start.property("isWrong")
    QTest.keyClick(bar.start, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert len(shown.stack._scenery.marked) == 1


def test_marking_ends_with_the_run(qtbot: QtBot, shown: MainWindow) -> None:
    shown.actions_["mark"].trigger()
    assert shown.marking.isVisible()
    shown.actions_["close_run"].trigger()
    assert not shown.marking.isVisible()
    assert not shown.actions_["mark"].isEnabled()


def test_a_mark_beyond_the_end_of_a_log_written_anew_is_drawn_at_its_end(shown: MainWindow) -> None:
    run = shown.runs.active.run  # type: ignore[union-attr]
    shown.events.standings.mark(run, [Label("loss", EventKind.SPIKE, 5000, 5010)])
    shown.events.show_opinions()
    assert [(band.left, band.right) for band in shown.stack._scenery.marked] == [(999.0, 999.0)]
    assert [link.text() for link in links(shown)] == ["Marked by you: Spike, step 999 · remove"]
