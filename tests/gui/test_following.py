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
from gui.runs.table.model import ACCURACY
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


def test_a_log_is_left_alone_until_following_is_on_again(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "left.csv"
    opened(qtbot, window, path)
    looks: list[bool] = []
    window.following._follower._timer.timeout.connect(lambda: looks.append(True))  # type: ignore[union-attr]
    window.actions_["follow"].setChecked(False)
    write(path, 100, 120)
    seen = len(looks)
    qtbot.waitUntil(lambda: len(looks) > seen + 2)
    assert rows(window) == 100
    window.actions_["follow"].setChecked(True)
    qtbot.waitUntil(lambda: rows(window) == 120)


def test_what_was_told_of_a_log_stays_while_it_grows(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    opened(qtbot, window, path)
    window.events._tell({"batch_size": 32})
    write(path, 100, 120)
    qtbot.waitUntil(lambda: rows(window) == 120)
    assert window.runs.active.run.told() == {"batch_size": 32}  # type: ignore[union-attr]
    window.events._tell({"optimizer": "adam"})
    path.write_text("step,loss\n" + "".join(f"{i},{2 / (i + 1)}\n" for i in range(30)))
    qtbot.waitUntil(lambda: rows(window) == 30)
    assert window.runs.active.run.told() == {"batch_size": 32, "optimizer": "adam"}  # type: ignore[union-attr]


@pytest.mark.parametrize("has_grown_before", [False, True])
def test_a_run_that_is_closed_and_brought_back_has_what_its_log_got_meanwhile(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, has_grown_before: bool
) -> None:
    path = tmp_path / "growing.csv"
    opened(qtbot, window, path)
    if has_grown_before:
        write(path, 100, 120)
        qtbot.waitUntil(lambda: rows(window) == 120)
    window.actions_["close_run"].trigger()
    assert len(window.runs) == 0
    qtbot.waitUntil(lambda: not window.following._follower._followed)
    write(path, 120, 150)  # the last that is ever written to it
    window.runs.restore()
    qtbot.waitUntil(lambda: rows(window) == (150 if has_grown_before else 130))


def test_a_log_that_is_opened_again_while_it_grows_goes_on(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    opened(qtbot, window, path)
    write(path, 100, 120)
    qtbot.waitUntil(lambda: rows(window) == 120)
    write(path, 120, 130)
    window.open_files([path])
    qtbot.waitUntil(lambda: rows(window) == 130)
    write(path, 130, 150)
    qtbot.waitUntil(lambda: rows(window) == 150)
    assert len(window.runs) == 1


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_run_that_said_its_end_is_not_said_to_go_on(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, is_deleted: bool
) -> None:
    path = tmp_path / "own" / "run.jsonl"
    path.parent.mkdir()
    path.write_text('{"overshoot":1,"name":"mine","optimizers":[]}\n{"rows":{"step":[1,2],"loss":[0.5,0.4]}}\n')
    window.open_files([path])
    qtbot.waitUntil(lambda: "so far" in window.headline.text.plain)
    with path.open("a") as stream:
        stream.write('{"rows":{"step":[3,4],"loss":[0.3,0.2]}}\n')
    qtbot.waitUntil(lambda: rows(window) == 4)
    assert "so far" in window.headline.text.plain
    with path.open("a") as stream:
        stream.write('{"end":"complete"}\n')
    qtbot.waitUntil(lambda: window.headline.text.plain == "Nothing stands out")
    if is_deleted:
        path.unlink()
        path.parent.rmdir()
    window.status._tick()
    assert window.status._text.text().startswith("ended")
    if not is_deleted:
        window.actions_["close_run"].trigger()
        window.open_files([path])  # opened anew it says the same
        qtbot.waitUntil(lambda: window.headline.text.plain == "Nothing stands out" and len(window.runs) == 1)
        assert window.status._text.text().startswith("ended")


def test_an_accuracy_that_proves_to_be_in_percent_is_put_right(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "low.csv"
    path.write_text("step,loss,accuracy\n" + "".join(f"{i},{1 / (i + 1)},{0.1 * i}\n" for i in range(10)))
    window.open_files([path])
    qtbot.waitUntil(lambda: window.runs.active is not None and window.runs.active.events is not None)
    shown = window.runs.active
    assert shown is not None
    first, cell = shown.run.id, lambda: window.run_panel.lines.index(0, ACCURACY).data()
    assert cell() == "90 %"
    with path.open("a") as out:
        out.writelines(f"{i},{1 / (i + 1)},{i}\n" for i in range(10, 20))
    qtbot.waitUntil(lambda: cell() == "19 %")
    assert shown.run.table.values("accuracy")[9] == pytest.approx(0.009)
    assert shown.run.id == first and window.runs.active is shown
    assert not window.notice.text
    with path.open("a") as out:
        out.write("20,0.04,0.5\n")
    qtbot.waitUntil(lambda: rows(window) == 21)
    assert shown.run.table.values("accuracy")[20] == pytest.approx(0.005)


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
