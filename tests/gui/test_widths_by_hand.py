"""Columns that a person has widened keep their widths, in every table, whatever else changes; others are fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView
from pytestqt.qtbot import QtBot

from engine.experiments.case import PLACEBO
from engine.experiments.records import Arm, Stage
from engine.experiments.statistics import Count
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.events.proof.table import VerdictTable
from gui.look.language import switch_language
from gui.look.theme import ThemeMode
from gui.runs.library.dialog import LibraryDialog
from gui.runs.logs.import_dialog import ImportLog
from gui.window.main_window import MainWindow


def log(name: str) -> Run:
    table = MetricTable()
    table.extend({"step": np.arange(20.0), "loss": np.linspace(2.0, 0.5, 20)})
    return Run(name, table, (LossSeries("loss"),), Origin(OriginKind.LOG, Path(name)), "step")


def arms(count: int) -> list[Arm]:
    factors = [PLACEBO, "lr", "eps", "clip_norm", "weight_decay"][:count]
    return [
        Arm(name, {} if name == PLACEBO else {name: 0.1}, 5, Stage.SCREEN, 1, 4, placebo=Count(0, 4))
        for name in factors
    ]


@pytest.fixture
def tables(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Iterator[list[QTableView]]:
    """All tables of the window and its dialogs, with something in them."""
    for rate in (0.5, 0.1, 0.02):
        window.runs.add(log(f"lr{rate}_seed0.csv"))
    window.docks["proof"].show()
    qtbot.waitUntil(lambda: window.deeper.proof_panel is not None)
    window.deeper.proof_panel.table.show_arms(arms(3))
    path = tmp_path / "two.csv"
    path.write_text("step,loss,another\n1,0.5,2\n2,0.25,3\n")
    dialogs = LibraryDialog(window.library, window), ImportLog(path)
    qtbot.addWidget(dialogs[1])
    found = [table for part in (window, dialogs[1]) for table in part.findChildren(QTableView)]
    assert len(found) >= 4
    yield found


@pytest.fixture(autouse=True)
def as_before(window: MainWindow) -> Iterator[None]:
    yield
    window.themes.set_text_percent(100)
    window.themes.set_mode(ThemeMode.LIGHT)


def draggable(table: QTableView) -> list[int]:
    """The columns that a person can drag to a width."""
    header = table.horizontalHeader()
    modes = map(header.sectionResizeMode, range(header.count()))
    return [column for column, mode in enumerate(modes) if mode is QHeaderView.ResizeMode.Interactive]


def show_again(window: MainWindow, tables: list[QTableView]) -> None:
    """What shows lines again: more arms, a search, another run with another setting, another look at the file."""
    window.deeper.proof_panel.table.show_arms(arms(5))
    window.run_panel.search.setText("0.1")
    window.run_panel.search.setText("")
    window.runs.add(log("lr0.3_seed1.csv"))
    window.runs.remove_active()
    for table in tables:
        if isinstance(dialog := table.window(), ImportLog):
            dialog._preview()


CHANGES = {
    "theme": lambda window, _tables: window.themes.set_mode(ThemeMode.DARK),
    "size of texts": lambda window, _tables: window.themes.set_text_percent(150),
    "language": lambda _window, _tables: switch_language("ru"),
    "lines": show_again,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_width_set_by_hand_stays(change: Callable, window: MainWindow, tables: list[QTableView]) -> None:
    draw = np.random.default_rng(5)
    chosen = {(table, column): int(draw.integers(60, 400)) for table in tables for column in draggable(table)}
    for (table, column), width in chosen.items():
        table.setColumnWidth(column, width)
    change(window, tables)
    QApplication.processEvents()
    assert {(table, column): table.columnWidth(column) for table, column in chosen} == chosen


def test_a_setting_keeps_its_width_while_others_come_and_go(window: MainWindow, tables: list[QTableView]) -> None:
    table, lines = window.run_panel.table, window.run_panel.lines
    width_of = lambda key: table.columnWidth(lines.columnCount() - len(lines.keys) + lines.keys.index(key))
    assert lines.keys == ["lr"]
    table.setColumnWidth(lines.columnCount() - 1, 213)
    for name in ("batch_size=8_lr0.3_seed0.csv", "batch_size=4_lr0.3_seed1.csv"):
        window.runs.add(log(name))
        assert width_of("lr") == 213
    assert len(lines.keys) > 1 and all(width_of(key) != 213 for key in lines.keys if key != "lr")
    for _shown in window.runs.all[1:]:
        window.runs.remove_active()
    assert lines.keys == []
    window.runs.add(log("lr0.9_seed0.csv"))
    assert width_of("lr") == 213


def test_only_what_was_dragged_is_kept_and_a_double_click_leaves_it_to_the_table(
    window: MainWindow, qtbot: QtBot
) -> None:
    table = VerdictTable()
    qtbot.addWidget(table)
    table.show_arms(arms(3))
    table.resize(1600, 200)
    table.show()
    header = table.horizontalHeader()
    edge = QPoint(header.sectionViewportPosition(1) - 1, header.height() // 2)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(90, 0))
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(90, 0))
    fitted, dragged = [table.columnWidth(column) for column in range(1, table.columnCount())], table.columnWidth(0)
    window.themes.set_text_percent(150)
    table.fit()
    assert table.columnWidth(0) == dragged
    assert sum(table.columnWidth(1 + place) for place in range(len(fitted))) > sum(fitted)
    edge = QPoint(header.sectionViewportPosition(1) - 1, header.height() // 2)
    QTest.mouseDClick(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    one_size = table.columnWidth(0)
    window.themes.set_text_percent(200)
    table.fit()
    assert table.columnWidth(0) > one_size
