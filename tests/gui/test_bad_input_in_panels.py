"""A panel shows why a probe or a picture is impossible, and raises nothing for any run."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.probes.base import all_probes
from engine.run import Value
from engine.training.pace import FULL
from gui.threads.messages import Phase
from gui.window.main_window import MainWindow

LONG = 30_000
CASES: list[tuple[str, dict[str, Value], str, str]] = [
    ("explosion", {"batch_size": 1, "epochs": 1}, "noise_scale", "A mini-batch of one cannot be split"),
    ("explosion", {"data": "parabola", "lr": 1.2}, "signal", "A single sample has no others"),
    ("edge-of-stability", {"lr": 1000.0}, "noise_scale", "Every step sees all the data"),
]


@pytest.mark.parametrize(("name", "settings", "probe", "reason"), CASES)
def test_every_probe_is_on_and_the_run_diverges(
    name: str, settings: dict, probe: str, reason: str, window: MainWindow, qtbot: QtBot
) -> None:
    """pytest-qt fails the test for an exception in a slot or a paint event."""
    window.scenarios.choose(name)
    window.knobs.turn(settings)
    window.inside.show_probes()
    window.views.show("data")
    window.views.show("landscape")
    panel = window.inside.probes
    assert panel is not None
    for one in all_probes():
        panel.switched.emit(one, True)
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    tabs = window.inside._tabs
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
        assert not window.grab().isNull()
    assert reason in panel.rows[probe]._why.text()


def test_weights_that_are_no_numbers_have_no_landscape(window: MainWindow, qtbot: QtBot) -> None:
    window.scenarios.choose("edge-of-stability")
    window.knobs.turn({"lr": 1000.0})
    window.views.show("landscape")
    window.desk.set_pace(FULL)
    window.desk.start_new_run()
    qtbot.waitUntil(lambda: window.training.phase is Phase.ENDED, timeout=LONG)
    panel = window.inner.landscape
    assert panel is not None
    for choice in (0, 1):
        panel._kind.setCurrentIndex(choice)
        panel.scan()
        qtbot.waitUntil(lambda: "not finite" in panel.text, timeout=LONG)
