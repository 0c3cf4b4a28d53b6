"""The data panel: before a training, after it, from a checkpoint, and empty for a log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.i18n import number
from engine.training.pace import FULL
from engine.training.session import TrainingSession
from engine.training.sheet import Form, sheet
from gui.threads.messages import Phase
from gui.training.data.panel import DataPanel
from gui.window.main_window import MainWindow

LONG = 20_000


@pytest.fixture
def panel(window: MainWindow) -> DataPanel:
    window.scenarios.choose("explosion")
    window.actions_["view_data"].trigger()
    assert window.inner.data is not None
    return window.inner.data


def choose(panel: DataPanel, index: int) -> None:
    """Choose as a user does: the box emits `activated`, not `currentIndexChanged`."""
    panel._choice.setCurrentIndex(index)
    panel._choice.activated.emit(index)


def looked(qtbot: QtBot, window: MainWindow, step: int, form: Form) -> None:
    def is_there() -> bool:
        found = window.inner.data.sheet if window.inner.data is not None else None
        return found is not None and (step, form) == (found.step, found.form)

    qtbot.waitUntil(is_there, timeout=LONG)


def test_a_chosen_demo_shows_its_data_before_it_starts(window: MainWindow, panel: DataPanel, qtbot: QtBot) -> None:
    window.scenarios.choose("late-rise")
    looked(qtbot, window, 0, Form.SEQUENCES)
    assert panel.isVisible()
    assert "Before the first step" in panel.text
    assert "nearest neighbour" in panel._bound.text()


def test_an_ended_run_shows_what_it_gets_wrong(window: MainWindow, panel: DataPanel, qtbot: QtBot) -> None:
    window.scenarios.choose("explosion")
    window.knobs.turn({"lr": 1e-4, "epochs": 2})
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    window.views.show("data")
    looked(qtbot, window, 126, Form.CLOUD)
    session = TrainingSession("explosion", window.knobs.seed, {"lr": 1e-4, "epochs": 2}, "none")
    for _row in session:
        pass
    assert panel.sheet is not None
    np.testing.assert_array_equal(panel.sheet.predicted, sheet(session).predicted)
    for choice in range(panel._choice.count()):
        choose(panel, choice)
        assert not panel.grab().isNull()


def test_a_run_whose_predictions_are_no_numbers_any_more_is_drawn(
    window: MainWindow, panel: DataPanel, qtbot: QtBot
) -> None:
    """The true prices alone set the axes, first with predictions beyond all bounds, then with NaN."""
    window.scenarios.choose("explosion")
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    window.views.show("data")

    def is_beyond_bounds() -> bool:  # a look of an earlier step may still be shown when the training has ended
        return panel.sheet is not None and np.abs(panel.sheet.predicted).min() > 1e6

    qtbot.waitUntil(is_beyond_bounds, timeout=LONG)
    assert panel.sheet is not None
    for found in (panel.sheet, replace(panel.sheet, predicted=np.full_like(panel.sheet.predicted, np.nan))):
        panel.show_sheet(found)
        assert f"{number(1000)} predictions lie outside" in panel.text
        for choice in range(panel._choice.count()):
            choose(panel, choice)
            assert not panel.grab().isNull()


def test_samples_that_are_wrong_come_first(window: MainWindow, panel: DataPanel, qtbot: QtBot) -> None:
    window.scenarios.choose("healthy")
    looked(qtbot, window, 0, Form.IMAGES)
    assert panel.sheet is not None
    shown = panel.view.shown()
    assert len(shown)
    assert shown.tolist() == panel.sheet.wrong[: len(shown)].tolist()
    qtbot.keyClick(panel._choice, Qt.Key.Key_Down)
    assert panel.view.shown().tolist() == list(range(len(shown)))


def test_a_log_has_no_data(window: MainWindow, panel: DataPanel, spike_log: Path, qtbot: QtBot) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: len(window.runs) == 1)
    assert panel.sheet is None
    assert not panel._scan.isEnabled()
