"""Every number in a panel has a tool tip that explains it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.sources import SOURCES
from engine.tasks.settings import SETTINGS, Kind
from engine.training.pace import FULL
from gui.look.number_hints import HINTS, hint
from gui.runs.table.model import FIRST_SETTING, VERDICT
from gui.threads.messages import Phase
from gui.window.main_window import MainWindow

LONG = 20_000
NAMES_ONLY = re.compile(r"\w+/\w+|[\w.-]+\.csv|[\w-]+ \d+|θ\w*")  # a run, a file, a layer


@pytest.fixture
def ended(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.resize(1280, 720)
    window.scenarios.choose("explosion")
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    qtbot.waitUntil(lambda: bool(window.events.order), timeout=LONG)
    window.events.select(window.events.order[0])
    return window


def bare(root: QWidget) -> Iterator[str]:
    """Visible texts with a digit without a tool tip of their own or of a parent."""
    for kind in (QLabel, QLineEdit):
        for widget in root.findChildren(kind):
            text = widget.text()
            if widget.isVisible() and re.search(r"\d", text) and not NAMES_ONLY.fullmatch(text) and not tip_of(widget):
                yield text


def tip_of(widget: QWidget | None) -> str:
    while widget is not None:
        if widget.toolTip():
            return widget.toolTip()
        widget = widget.parentWidget()
    return ""


def test_in_every_tab_and_dock(ended: MainWindow, qtbot: QtBot) -> None:
    tabs = ended.inside._tabs
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
        qtbot.waitUntil(lambda: tabs.currentWidget().isVisible())
        assert list(bare(ended)) == []
    ended.views.show("data")
    qtbot.waitUntil(lambda: ended.inner.data is not None and ended.inner.data.sheet is not None, timeout=LONG)
    ended.views.show("landscape")
    landscape = ended.inner
    qtbot.waitUntil(lambda: landscape.landscape is not None and bool(landscape.landscape.valley), timeout=LONG)
    qtbot.waitUntil(lambda: "2 ÷ largest curvature" in landscape.landscape.text, timeout=LONG)  # type: ignore[union-attr]
    assert list(bare(ended)) == []


def test_in_the_table_of_runs(ended: MainWindow, qtbot: QtBot) -> None:
    ended.desk.try_settings({"lr": 1e-4, "epochs": 2})
    qtbot.waitUntil(lambda: ended.training.phase is Phase.ENDED and len(ended.runs) == 2, timeout=LONG)
    lines = ended.run_panel.lines
    qtbot.waitUntil(lambda: lines.rowCount() == 2 and lines.columnCount() > FIRST_SETTING)
    for column in range(VERDICT, lines.columnCount()):
        told = lines.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert told or lines.keys[column - FIRST_SETTING] == "seed", lines.title(column)
        for row in range(2):
            assert told in lines.index(row, column).data(Qt.ItemDataRole.ToolTipRole)


def test_every_entry_has_a_formula_and_a_source_that_is_known() -> None:
    for name, (formula, source) in HINTS.items():
        assert source in SOURCES
        assert len(formula) > 4 and len(hint(name).splitlines()) == 2 - (source == "definition")
    assert hint("no such number") == ""


def test_every_knob_that_is_a_number_has_a_formula() -> None:
    numbers = {key for key, setting in SETTINGS.items() if setting.kind in (Kind.FLOAT, Kind.INTEGER)}
    assert numbers <= set(HINTS)
