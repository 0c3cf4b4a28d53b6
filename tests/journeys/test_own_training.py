"""Your own training in the window: watched from a terminal, brought whole, and proved by running it again."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.brought.bridge import bridge
from engine.events import EventKind
from engine.judging import judge
from gui.runs.logs.arriving import ArrivingRuns
from gui.threads.reading import Preparing
from gui.window.dialogs.bringing import BringDialog
from gui.window.dialogs.output import OutputDialog
from gui.window.main_window import MainWindow
from overshoot.watching import watch
from tests.engine.test_brought import RISING
from tests.overshoot.scripts import LOOP, START, start


def test_a_script_started_in_a_terminal_appears_and_grows(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    own = {"OVERSHOOT_HOME": os.environ["OVERSHOOT_HOME"]}
    slow = "    import time; time.sleep(.01)\n"
    code = START + "run = overshoot.watch(model, optimizer)\n" + LOOP.replace("STEPS", "400") + slow
    process = start(tmp_path, code, **own)
    try:
        qtbot.waitUntil(lambda: len(window.runs) == 1, timeout=60_000)
        shown = window.runs.active
        assert shown is not None
        assert shown.run.name == "train"
        rows = len(shown.run.table)
        qtbot.waitUntil(lambda: len(window.runs.active.run.table) > rows + 20, timeout=30_000)  # type: ignore[union-attr]
        assert window.runs.active.run is shown.run  # type: ignore[union-attr]
        assert "grad_norm" in shown.run.table
    finally:
        process.kill()
        process.communicate()
    told = [part for part in window.status.findChildren(QLabel) if "live, last row" in part.text()]
    assert told
    qtbot.waitUntil(lambda: all("ended" in part.text() for part in told), timeout=10_000)


def test_a_new_run_is_announced_within_a_second(qtbot: QtBot, window: MainWindow) -> None:
    window.arriving.is_on = False
    looking = ArrivingRuns(window)
    order: list[str] = []
    looking.announced.connect(lambda: order.append("announced"))
    looking.arrived.connect(lambda _path: order.append("arrived"))
    run = watch(name="mine")
    run.log(loss=1.0)
    run.log(loss=0.5)
    began = time.monotonic()
    with qtbot.waitSignal(looking.arrived, timeout=10_000) as seen:
        pass
    assert time.monotonic() - began < 1.5  # a tenth of a second to write, a tenth to look, and a busy machine
    assert seen.args == [run.path]
    assert order == ["announced", "arrived"]  # what reading needs is loaded between the two
    run.close()
    looking.close()


def test_what_reading_needs_is_loaded_once_a_run_is_announced(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(Preparing, "work", lambda task, publish: asked.append(True))
    window.arriving.announced.emit()
    qtbot.waitUntil(lambda: asked == [True], timeout=30_000)
    code = """
import sys
from gui.threads.reading import Preparing
names = "engine.logs.reading", "engine.logs.run_blocks", "engine.diagnosis.explanation", "engine.diagnosis.run_story"
assert not any(name in sys.modules for name in names)
Preparing().work(print)
assert all(name in sys.modules for name in names)
import numpy as np
from engine.diagnosis.run_story import story_lines
from engine.judging import judge
from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.table import MetricTable
for last in 1.0, np.nan:
    table = MetricTable()
    table.extend({"step": np.arange(150.0), "loss": np.append(np.exp(-np.arange(149) / 50), last)})
    run = Run("mine", table, pair(("loss",)), Origin(OriginKind.LOG), x="step")
    events = judge(run).events
    loaded = set(sys.modules)
    assert story_lines(run, events)
    new = {name for name in set(sys.modules) - loaded if name.startswith("engine.")}
    assert not new, new
