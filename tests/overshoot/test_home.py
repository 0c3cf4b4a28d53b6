"""The package finds the same folder as the program, without the program's dependencies."""

from __future__ import annotations

import pytest

from engine.home import home as engine_home
from overshoot.home import home


def test_the_folder_is_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVERSHOOT_HOME", raising=False)
    assert home() == engine_home()
    monkeypatch.setenv("OVERSHOOT_HOME", "~/somewhere")
    assert home() == engine_home()
