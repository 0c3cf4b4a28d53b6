"""The landscape panel: a closed form where there is one, scans where there is none, and nothing for a log."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.run import Run
from engine.training.session import TrainingSession
from gui.look.language import switch_language
from gui.training.landscape.panel import LandscapePanel


def trained(scenario: str, steps: int, probes: str = "none", **settings) -> Run:
    session = TrainingSession(scenario, 0, settings, probes, steps)
    for _ in session:
        pass
    return session.run


@pytest.fixture
def panel(qtbot: QtBot):
    made = LandscapePanel()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close_threads()


def test_a_quadratic_loss_is_known_in_closed_form(panel: LandscapePanel, qtbot: QtBot) -> None:
    panel.show_run(trained("explosion", 10, "weights", lr=1e-5))
    qtbot.waitUntil(lambda: panel.valley is not None, timeout=20_000)
    assert panel.valley is not None
    assert panel.valley.critical_lr > 1e-5
    assert "no step overshoots" in panel.text


@pytest.mark.parametrize("kind", [0, 1])
def test_a_scan_says_what_it_found(panel: LandscapePanel, qtbot: QtBot, kind: int) -> None:
    panel.show_run(trained("edge-of-stability", 12))
    panel._kind.setCurrentIndex(kind)
    with qtbot.waitSignal(panel.scanning.found, timeout=20_000) as caught:
        panel.scan()
    assert type(caught.args[1]).__name__ == ("LineScan", "PlaneScan")[kind]
    assert panel.text


def test_too_few_steps_are_said_not_raised(panel: LandscapePanel, qtbot: QtBot) -> None:
    panel.show_run(trained("edge-of-stability", 1))
    panel._kind.setCurrentIndex(1)
    with qtbot.waitSignal(panel.scanning.failed, timeout=20_000):
        panel.scan()
    assert "Too few steps" in panel.text


def test_a_scan_can_be_called_off(panel: LandscapePanel, qtbot: QtBot) -> None:
    panel.show_run(trained("edge-of-stability", 12))
    with qtbot.waitSignal(panel.scanning.failed, timeout=20_000) as caught:
        panel.scan()
        panel.cancel()
    assert caught.args[1] == ""
    assert not panel._cancel.isVisibleTo(panel)


def test_a_log_has_no_landscape(window, spike_log: Path, qtbot: QtBot) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: len(window.runs) == 1)
    window.views.show("landscape")
    assert window.views.bar.isHidden()
    assert window.stack._canvas.isVisible()
    assert window.inner.landscape is None


@pytest.mark.parametrize("kind", [0, 1])
def test_another_language_keeps_what_was_found_and_says_it_anew(panel: LandscapePanel, qtbot: QtBot, kind: int) -> None:
    panel.show_run(trained("edge-of-stability", 12))
    panel._kind.setCurrentIndex(kind)
    with qtbot.waitSignal(panel.scanning.found, timeout=20_000):
        panel.scan()
    qtbot.waitUntil(lambda: panel.scanning.scan is None)
    before, names = type(panel.view._shown), panel.view._shown.names
    switch_language("de")
    try:
        assert panel.scanning.scan is None  # the same one, not another
        assert type(panel.view._shown) is before and panel._kind.currentIndex() == kind
        assert panel.text.startswith("Nach Schritt 12.")
        assert "Quelle:" in panel._description.toolTip()
        assert panel.view._shown.names != names
    finally:
        switch_language("en")