"""
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)


@pytest.mark.parametrize("has_runs", [False, True])
def test_where_runs_have_come_before_a_window_is_ready_for_the_next(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, has_runs: bool
) -> None:
    asked: list[bool] = []
    looking = ArrivingRuns(window)
    looking.folder = tmp_path / "runs"
    looking.announced.connect(lambda: asked.append(True))
    if has_runs:
        looking.folder.mkdir()
    looking._get_ready()
    assert asked == [True] * has_runs
    looking.close()


def test_a_run_that_has_begun_is_looked_for_more_often(window: MainWindow, tmp_path: Path) -> None:
    looking = ArrivingRuns(window)
    looking.folder = tmp_path / "runs"
    looking.look()
    usual = looking._timer.interval()
    (looking.folder / "new").mkdir(parents=True)
    looking.look()
    assert looking._timer.interval() < usual
    looking._soon_until = 0.0  # a run without rows is waited for in the usual way
    looking.look()
    assert looking._timer.interval() == usual
    looking.close()


def test_runs_from_before_the_window_do_not_open_by_themselves(qtbot: QtBot, window: MainWindow) -> None:
    old = watch(name="old")
    old.log(loss=1.0)
    old.log(loss=0.5)
    old.close()
    assert old.path is not None
    os.utime(old.path.parent, (1.0, 1.0))
    window.arriving.look()
    assert window.arriving._waiting == {}


def test_a_file_is_run_only_after_it_was_confirmed(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(RISING)
    dialog = BringDialog(str(file), "", 512, window)
    qtbot.addWidget(dialog)
    confirmed: list[tuple[str, str]] = []
    dialog.confirmed.connect(lambda *given: confirmed.append(given))
    dialog.reject()
    assert confirmed == []
    dialog.path.setText(str(tmp_path / "other.txt"))
    assert not dialog.run_button.isEnabled()
    window.open_files([file])  # dropped or clicked, it is read as a log, which it is not
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=10_000)
    assert window.bringing._processes == []


@pytest.mark.parametrize("has_error", [False, True])
def test_a_brought_file_appears_or_says_where_it_fails(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, has_error: bool
) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import overshoot\n\nprint(not_there)\n" if has_error else RISING)
    window.actions_["bring"].trigger()
    (dialog,) = window.findChildren(BringDialog)
    dialog.path.setText(str(file))
    dialog.run_button.click()
    if has_error:
        said = "mine.py has failed: mine.py:3: NameError: name 'not_there' is not defined"
        qtbot.waitUntil(lambda: said in window.notice.past, timeout=60_000)
        assert len(window.runs) == 0
        assert said in window.notice.text
        assert not window.notice._leaving.isActive()  # whoever looked away finds it
        (answer,) = window.notice._answers
        answer.click()
        (output,) = window.findChildren(OutputDialog)
        assert "Traceback" in output.text.toPlainText()
        assert "print(not_there)" in output.text.toPlainText()
        output.accept()
    else:
        qtbot.waitUntil(lambda: len(window.runs) == 1, timeout=60_000)
        assert window.runs.active is not None
        assert window.runs.active.run.origin.can_repeat


@pytest.mark.parametrize("given", ["{home}/run.jsonl", "~/run.jsonl", "{home}/my runs/it's $HOME; (1).jsonl"])
def test_a_run_on_another_machine_arrives_through_ssh(
    given: str, qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    there = Path(given.format(home=tmp_path)).expanduser()
    there.parent.mkdir(exist_ok=True)
    there.write_text('{"overshoot":1,"name":"far","optimizers":[]}\n{"rows":{"step":[1,2],"loss":[0.5,0.4]}}\n')
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    # A host does what the last word says, and goes on when the program here is gone.
    ssh.write_text('#!/bin/sh\nfor last; do :; done\nsh -c "$last"\nexit $?\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}{os.pathsep}{os.environ['PATH']}")
    window.bringing.watch("gpu-server", given.format(home=tmp_path))
    qtbot.waitUntil(lambda: len(window.runs) == 1, timeout=20_000)
    with there.open("a") as stream:
        stream.write('{"rows":{"step":[3,4],"loss":[0.3,0.2]}}\n')
    qtbot.waitUntil(lambda: len(window.runs.active.run.table) == 4, timeout=20_000)  # type: ignore[union-attr]
    assert window.runs.active.run.name == "far"  # type: ignore[union-attr]
    assert followers(there) or not PROCESSES.is_dir()
    window.bringing.close()
    qtbot.waitUntil(lambda: not followers(there), timeout=20_000)


PROCESSES = Path("/proc")


def followers(path: Path) -> list[bytes]:
    """The command lines of the processes that print a file, where the system tells."""
    found = []
    for process in PROCESSES.glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = process.read_bytes().split(b"\0")
            found += [b" ".join(words)] if words[0] == b"tail" and os.fsencode(path) in words else []
    return found


def test_a_watched_script_is_proved_by_running_it_again(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    code = START.replace("optimizer = ", "torch.manual_seed(3); optimizer = ")
    rising = """
run = overshoot.watch(model, optimizer)
for i in range(220):
    if i == 120: optimizer.param_groups[0]["lr"] = 3.0
    optimizer.zero_grad(); loss = loss_of(); loss.backward(); optimizer.step()
    run.log(loss=loss)
"""
    process = start(tmp_path, code + rising, OVERSHOOT_HOME=os.environ["OVERSHOOT_HOME"])
    assert bridge().is_dir()
    try:
        qtbot.waitUntil(lambda: window.runs.active is not None and bool(window.runs.active.listed), timeout=60_000)
        process.communicate(timeout=60)

        def is_whole() -> bool:  # following a run makes a new object of it once
            active = window.runs.active
            return active is not None and len(active.run.table) >= 220

        qtbot.waitUntil(is_whole, timeout=20_000)
        active = window.runs.active
        assert active is not None
        whole = {event.kind for event in judge(active.run).events if event.is_listed}
        assert EventKind.LATE_RISE in whole
        # Rows come before their events: a run that rises now may be called diverged until its end is judged.
        qtbot.waitUntil(lambda: {event.kind for event in active.listed} == whole, timeout=20_000)
        event = max(active.listed, key=lambda e: e.severity.rank)
        window._prove(event.id)
        proofs = window.deeper.proofs
        assert proofs is not None
        assert proofs.question is not None
        assert "train.py" in proofs.question.informativeText()
        assert proofs.proving.trial is None  # nothing runs before the answer
        proofs.question.buttons()[0].click()
        qtbot.waitUntil(lambda: proofs.proving.trial is not None, timeout=5_000)
        trial = proofs.proving.trial
        assert trial is not None
        qtbot.waitUntil(lambda: len(trial.records) > 2, timeout=120_000)
        proofs.proving.cancel()
        qtbot.waitUntil(lambda: proofs.proving.trial is None, timeout=60_000)
    finally:
        process.kill()
        process.wait()
