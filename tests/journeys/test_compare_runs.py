"""A person compares three logs by mouse: verdicts at a glance, one lit, one hidden, sorted, searched, and switched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.runs.table.model import EYE, LAST, NAME, VERDICT
from gui.window.main_window import MainWindow

LONG = 60_000
SETTLED = 5_000


@pytest.fixture
def three(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """One log that diverges and two that fall to different losses."""
    window.resize(1280, 720)
    steps, paths = np.arange(600), []
    for name, floor in (("calm.csv", 0.5), ("broken.csv", 0.2), ("better.csv", 0.1)):
        loss = floor + 2 * np.exp(-steps / 100) + 0.01 * np.random.default_rng(1).standard_normal(600)
        if name == "broken.csv":
            loss[400:] = np.nan
        paths.append(tmp_path / name)
        np.savetxt(paths[-1], np.c_[steps, loss], delimiter=",", header="step,loss", comments="")
    window.open_files(paths)
    qtbot.waitUntil(lambda: len(window.runs) == 3 and all(s.events is not None for s in window.runs.all), timeout=LONG)
    window.run_panel._update()
    QApplication.processEvents()
    return window


def row_of(window: MainWindow, name: str) -> int:
    lines = window.run_panel.lines
    return next(row for row in range(lines.rowCount()) if lines.index(row, NAME).data() == name)


def spot(window: MainWindow, name: str, column: int) -> QPoint:
    table = window.run_panel.table
    return table.visualRect(window.run_panel.lines.index(row_of(window, name), column)).center()


def test_three_verdicts_are_read_without_a_click(three: MainWindow, qtbot: QtBot) -> None:
    panel = three.run_panel
    qtbot.waitUntil(lambda: three.docks["runs"].width() >= 300)
    assert panel.isVisible() and "1 of 3 runs diverged" in panel._said.text()
    verdicts = {name: panel.lines.index(row_of(three, name), VERDICT).data() for name in ("calm.csv", "broken.csv")}
    assert "Diverged" in verdicts["broken.csv"] and "Diverged" not in verdicts["calm.csv"]
    table = panel.table
    qtbot.waitUntil(
        lambda: table.columnViewportPosition(VERDICT) + table.columnWidth(VERDICT) <= table.viewport().width()
    )


def test_the_pointer_lights_a_run_and_the_eye_hides_it(three: MainWindow, qtbot: QtBot) -> None:
    viewport = three.run_panel.table.viewport()
    qtbot.mouseMove(viewport, spot(three, "better.csv", NAME))
    qtbot.waitUntil(lambda: three.stack.picture.lit != "", timeout=SETTLED)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot(three, "better.csv", EYE))
    assert [run.name for run in three.runs.visible] == ["calm.csv", "broken.csv"]
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot(three, "better.csv", EYE))
    assert len(three.runs.visible) == 3


def test_a_header_sorts_a_search_finds_and_a_click_switches(three: MainWindow, qtbot: QtBot) -> None:
    panel = three.run_panel
    header = panel.table.horizontalHeader()
    panel.table.scrollTo(panel.lines.index(0, LAST))
    at = QPoint(header.sectionViewportPosition(LAST) + 30, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    names = [panel.lines.index(row, NAME).data() for row in range(3)]
    assert names == ["better.csv", "calm.csv", "broken.csv"]  # by the last loss; NaN at the end
    panel.table.scrollTo(panel.lines.index(0, EYE))
    QTest.keyClicks(panel.search, "brok")
    assert panel.lines.rowCount() == 1
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=spot(three, "broken.csv", NAME))
    assert three.runs.active.run.name == "broken.csv"
    assert "Diverged" in three.headline.text.strong
