"""Logs that grow while they are open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.events import Event, EventKind, Severity
from engine.logs import reading
from engine.logs.reading import open_log
from engine.run import Run
from gui.events.notifying import SETTING, Notifying
from gui.runs.document import Shown
from gui.window.main_window import MainWindow


def write(path: Path, start: int, stop: int, mode: str = "a") -> None:
    with path.open(mode) as out:
        out.write("step,loss\n" if mode == "w" else "")
        out.writelines(f"{i},{1 / (i + 1)}\n" for i in range(start, stop))


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    write(path, 0, 100, "w")
    window.open_files([path])
    qtbot.waitUntil(lambda: window.runs.active is not None and window.runs.active.events is not None)


def rows(window: MainWindow) -> int:
    assert window.runs.active is not None
    return len(window.runs.active.run.table)


def test_new_rows_appear_within_a_second_and_again(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    opened(qtbot, window, path)
    assert rows(window) == 100
    shown_id = window.runs.active.run.id  # type: ignore[union-attr]
    write(path, 100, 150)
    qtbot.waitUntil(lambda: rows(window) == 150, timeout=15000)
    write(path, 150, 170)
    qtbot.waitUntil(lambda: rows(window) == 170, timeout=15000)
    assert window.runs.active.run.id == shown_id  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: any("live, last row" in part.text() for part in window.status.findChildren(QLabel)))
    assert window.stack.active_run is window.runs.active.run  # type: ignore[union-attr]


def test_rows_that_come_while_a_log_is_being_read_are_not_lost(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ended.csv"

    def read_slowly(*given: Any) -> list[Run]:
        found = open_log(*given)
        write(path, 100, 130)  # the last that is ever written to it
        return found

    monkeypatch.setattr(reading, "open_log", read_slowly)
    opened(qtbot, window, path)
    qtbot.waitUntil(lambda: rows(window) == 130, timeout=15000)


def test_what_happens_in_the_new_rows_is_said(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    opened(qtbot, window, path)
    with path.open("a") as out:
        out.writelines(f"{i},nan\n" for i in range(100, 400))
    qtbot.waitUntil(
        lambda: EventKind.DIVERGED in {event.kind for event in window.runs.active.listed},  # type: ignore[union-attr]
        timeout=15000,
    )


def test_a_truncated_log_is_said_and_read_from_its_start(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    opened(qtbot, window, path)
    write(path, 100, 120)
    qtbot.waitUntil(lambda: rows(window) == 120, timeout=15000)
    path.write_text("step,loss\n" + "".join(f"{i},{2 / (i + 1)}\n" for i in range(30)))
    qtbot.waitUntil(lambda: rows(window) == 30, timeout=15000)
    assert path.name in window.notice.text


def test_a_log_is_left_alone_when_following_is_off(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path, other = tmp_path / "left.csv", tmp_path / "followed.csv"
    opened(qtbot, window, path)
    window.actions_["follow"].setChecked(False)
    write(path, 100, 120)
    before = window.runs.active
    window.actions_["follow"].setChecked(True)
    write(other, 0, 50, "w")
    window.open_files([other])
    qtbot.waitUntil(lambda: len(window.runs) == 2)
    write(other, 50, 60)
    qtbot.waitUntil(lambda: rows(window) == 60, timeout=15000)
    assert before is not None
    assert len(before.run.table) == 100


def test_a_critical_event_is_notified_once_and_only_when_asked_for(
    window: MainWindow, spike_log: Path, qtbot: QtBot
) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: window.runs.active is not None and window.runs.active.events is not None)
    assert window.runs.active is not None
    event = Event("loss/diverged/0", EventKind.DIVERGED, "loss", 3, 9, 9, Severity.CRITICAL, 0.9)
    live = Shown(window.runs.active.run, (event,), is_live=True)
    notified: list[str] = []
    for is_wanted, expected in ((False, 0), (True, 1)):
        window.remembered.set_flag(SETTING, is_wanted)
        notifying = Notifying(window.runs, window.remembered, window)
        notifying.notify = lambda title, text: notified.append(text)  # type: ignore[method-assign]
        notifying.check(live)
        notifying.check(live)
        assert len(notified) == expected
