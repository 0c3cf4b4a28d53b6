"""Every demo opens with the plots that tell its story, and what a person plots instead is kept for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.run import Origin, OriginKind, Run
from engine.scenarios.base import all_scenarios
from engine.series import LossSeries
from engine.table import MetricTable
from gui.window.main_window import MainWindow


def demo(name: str) -> Run:
    """A run of a demo with a few rows of each column that it declares."""
    table = MetricTable()
    columns = {"step", "accuracy", *(c.replace("*", "conv1") for c in all_scenarios()[name].panes)}
    table.extend({column: 1.0 + 0.1 * (1 + i) * _ramp() for i, column in enumerate(sorted(columns))})
    return Run(name, table, (LossSeries("loss"),), Origin(OriginKind.TRAINING, scenario=name), x="step")


def _ramp() -> np.ndarray:
    return np.linspace(0, 1, 40)


@pytest.mark.parametrize("name", list(all_scenarios()))
def test_a_demo_opens_with_its_panes(window: MainWindow, name: str) -> None:
    window.runs.add(demo(name))
    panes = all_scenarios()[name].panes
    assert panes[0] == "loss" and len(panes) <= 3
    assert [pane.spec.key for pane in window.stack.panes] == list(panes)


def test_a_chosen_plot_is_kept_for_its_demo_and_for_logs(qtbot: QtBot, window: MainWindow) -> None:
    edge, rise = demo("edge-of-stability"), demo("late-rise")
    window.runs.add(edge)
    assert window.link.third == ("sharpness",)
    window.link.show_column("accuracy")
    window.runs.add(rise)
    assert window.link.third == ("grad_norm", "update_rms")
    window.runs.activate(0)
    assert window.link.third == ("sharpness", "accuracy")


def test_the_peak_of_an_event_is_told_as_soon_as_the_log_is_read(
    qtbot: QtBot, window: MainWindow, spike_log: Path
) -> None:
    window.resize(1280, 720)
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(window.events.order))
    (peak,) = window.stack._scenery.peaks
    assert [point.x for point in window.stack.panes[0].extremes._points] == [peak.x]
