"""A picture of a given log is taken as it was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from gui.theme import DARK, ThemeKeeper
from tools.screenshots import main, size_of


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
