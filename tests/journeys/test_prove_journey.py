"""A person watches a demo explode, has its cause proved, goes on with the remedy, and exports a report of it."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from engine.events import EventKind
from gui.bridge_messages import Phase
from gui.main_window import MainWindow
from gui.pace import FULL

PROOF_MILLISECONDS = 120_000


def exploded(window: MainWindow, qtbot: QtBot):
    window.scenarios.choose("explosion")
    window.desk.choose("explosion")
    window.desk.set_pace(FULL)
    with qtbot.waitSignal(window.training.ended, timeout=60_000):
        window.desk.begin()
    qtbot.waitUntil(lambda: bool(window.runs.active.listed))
    return next(e for e in window.runs.active.listed if e.kind is EventKind.DIVERGED)


def test_from_the_event_to_the_remedy_and_the_report(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    event = exploded(window, qtbot)
    window.events.prove_wanted.emit(event.id)
    panel = window.deeper.proof_panel
    assert not window.docks["proof"].isHidden()
    assert panel.is_running
    qtbot.waitUntil(lambda: panel.proof is not None or panel.error != "", timeout=PROOF_MILLISECONDS)
    assert panel.error == ""
    assert panel.proof.top in ("lr", "clip_norm")
    assert panel.table.arm is panel.proof.top_arm
    path = tmp_path / "report.md"
    window.dialogs.write_report(path)
    assert "placebo" in path.read_text(encoding="utf-8")
    before = len(window.runs)
    with qtbot.waitSignal(window.training.run_started, timeout=20_000):
        panel._apply.click()
    assert len(window.runs) == before + 1
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=60_000)
    assert all(e.kind is not EventKind.DIVERGED for e in window.runs.active.listed)


def test_a_cancelled_proof_keeps_what_was_finished(window: MainWindow, qtbot: QtBot) -> None:
    event = exploded(window, qtbot)
    window.events.prove_wanted.emit(event.id)
    panel = window.deeper.proof_panel
    qtbot.waitUntil(lambda: panel.table.rowCount() > 0, timeout=60_000)
    panel._cancel.click()
    qtbot.waitUntil(lambda: panel.proof is not None, timeout=30_000)  # a worker that is still starting is waited for
    assert sum(arm.forks for arm in panel.proof.arms) > 0
    assert panel.proof.top is None


def test_a_proof_rewinds_to_checkpoints_of_the_training_and_is_there_when_the_run_is_opened_again(
    window: MainWindow, qtbot: QtBot
) -> None:
    event = exploded(window, qtbot)
    run = window.runs.active.run
    ring = window.training.rewind_points_of(run)
    assert ring is not None
    assert ring.steps[0] == 0
    window.events.prove_wanted.emit(event.id)
    panel = window.deeper.proof_panel
    assert panel.trial.checkpoints is ring
    panel.seconds.setValue(20)
    qtbot.waitUntil(lambda: panel.table.rowCount() > 0, timeout=60_000)
    panel._cancel.click()
    qtbot.waitUntil(lambda: panel.proof is not None, timeout=30_000)
    said = panel.verdict
    panel.trial = None  # as after the program was started again
    window.deeper.proofs._proofs.clear()
    window.deeper._follow_runs()
    assert said in panel.verdict
    assert not panel._apply.isEnabled()
