"""A person opens logs, by every way there is, and reads what happened."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.events import EventKind
from gui.app import open_requested
from gui.window.main_window import MainWindow
from tests.gui.conftest import SPIKE_ROW


def is_judged(window: MainWindow) -> bool:
    active = window.runs.active
    return active is not None and active.events is not None


def test_a_file_named_on_the_command_line_is_shown_with_its_spike(
    qtbot: QtBot, window: MainWindow, spike_log: Path
) -> None:
    open_requested(window, [str(spike_log)], None, False)
    qtbot.waitUntil(lambda: is_judged(window))
    active = window.runs.active
    assert active is not None
    spikes = [event for event in active.listed if event.kind is EventKind.SPIKE]
    assert [event.start for event in spikes] == [SPIKE_ROW]
    assert window.stack.isVisible()
    assert not window.start_page.isVisible()
    assert spike_log.name in window.windowTitle()


def test_the_menu_opens_several_files_and_the_last_is_active(
    qtbot: QtBot, window: MainWindow, spike_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("step,loss\n" + "\n".join(f"{i},{1 / (i + 1)}" for i in range(100)))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([str(spike_log), str(other)], ""))
    window.actions_["open"].trigger()
    qtbot.waitUntil(lambda: len(window.runs) == 2 and is_judged(window))
    assert window.runs.active is not None
    assert window.runs.active.run.name == other.name
    assert window.stack.active_run is window.runs.active.run
    assert window.remembered.recent[0] == other


def test_files_are_dropped_on_the_window(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(spike_log))])
    window.dropEvent(
        QDropEvent(
            QPointF(10, 10),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: len(window.runs) == 1)


def test_next_event_selects_it_in_panel_and_plot_and_zooms(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: is_judged(window))
    with qtbot.waitSignal(window.stack.range_changed):
        window.actions_["next"].trigger()
    assert window.events.current == window.events.order[0]
    with qtbot.waitSignal(window.stack.range_changed, timeout=2000, check_params_cb=lambda a, b: b - a < 500):
        pass


def test_a_click_on_the_curve_selects_the_card(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: is_judged(window))
    wanted = window.events.order[0]
    window.stack.event_selected.emit(wanted)
    assert window.events.current == wanted


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("binary.csv", bytes(range(256)) * 20),
        ("words.csv", b"name,colour\nanna,blue\nben,red\n"),
        ("one row.csv", b"step,loss\n1,0.5\n"),
    ],
)
def test_a_wrong_file_is_said_and_the_present_document_stays(
    qtbot: QtBot, window: MainWindow, spike_log: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: is_judged(window))
    before = window.runs.active
    wrong = tmp_path / name
    wrong.write_bytes(content)
    window.open_files([wrong])
    qtbot.waitUntil(lambda: bool(window.notice.text))
    assert name in window.notice.text
    assert window.runs.active is before
    assert window.stack.active_run is not None


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_missing_file_and_a_folder_without_logs_are_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    (tmp_path / "bare").mkdir()
    window.open_files([tmp_path / "bare" / name])
    qtbot.waitUntil(lambda: bool(window.notice.text))
    assert len(window.runs) == 0


def test_the_last_session_opens_again(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: is_judged(window))
    window.close()
    later = MainWindow(window.remembered, window.themes)
    qtbot.addWidget(later)
    open_requested(later, [], None, False)
    qtbot.waitUntil(lambda: len(later.runs) == 1)
    later.close()


def test_a_removed_run_comes_back(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: is_judged(window))
    window.actions_["close_run"].trigger()
    assert len(window.runs) == 0
    assert window.start_page.isVisible()
    window.actions_["undo"].trigger()
    assert len(window.runs) == 1
    assert window.stack.active_run is not None


def test_an_address_is_opened_and_a_wrong_one_is_said(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    fsspec.filesystem("memory").pipe("/runs/far.csv", spike_log.read_bytes())
    window.logs.open_address(" memory://runs/far.csv ")
    qtbot.waitUntil(lambda: is_judged(window))
    assert window.runs.active is not None
    assert window.runs.active.run.name == "far.csv"
    assert window.remembered.recent == []
    window.logs.open_address("nowhere://runs/far.csv")
    qtbot.waitUntil(lambda: "nowhere" in window.notice.text)
    assert len(window.runs) == 1


def test_a_folder_is_opened(
    qtbot: QtBot, window: MainWindow, spike_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "version_0"
    folder.mkdir()
    (folder / "metrics.csv").write_bytes(spike_log.read_bytes())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    window.actions_["open_folder"].trigger()
    qtbot.waitUntil(lambda: is_judged(window))
    assert len(window.runs) == 1
