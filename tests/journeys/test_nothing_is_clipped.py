"""In every language at 1280×720, every text that is shown has the room that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as QtTimeout
from pytestqt.qtbot import QtBot

from engine.i18n import languages
from engine.scenarios.base import all_scenarios
from gui.look.controls import Elided, Link, Switch
from gui.look.language import switch_language
from gui.look.theme import ThemeKeeper
from gui.runs.logs.import_dialog import ImportLog
from gui.shell.remembered import Remembered
from gui.window.dialogs.about import About
from gui.window.dialogs.preferences import Preferences
from gui.window.dialogs.shortcuts import Shortcuts
from gui.window.main_window import MainWindow

ROUNDING = 1  # pixels


@pytest.fixture(params=languages())
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    yield switch_language(request.param)
    switch_language("en")


@pytest.fixture
def small(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.resize(1280, 720)
    return window


def clipped(root: QWidget) -> list[str]:
    """What does not have its room."""
    return [*_short_of_room(root), *_wider_than_their_area(root)]


def check(qtbot: QtBot, root: QWidget) -> None:
    """Nothing is clipped once the layouts have come to rest."""
    with suppress(QtTimeout):
        qtbot.waitUntil(lambda: clipped(root) == [], timeout=1000)
    assert clipped(root) == []


def _short_of_room(root: QWidget) -> Iterable[str]:
    for kind in (QLabel, QAbstractButton, QComboBox):
        for widget in root.findChildren(kind):
            if (
                not widget.isVisible()
                or isinstance(widget, Elided | Link | Switch)
                or isinstance(widget.parent(), QTabBar)
            ):
                continue
            if widget.objectName().startswith("qt_"):
                continue  # Qt's own: arrows of tool bars and title bars
            high = widget.heightForWidth(widget.width()) if isinstance(widget, QLabel) and widget.text() else 0
            if high > widget.height() + ROUNDING:
                yield f"{widget.text()!r}: {high} > {widget.height()} high"
            if _wanted(widget) > widget.width() + ROUNDING:
                yield f"{type(widget).__name__} {_text(widget)!r}: {_wanted(widget)} > {widget.width()}"


def _wanted(widget: QWidget) -> int:
    if isinstance(widget, QComboBox):
        return widget.fontMetrics().horizontalAdvance(widget.currentText()) + widget.width() - _text_room(widget)
    return widget.minimumSizeHint().width() if isinstance(widget, QLabel) else widget.sizeHint().width()


def _text_room(combo: QComboBox) -> int:
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    return combo.style().subControlRect(kind, option, part, combo).width()


def _text(widget: QWidget) -> str:
    return widget.currentText() if isinstance(widget, QComboBox) else widget.text()  # type: ignore[attr-defined]


def _wider_than_their_area(root: QWidget) -> Iterable[str]:
    for area in root.findChildren(QScrollArea):
        page = area.widget()
        is_folded = area.height() == 0  # nothing of it is shown
        if (
            area.isVisible()
            and not is_folded
            and page is not None
            and page.width() > area.viewport().width() + ROUNDING
        ):
            yield f"{type(area).__name__}: {page.width()} > {area.viewport().width()}"


def test_the_start_page_and_the_knobs_and_question_of_every_demo(qtbot: QtBot, small: MainWindow, spoken: str) -> None:
    check(qtbot, small)
    for name in all_scenarios():
        small.scenarios.choose(name)
        check(qtbot, small)


def test_a_log_with_its_card(qtbot: QtBot, small: MainWindow, spike_log: Path, spoken: str) -> None:
    small.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(small.events.order))
    small.events.select(small.events.order[0])
    check(qtbot, small)


def test_the_dialogs(qtbot: QtBot, remembered: Remembered, themes: ThemeKeeper, spike_log: Path, spoken: str) -> None:
    for dialog in (About(), Shortcuts(), Preferences(remembered), ImportLog(spike_log)):
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        check(qtbot, dialog)
        assert dialog.width() <= 1280
        assert dialog.height() <= 720 - 40
