"""A user exports table and figure, and gets a message if that fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from engine import export
from engine.logs.reading import open_log
from gui.runs.exporting import stem, with_suffix
from gui.window.main_window import MainWindow


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow, spike_log: Path) -> MainWindow:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: window.runs.active is not None and window.runs.active.events is not None)
    return window


def choose(monkeypatch: pytest.MonkeyPatch, path: Path, kind: str = "") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), kind))


def test_the_data_come_back_as_they_were(
    qtbot: QtBot, shown: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "data.csv")
    shown.actions_["export_data"].trigger()
    qtbot.waitUntil((tmp_path / "data.csv").exists)
    assert shown.runs.active is not None
    table = shown.runs.active.run.table
    again = open_log(tmp_path / "data.csv")[0].table
    assert (again.values("loss") == table.values("loss")).all()


def test_an_export_that_is_called_off_writes_nothing(
    qtbot: QtBot, shown: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK_ROWS", 1)
    path = tmp_path / "data.csv"
    path.write_text("of yesterday")
    with qtbot.waitSignal(shown.exports._exporting.ended) as ended:
        shown.exports.write_data(path)
        shown.working._cancel()
    assert ended.args is not None
    assert ended.args[1] == ""
    assert path.read_text() == "of yesterday"
    assert shown.notice.text == ""


def test_a_file_that_cannot_be_written_is_said(qtbot: QtBot, shown: MainWindow, tmp_path: Path) -> None:
    shown.exports.write_data(tmp_path / "no folder" / "data.csv")
    qtbot.waitUntil(lambda: "data.csv" in shown.notice.text)
    shown.exports.write_figure(tmp_path / "no folder" / "figure.png")
    assert "figure.png" in shown.notice.text
    shown.exports.write_figure(tmp_path / "figure.gif")
    assert "figure.gif" in shown.notice.text


@pytest.mark.parametrize(("suffix", "head"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_the_figure_is_what_its_name_says(
    shown: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, head: bytes
) -> None:
    choose(monkeypatch, tmp_path / f"figure{suffix}")
    shown.actions_["export_figure"].trigger()
    assert (tmp_path / f"figure{suffix}").read_bytes().startswith(head)


def test_the_figure_is_on_the_clipboard(shown: MainWindow) -> None:
    shown.actions_["copy_figure"].trigger()
    picture = QApplication.clipboard().image()
    assert isinstance(picture, QImage) and picture.width() > 500
    assert QApplication.overrideCursor() is None


def test_a_name_without_a_suffix_gets_that_of_the_chosen_kind_and_replaces_nothing_unasked(
    shown: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "figure.svg"
    old.write_text("of yesterday")
    choose(monkeypatch, tmp_path / "figure", "SVG (*.svg)")
    monkeypatch.setattr(QMessageBox, "question", lambda *_args: QMessageBox.StandardButton.No)
    shown.actions_["export_figure"].trigger()
    assert old.read_text() == "of yesterday"
    monkeypatch.setattr(QMessageBox, "question", lambda *_args: QMessageBox.StandardButton.Yes)
    shown.actions_["export_figure"].trigger()
    assert old.read_text().startswith("<?xml")


def test_names_that_are_offered() -> None:
    assert [stem(name) for name in ("loss.csv", "late-rise 0", "a/b.log", ".csv")] == [
        "loss",
        "late-rise 0",
        "a-b",
        ".csv",
    ]
    known = (".csv", ".parquet")
    assert with_suffix(Path("v1.2"), ".csv", known) == Path("v1.2.csv")
    assert with_suffix(Path("run.PARQUET"), ".csv", known) == Path("run.PARQUET")


def test_reading_shows_a_busy_pointer_only_while_it_lasts(qtbot: QtBot, shown: MainWindow) -> None:
    assert shown.cursor().shape() is Qt.CursorShape.ArrowCursor
    assert not shown.busy.isVisible()
