"""Notes on the curve, and what the library knows of logs that were opened before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.runs.library.dialog import LibraryDialog
from gui.runs.library.model import NAME
from gui.runs.notes import NoteDialog
from gui.window.main_window import MainWindow
from tests.gui.conftest import SPIKE_ROW


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow, spike_log: Path) -> MainWindow:
    open_log(qtbot, window, spike_log)
    return window


def open_log(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    before = window.runs.active.run if window.runs.active is not None else None
    window.open_files([path])
    qtbot.waitUntil(
        lambda: (
            window.runs.active is not None
            and window.runs.active.run is not before
            and window.runs.active.events is not None
        )
    )


def dialog_of(window: MainWindow) -> NoteDialog:
    found = [child for child in QApplication.topLevelWidgets() if isinstance(child, NoteDialog) and child.isVisible()]
    assert len(found) == 1
    return found[0]


def test_a_note_is_drawn_and_is_there_again_when_the_log_is_opened_again(
    qtbot: QtBot, shown: MainWindow, spike_log: Path
) -> None:
    shown.stack.note_wanted.emit(SPIKE_ROW)
    dialog = dialog_of(shown)
    assert not dialog.remove.isVisible()
    dialog.text.setPlainText("a bad batch\nsee the notebook")
    dialog.save.click()
    assert [line.text for line in shown.stack._scenery.marks if line.kind is None] == ["a bad batch"]
    shown.close()
    later = MainWindow(shown.remembered, shown.themes)
    qtbot.addWidget(later)
    later.show()
    open_log(qtbot, later, spike_log)
    assert later.notes.of(later.runs.active.run) == {SPIKE_ROW: "a bad batch\nsee the notebook"}  # type: ignore[union-attr]
    assert [line.text for line in later.stack._scenery.marks if line.kind is None] == ["a bad batch"]
    later.close()


def test_a_note_near_by_is_changed_and_an_emptied_one_goes_away(shown: MainWindow) -> None:
    run = shown.runs.active.run  # type: ignore[union-attr]
    shown.notes.write(run, SPIKE_ROW, "here")
    shown.stack.fit()
    shown.stack.range_changed.emit(0.0, 999.0)
    shown.stack.note_wanted.emit(SPIKE_ROW + 5)
    dialog = dialog_of(shown)
    assert dialog.text.toPlainText() == "here"
    dialog.remove.click()
    assert shown.notes.of(run) == {}
    assert shown.library.notes(run.id) == {}
    shown.notes.write(run, SPIKE_ROW, "here")
    shown.stack.note_wanted.emit(SPIKE_ROW + 50)
    assert dialog_of(shown).text.toPlainText() == ""


def test_notes_are_in_the_report(shown: MainWindow, tmp_path: Path) -> None:
    shown.notes.write(shown.runs.active.run, SPIKE_ROW, "a bad batch")  # type: ignore[union-attr]
    shown.reports.write(tmp_path / "report.html")
    assert "a bad batch" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_log_opened_again_takes_the_place_of_its_earlier_reading(
    qtbot: QtBot, shown: MainWindow, spike_log: Path
) -> None:
    with spike_log.open("a") as out:
        out.write("1000,0.5\n")
    open_log(qtbot, shown, spike_log)
    assert [len(s.run.table) for s in shown.runs.all] == [1001]


def test_a_log_is_in_the_library_under_its_new_name_and_opens_from_there(
    qtbot: QtBot, shown: MainWindow, spike_log: Path
) -> None:
    dialog = LibraryDialog(shown.library, shown)
    qtbot.addWidget(dialog)
    assert [entry.path for entry in dialog.entries.entries] == [spike_log]
    assert dialog.entries.setData(dialog.entries.index(0, NAME), "first try")
    assert shown.runs.active.run.name == "first try"  # type: ignore[union-attr]
    shown.actions_["close_run"].trigger()
    dialog.table.selectRow(0)
    dialog.open_it.click()
    qtbot.waitUntil(lambda: len(shown.runs) == 1)
    assert shown.runs.active.run.name == "first try"  # type: ignore[union-attr]
    shown.actions_["undo"].trigger()
    assert len(shown.runs) == 1


def test_what_was_proved_is_kept_with_the_run(shown: MainWindow) -> None:
    run = shown.runs.active.run  # type: ignore[union-attr]
    shown.library.keep_proofs(run.id, {"loss/spike/0": ["the batch did it"]})
    shown.library.keep_proofs(run.id, {"loss/spike/1": ["so did this one"]})
    assert shown.deeper.proof_lines(run.id) == {
        "loss/spike/0": ["the batch did it"],
        "loss/spike/1": ["so did this one"],
    }


def test_a_library_that_is_locked_is_said_and_the_log_is_shown(
    qtbot: QtBot, window: MainWindow, spike_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    monkeypatch.setattr("gui.runs.library.desk.PATIENCE_SECONDS", 0.0)
    path = window.library.library.path
    window.library.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said: list[str] = []
    window.library.message_ready.connect(said.append)
    open_log(qtbot, window, spike_log)
    assert any("locked" in text for text in said)
    assert len(window.runs) == 1
    other.close()
