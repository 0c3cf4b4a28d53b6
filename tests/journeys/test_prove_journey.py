"""A user watches a demo explode, has its cause proved, continues with the remedy, and exports a report."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engine.events import EventKind
from engine.experiments.records import Control
from engine.experiments.wording import change_text
from engine.training.pace import FULL
from gui.threads.messages import Phase
from gui.window.main_window import MainWindow

PROOF_MILLISECONDS = 120_000


def exploded(window: MainWindow, qtbot: QtBot):
    window.scenarios.choose("explosion")
    window.desk.choose("explosion")
    window.desk.set_pace(FULL)
    with qtbot.waitSignal(window.training.ended, timeout=60_000):
        window.desk.start_new_run()
    qtbot.waitUntil(lambda: bool(window.runs.active.listed))
    return next(e for e in window.runs.active.listed if e.kind is EventKind.DIVERGED)


def test_from_the_event_to_the_remedy_and_the_report(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.resize(1280, 720)
    event = exploded(window, qtbot)
    qtbot.waitUntil(lambda: window.headline.event_id == event.id)
    whole, views = window.stack.shown, []
    window.stack.range_changed.connect(lambda left, right: views.append((left, right)))
    qtbot.mouseClick(window.headline.prove, Qt.MouseButton.LeftButton)
    panel = window.deeper.proof_panel
    assert not window.docks["proof"].isHidden()
    assert panel.is_running
    assert not window.headline.prove.isEnabled() and window.headline.prove.text() == "Proving…"  # at once
    qtbot.waitUntil(lambda: panel.proof is not None or panel.error != "", timeout=PROOF_MILLISECONDS)
    assert panel.error == ""
    assert whole not in views and len(views) > 2  # the view glided to where the forks leave the run
    left, right = window.stack.shown
    assert left <= event.start + 1 <= right and right - left < whole[1] - whole[0]
    assert panel.proof.top in ("lr", "clip_norm")
    assert "stay clean. Unchanged: 0 of" in panel._title.text()
    assert panel._phase.text().startswith("Explosion 0 · ended after ")  # beside other runs too
    assert window.headline.prove.isEnabled()
    assert len(window.stack.panes[0].forks) >= 2
    assert (window.width(), window.height()) == (1280, 720)
    assert panel.table.arm is panel.proof.top_arm
    assert panel.verdict in window.events.as_text()
    assert "Not proved" not in window.events.as_text()
    window.docks["proof"].titleBarWidget().findChildren(QToolButton)[-1].click()  # close
    qtbot.waitUntil(lambda: not window.stack.panes[0].forks)
    window.docks["proof"].show()
    qtbot.waitUntil(lambda: len(window.stack.panes[0].forks) >= 2)
    path = tmp_path / "report.md"
    window.reports.write(path)
    assert "placebo" in path.read_text(encoding="utf-8")
    before = len(window.runs)
    with qtbot.waitSignal(window.training.run_started, timeout=20_000):
        panel._apply.click()
    assert len(window.runs) == before + 1
    assert window.runs.active.run.name == f"Explosion 0 with {change_text(panel.proof.top_arm)}"  # once, not twice
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
    told = {line.label: line.text for line in window.events._story_lines()}
    assert "cancelled" in told["Proof"]


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
    verdict = panel.verdict
    panel.trial = None  # as after the program was started again
    window.deeper.proofs._proofs.clear()
    window.events.show_run(None)
    window.events.show_run(window.runs.active)
    window.deeper._on_runs_changed()
    assert verdict in window.events._cards[event.id]._proof.text()
    assert verdict in panel.verdict
    assert not panel._apply.isEnabled()


def test_a_worker_killed_midway_costs_nothing_and_a_fresh_run_has_the_remedy_from_its_first_step(
    window: MainWindow, qtbot: QtBot
) -> None:
    event = exploded(window, qtbot)
    window.deeper._on_proof_shown(True)
    panel = window.deeper.proof_panel
    panel.forks.setValue(6)
    panel.seconds.setValue(3600)  # what a busy machine needs is not on trial
    window.events.prove_wanted.emit(event.id)
    qtbot.waitUntil(lambda: panel.table.rowCount() > 0, timeout=PROOF_MILLISECONDS)
    os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: panel.proof is not None or panel.error != "", timeout=5 * PROOF_MILLISECONDS)
    assert panel.proof.top == "lr"
    assert (panel.proof.top_arm.clean, panel.proof.top_arm.forks) == (3, 3)
    with qtbot.waitSignal(window.training.run_started, timeout=20_000):
        panel._fresh.click()
    run = window.runs.active.run
    assert run.settings["lr"] == panel.proof.top_arm.setting["lr"]
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=60_000)
    assert run.table.values("step")[0] == 1
    assert all(e.kind is not EventKind.DIVERGED for e in window.runs.active.listed)


def test_an_event_is_proved_while_its_run_goes_on_training(window: MainWindow, qtbot: QtBot) -> None:
    window.scenarios.choose("healthy")
    window.desk.choose("healthy")
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.runs.active is not None and len(window.runs.active.run.table) > 150, timeout=60_000)
    window.training.set_pace(60)
    window.training.turn("lr", 0.3)
    kind = EventKind.LATE_RISE
    qtbot.waitUntil(lambda: any(e.kind is kind for e in window.runs.active.listed or ()), timeout=60_000)
    window.training.set_pace(20)
    active = window.runs.active
    event = next(e for e in active.listed if e.kind is kind)
    window.deeper._on_proof_shown(True)
    panel = window.deeper.proof_panel
    panel.forks.setValue(6)
    before = len(active.run.table)
    window.events.prove_wanted.emit(event.id)
    qtbot.waitUntil(lambda: panel.table.rowCount() > 0 or panel.error != "", timeout=PROOF_MILLISECONDS)
    assert panel.error == ""
    qtbot.waitUntil(lambda: len(active.run.table) > before, timeout=20_000)
    panel._cancel.click()
    qtbot.waitUntil(lambda: panel.proof is not None, timeout=30_000)
    assert panel.proof.control is Control.REPRODUCED
