"""The start page invites: demos with their curves, what to go on with, samples in view, and a dropped file's curve."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.events import Severity
from engine.i18n import languages
from engine.scenarios.base import all_scenarios
from engine.training.pace import FULL
from gui.look.controls import Link
from gui.look.language import switch_language
from gui.look.theme import current_theme
from gui.runs.start import picture
from gui.runs.start.cards import DemoCard, OwnCard, RecentCard
from gui.runs.start.continuing import Recent
from gui.runs.start.page import NARROW
from gui.runs.start.picture import CurvePicture
from gui.runs.start.thumbnails import Thumbnails
from gui.window.dialogs.bringing import BringDialog
from gui.window.main_window import MainWindow

LONG = 20_000  # milliseconds; the first start imports torch


@pytest.fixture
def small(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.resize(1280, 720)
    qtbot.wait(20)
    return window


def cards(window: MainWindow, kind: type) -> list:
    return [card for card in window.start_page.findChildren(kind) if card.isVisible()]


def blue(shown: CurvePicture, left: float, right: float) -> int:
    """Pixels in the colour of the curve between two shares of the picture."""
    image: QImage = shown.grab().toImage()
    wanted = current_theme().curves[0].lower()
    columns = range(int(left * image.width()), int(right * image.width()))
    return sum(image.pixelColor(x, y).name() == wanted for x in columns for y in range(image.height()))


def opened_again(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.close()
    later = MainWindow(window.remembered, window.themes)
    qtbot.addWidget(later)
    later.resize(1280, 720)
    later.show()
    qtbot.waitExposed(later)
    return later


def test_each_demo_has_its_curve_in_the_order_of_the_list_and_samples_are_in_view(small: MainWindow) -> None:
    demos = cards(small, DemoCard)
    assert [card.name for card in demos] == list(all_scenarios())
    assert all(blue(card.picture, 0.0, 1.0) > 20 for card in demos)
    sample = next(card for card in cards(small, RecentCard) if card.findChild(Link).text() == "late rise")
    assert blue(sample.picture, 0.0, 1.0) > 20 and sample.picture.curve.severity is Severity.WARNING
    assert sample.visibleRegion().boundingRect().height() == sample.height()
    assert small.start_page.verticalScrollBar().maximum() == 0


def test_a_large_screen_is_filled_and_a_small_one_needs_no_scroll_bar(qtbot: QtBot, small: MainWindow) -> None:
    height = lambda: sum(card.height() for card in cards(small, DemoCard))
    before = height()
    small.resize(1920, 1040)
    qtbot.waitUntil(lambda: height() > 1.5 * before)
    page = small.start_page
    last = cards(small, RecentCard)[-1]
    assert last.mapTo(page, QPoint(0, last.height())).y() > 0.7 * page.height()
    small.resize(1280, 720)
    qtbot.waitUntil(lambda: height() == before)
    assert page.verticalScrollBar().maximum() == 0


def test_less_is_said_where_lines_are_so_tall_that_the_page_does_not_fit(qtbot: QtBot, small: MainWindow) -> None:
    page, said = small.start_page, "Drop a log anywhere on this window"
    small.resize(1264, 672)  # what a frame and a title leave of 1280×720
    shown = lambda: [part.text() for part in page.findChildren(QLabel) if part.isVisible()]
    qtbot.waitUntil(lambda: any(text.startswith(said) for text in shown()))
    page.setStyleSheet("QLabel { min-height: 30px; }")  # as a script with taller lines has it
    qtbot.waitUntil(lambda: bool(shown()) and not any(text.startswith(said) for text in shown()))
    qtbot.waitUntil(lambda: page.verticalScrollBar().maximum() == 0)
    small.resize(1280, 1000)
    qtbot.waitUntil(lambda: any(text.startswith(said) for text in shown()))


def test_the_curve_draws_itself_while_the_pointer_is_on_it(qtbot: QtBot, small: MainWindow) -> None:
    card = cards(small, DemoCard)[-1]
    card.leaveEvent(_leaving())
    card.enterEvent(_entering(card))
    card.picture._drawing.setCurrentTime(card.picture._drawing.duration() // 4)
    assert blue(card.picture, 0.0, 0.2) > 5
    assert blue(card.picture, 0.35, 1.0) == 0
    card.leaveEvent(_leaving())
    assert blue(card.picture, 0.5, 1.0) > 5


def test_the_curve_stays_still_where_motion_is_reduced(small: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    card = cards(small, DemoCard)[-1]
    card.leaveEvent(_leaving())  # the pointer may be there already
    monkeypatch.setattr(picture, "is_motion_reduced", lambda _style: True)
    card.enterEvent(_entering(card))
    assert card.picture.drawn == 1.0
    assert card.picture._drawing.state() is card.picture._drawing.State.Stopped


def test_a_log_and_a_training_are_offered_again_with_their_verdicts(
    qtbot: QtBot, small: MainWindow, spike_log: Path
) -> None:
    offered = len(cards(small, RecentCard))  # the samples
    small.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(small.events.order))
    small.desk.set_pace(FULL)
    with qtbot.waitSignal(small.training.ended, timeout=LONG):
        small.start_demo("explosion")
    later = opened_again(qtbot, small)
    qtbot.waitUntil(lambda: len(cards(later, RecentCard)) == offered + 2, timeout=LONG)
    training, log = cards(later, RecentCard)[:2]
    assert training.picture.curve.severity is Severity.CRITICAL
    assert log.picture.curve.severity is not None
    assert blue(log.picture, 0.0, 1.0) > 10
    qtbot.mouseClick(training, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(later.runs) == 1)
    later.actions_["start_page"].trigger()
    log = next(card for card in cards(later, RecentCard) if ".csv" in card.findChild(Link).text())
    qtbot.mouseClick(log, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(later.runs) == 2)
    later.close()


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"a": {"x": [0], "y": ["b"]}}', "\x00"])
def test_damaged_pictures_are_left_out(tmp_path: Path, content: str) -> None:
    path = tmp_path / "thumbnails.json"
    path.write_text(content)
    assert Thumbnails(path).of("a") is None
    Thumbnails(path).write()
    assert json.loads(path.read_text()) == {}


def test_a_file_over_the_window_shows_its_curve_before_it_is_let_go(
    qtbot: QtBot, small: MainWindow, spike_log: Path, tmp_path: Path
) -> None:
    small.dragEnterEvent(_drag(spike_log))
    assert small.drop_preview.isVisible()
    assert small.drop_preview.text == spike_log.name
    qtbot.waitUntil(lambda: len(small.drop_preview.curve.x) > 20)
    small.dragLeaveEvent(QDragLeaveEvent())
    assert not small.drop_preview.isVisible()
    words = tmp_path / "words.csv"
    words.write_text("name,colour\nanna,blue\n")
    small.dragEnterEvent(_drag(words))
    qtbot.waitUntil(lambda: "recognised" in small.drop_preview.about)
    assert len(small.runs) == 0


def _drag(path: Path) -> QDragEnterEvent:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDragEnterEvent(
        QPoint(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.mime = mime  # type: ignore[attr-defined]  # the event keeps no reference
    return event


def _entering(card: DemoCard):
    from PySide6.QtGui import QEnterEvent

    at = QPointF(5, 5)
    return QEnterEvent(at, at, card.mapToGlobal(at))


def _leaving():
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_a_training_of_ones_own_is_asked_for_beside_the_demos_and_says_what_is_missing(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    (card,) = cards(small, OwnCard)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    (dialog,) = small.findChildren(BringDialog)
    assert "build(seed)" in dialog.why.text() and not dialog.run_button.isEnabled()
    text, file = tmp_path / "notes.txt", tmp_path / "mine.py"
    for path in (text, file):
        path.write_text("")
    dialog.path.setText(str(text))
    assert dialog.why.text() == "notes.txt is not a Python file (.py)."
    dialog.path.setText(str(tmp_path / "gone.py"))
    assert dialog.why.text() == f"There is no file {tmp_path / 'gone.py'}."
    dialog.path.setText(str(file))
    dialog.python.setText("no-such-python")
    assert dialog.why.text() == "There is no program no-such-python." and not dialog.run_button.isEnabled()
    dialog.python.setText("")
    assert dialog.run_button.isEnabled() and "trust" in dialog.why.text()
    dialog.reject()


@pytest.mark.parametrize("language", languages())
def test_samples_stay_in_view_where_there_is_something_to_go_on_with(
    qtbot: QtBot, small: MainWindow, spike_log: Path, language: str
) -> None:
    small.resize(1264, 672)  # what a frame and a title leave of 1280×720
    small.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(small.events.order))
    switch_language(language)
    QTest.keyClick(small, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: small.start_page.isVisible() and len(cards(small, RecentCard)) > 6)
    qtbot.waitUntil(lambda: small.start_page.verticalScrollBar().maximum() == 0, timeout=2000)
    switch_language("en")


def test_a_narrow_page_has_fewer_cards_side_by_side(qtbot: QtBot, small: MainWindow) -> None:
    small.resizeDocks([small.docks["demos"], small.docks["happened"]], [480, 420], Qt.Orientation.Horizontal)
    page = small.start_page
    qtbot.waitUntil(lambda: page.viewport().width() < NARROW)
    qtbot.waitUntil(lambda: len({card.x() for card in cards(small, DemoCard)}) == 1)
    for card in cards(small, DemoCard):
        link = card.findChild(Link)
        assert link.width() >= link.fontMetrics().horizontalAdvance(link.text())
    assert page.horizontalScrollBar().maximum() == 0


def test_what_was_opened_last_is_there_when_the_page_is_seen_again(small: MainWindow, tmp_path: Path) -> None:
    page = small.start_page
    for names in (["a.csv", "b.csv"], ["c.csv"]):
        small._pages.show_plots()
        page.show_recent([Recent(name, tmp_path / name) for name in names])
        small._pages.show_start_page()
        told = [card._recent.name for card in page.widget().findChildren(RecentCard)]
        assert told[: len(names)] == names and not {"a.csv", "c.csv"} & {*told[len(names) :]}
