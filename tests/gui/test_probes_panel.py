"""The probes' panel: switches, costs, reasons, readings; and the way from an event to its reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.training.pace import FULL
from gui.threads.messages import Phase
from gui.training.probes.panel import ProbesPanel
from gui.window.main_window import MainWindow

LONG = 20_000


@pytest.fixture
def panel(window: MainWindow) -> ProbesPanel:
    window.inside.show_probes()
    assert window.inside.probes is not None
    return window.inside.probes


def train(qtbot: QtBot, window: MainWindow, name: str) -> None:
    window.scenarios.choose(name)
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    assert window.inside.probe_desk is not None
    window.inside.probe_desk.refresh()


def test_a_chosen_demo_shows_what_can_be_measured_and_why_not(window: MainWindow, panel: ProbesPanel) -> None:
    assert not panel.rows["norms"].isVisibleTo(panel)
    window.scenarios.choose("explosion")
    assert panel.rows["norms"].isVisibleTo(panel)
    assert "second moment" in panel.rows["optimizer_state"]._why.text()
    assert panel.rows["norms"]._switch.isChecked()
    assert not panel.rows["noise_scale"]._switch.isChecked()
    assert panel.rows["noise_scale"]._price.text()


@pytest.mark.parametrize("slice_seconds", [0.001, 60.0])
def test_a_probe_that_is_switched_on_measures_in_the_next_run(
    window: MainWindow, panel: ProbesPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, slice_seconds: float
) -> None:
    """Its cost is known even where the whole run fits into one slice of the thread."""
    monkeypatch.setattr("gui.threads.trainer.SLICE_SECONDS", slice_seconds)
    window.scenarios.choose("explosion")
    panel.switched.emit("noise_scale", True)
    panel.switched.emit("norms", False)
    train(qtbot, window, "explosion")
    assert window.runs.active is not None
    columns = window.runs.active.run.table.columns
    assert "gradient_variance" in columns
    assert "grad_norm" not in columns
    assert "gradient_variance" in panel.rows["noise_scale"].texts
    assert "%" in panel.rows["noise_scale"]._cost.text()


def test_every_reading_has_its_formula_and_can_be_plotted(window: MainWindow, panel: ProbesPanel, qtbot: QtBot) -> None:
    train(qtbot, window, "explosion")
    row = panel.rows["sharpness"]
    reading = row._readings["sharpness"]
    assert "λmax" in reading.value.toolTip()
    assert "2/η" in reading.value.toolTip()
    reading.toggle.click()
    assert window.link.third == ("overlength", "sharpness")  # the first is the demo's own
    panel.plot_wanted.emit("grad_norm", True)
    assert [pane.spec.key for pane in window.stack.panes] == ["loss", "overlength", "sharpness", "grad_norm"]
    panel.plot_wanted.emit("grad_norm", False)
    row._readings["sharpness"].toggle.click()
    assert window.link.third == ("overlength",)


def test_what_is_beyond_its_line_is_a_risk_state(window: MainWindow, panel: ProbesPanel, qtbot: QtBot) -> None:
    train(qtbot, window, "explosion")
    assert "Risk state" in panel.risk_text


def test_an_event_leads_to_the_reading_that_explains_it(window: MainWindow, qtbot: QtBot) -> None:
    window.scenarios.choose("explosion")
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    qtbot.waitUntil(lambda: bool(window.events._cards), timeout=LONG)
    card = next(iter(window.events._cards.values()))
    card.set_open(True)
    card.explain_wanted.emit("sharpness", card.event_shown.id)
    assert "sharpness" in window.link.third
    assert window.events.current == card.event_shown.id


def test_a_log_has_no_probes(window: MainWindow, panel: ProbesPanel, spike_log: Path, qtbot: QtBot) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: len(window.runs) == 1)
    assert not any(row.isVisibleTo(panel) for row in panel.rows.values())


def test_a_device_is_chosen_for_the_next_training_and_what_it_means_is_said(
    window: MainWindow, panel: ProbesPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.training.device_choice.available", lambda: ("cpu", "cuda"))
    window.devices.fill()
    texts = [action.text() for action in window.actions_.submenu("device").actions()]
    assert texts == ["CPU", "CUDA"]
    window.scenarios.choose("explosion")
    window.devices.choose("cuda")
    assert window.desk.measuring.device == "cuda"
    assert "differ" in window.notice.text
    assert "CUDA" in panel._remark.text()
    window.devices.choose("cpu")
    assert not panel._remark.isVisibleTo(panel)


def test_without_a_gpu_there_is_only_the_cpu(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.training.device_choice.available", lambda: ("cpu",))
    window.devices.fill()
    first, gpu = window.actions_.submenu("device").actions()
    assert first.isChecked()
    assert not gpu.isEnabled()


def test_knobs_show_what_a_data_set_brings_with_it(window: MainWindow) -> None:
    window.scenarios.choose("explosion")
    window.knobs.turn({"data": "bowl"})
    assert window.knobs._rows["lr"].value == 0.042
    window.knobs.turn({"lr": 0.03})
    window.knobs.turn({"data": "houses"})
    assert window.knobs._rows["lr"].value == 0.03
    assert window.knobs._rows["batch_size"].value == 16
