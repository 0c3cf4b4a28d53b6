"""Whatever a file is called and whatever is shown, the window keeps its size and messages stay one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.logs.formats import folder
from gui.shell import notice
from gui.shell.notice import Answer
from gui.window.main_window import MainWindow

SMALL = (1280, 720)
LONG_NAME = "n" * 180


def write_log(path: Path, rows: int = 40) -> Path:
    steps = np.arange(rows)
    np.savetxt(path, np.c_[steps, 1 / (steps + 1)], delimiter=",", header="step,loss", comments="")
    return path


@pytest.fixture
def small(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.resize(*SMALL)
    return window


@pytest.mark.parametrize("name", [LONG_NAME, "two words " * 18, "a-b_" * 45], ids=["one word", "words", "parts"])
def test_a_long_name_widens_neither_window_nor_start_page(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, name: str
) -> None:
    small.open_files([write_log(tmp_path / f"{name}.csv")])
    small.status.show_work(f"Reading {name}…")
    small.busy.show_progress(f"Reading {name}…", 0.3)
    small.notice.show_message(f"{name}: is not a log")
    qtbot.waitUntil(lambda: len(small.runs) == 1)
    assert small.minimumSizeHint().width() < SMALL[0]
    assert small.size().toTuple() == SMALL
    small.actions_["start_page"].trigger()
    page = small.start_page.widget()
    qtbot.waitUntil(lambda: page.width() <= small.start_page.viewport().width())


def test_a_panel_that_opens_leaves_the_window_as_large_as_it_is(qtbot: QtBot, small: MainWindow) -> None:
    for dock in small.docks.values():
        dock.show()
    qtbot.wait(50)
    assert small.minimumSizeHint().height() < SMALL[1]
    assert small.size().toTuple() == SMALL


def test_a_message_is_one_line_moves_nothing_and_leaves(
    qtbot: QtBot, small: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.start_page.geometry()
    monkeypatch.setattr(notice, "SECONDS", 0.1)
    small.notice.show_message("late-rise 0 was interrupted at step 889 " * 20)
    assert small.notice.height() < 60
    assert small.notice.width() < small.centralWidget().width()
    assert small.start_page.geometry() == before
    qtbot.waitUntil(lambda: small.notice.isVisible(), timeout=100)
    monkeypatch.setattr(notice, "SECONDS_PER_LETTER", 0.0)
    small.notice.show_message("short")
    qtbot.waitUntil(lambda: not small.notice.isVisible(), timeout=3000)
    assert small.notice.text == ""
    assert small.notice.past[-1] == "short"


def test_of_two_messages_none_is_lost(qtbot: QtBot, small: MainWindow) -> None:
    small.notice.show_message("first")
    small.notice.show_message("second")
    assert small.notice.text == "first\nsecond"
    assert small.notice._text.text() == "second"
    qtbot.mouseClick(small.notice._more, Qt.MouseButton.LeftButton)
    assert small.notice._text.text() == "first"


def test_the_button_of_a_message_comes_back_with_it(qtbot: QtBot, small: MainWindow) -> None:
    done: list[str] = []
    small.notice.show_message("first", Answer("Undo", lambda: done.append("undone")))
    small.notice.show_message("second")
    assert small.notice._answers == []
    qtbot.mouseClick(small.notice._more, Qt.MouseButton.LeftButton)
    (answer,) = small.notice._answers
    qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
    assert done == ["undone"] and not small.notice.isVisible()


def test_a_file_that_is_no_log_offers_to_import_it_with_options(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "words.csv"
    path.write_text("name,colour\nanna,blue\nben,red\n")
    asked: list[Path] = []
    monkeypatch.setattr(small.dialogs, "import_file", asked.append)
    small.logs.import_wanted.connect(asked.append)
    small.open_files([path])
    qtbot.waitUntil(lambda: bool(small.notice._answers))
    qtbot.mouseClick(small.notice._answers[0], Qt.MouseButton.LeftButton)
    assert path in asked


def test_every_log_of_a_folder_opens_or_the_window_says_how_many(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(60):
        write_log(tmp_path / f"run{index:02}.csv")
    small.open_files([tmp_path])
    qtbot.waitUntil(lambda: len(small.runs) == 60, timeout=20_000)
    assert small.notice.text == ""
    monkeypatch.setattr(folder, "MOST_LOGS", 10)
    other = tmp_path / "other"
    other.mkdir()
    for index in range(25):
        write_log(other / f"run{index:02}.csv")
    small.open_files([other])
    qtbot.waitUntil(lambda: "10 of 25" in small.notice.text, timeout=20_000)
    while "10 of 25" not in small.notice._text.text():  # another message has come since
        qtbot.mouseClick(small.notice._more, Qt.MouseButton.LeftButton)
    assert [answer.text() for answer in small.notice._answers] == ["Choose…"]
