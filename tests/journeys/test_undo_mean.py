"""A log of running means: its card reports that, and draws the per-step losses beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.events import EventKind
from gui.window.main_window import MainWindow


def test_a_running_mean_is_undone_from_its_card(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(2).standard_normal((8, 150))
    loss = np.exp(noise - np.linspace(0, 2, 1200).reshape(8, 150))
    means = (np.cumsum(loss, axis=1) / np.arange(1, 151)).ravel()
    log = tmp_path / "keras.csv"
    rows = (f"{i},{i // 150},{float(mean)!r}" for i, mean in enumerate(means))
    log.write_text("\n".join(["step,epoch,loss", *rows]), encoding="utf-8")
    window.logs.open_files([log])
    qtbot.waitUntil(lambda: window.runs.active is not None and bool(window.runs.active.listed), timeout=20_000)
    (card,) = window.events._cards.values()
    assert (
        card._sentence.text() == "Every 150 steps the curve jumps and settles again: the logged running mean restarts"
    )
    card.set_open(True)
    (undoing,) = [b for b in card.findChildren(QPushButton) if b.text() == "Undo the running mean"]
    qtbot.waitUntil(undoing.isVisible)
    qtbot.mouseClick(undoing, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.runs) == 2, timeout=20_000)
    mean, steps = window.runs.all
    assert (mean.is_visible, steps.is_visible) == (True, True)
    np.testing.assert_allclose(steps.run.table.values("loss"), loss.ravel(), rtol=1e-9)
    qtbot.waitUntil(lambda: steps.events is not None, timeout=20_000)
    assert EventKind.EPOCH_BOUNDARY not in {event.kind for event in steps.listed}
