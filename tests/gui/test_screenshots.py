"""A picture of a given log is taken as it was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from engine.events import Severity
from gui.look.theme import DARK, LIGHT, ThemeKeeper
from tools.screenshots.__main__ import main, size_of


def test_a_log_is_shown_in_the_theme_and_size_that_were_asked_for(
    own_home: Path, spike_log: Path, tmp_path: Path, themes: ThemeKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERSHOOT_HOME", str(own_home))  # what the tool sets is taken back
    out = tmp_path / "folder" / "log.png"
    before = themes.mode
    arguments = ["--log", str(spike_log), "--out", str(out), "--theme", "dark", "--select", "first-event"]
    assert main([*arguments, "--size", "1000x600"]) == 0
    themes.set_mode(before)
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1000, 600)
    assert picture.pixelColor(2, 300).name() == DARK.background


def test_a_size_is_two_numbers() -> None:
    assert size_of("1280x720") == (1280, 720)
    with pytest.raises(ValueError):
        size_of("wide")


def test_the_plain_curve_of_a_log_has_nothing_around_it(
    own_home: Path, spike_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERSHOOT_HOME", str(own_home))
    out = tmp_path / "plain.png"
    assert main(["--log", str(spike_log), "--out", str(out), "--plain", "--size", "800x600"]) == 0
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (800, 300)
    colours = {picture.pixelColor(x, y).name() for x in range(60, 790, 3) for y in range(10, 280, 3)}
    assert LIGHT.curves[0].lower() in colours  # the curve itself
    assert not colours & {LIGHT.severity[one].lower() for one in (Severity.WARNING, Severity.CRITICAL)}
