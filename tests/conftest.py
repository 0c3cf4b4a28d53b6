"""Fixtures of all tests: a home of their own, and a clear message if Qt's system libraries are missing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tests are not timed, a busy machine is no fault of what is tested; and the same commit gives the same answer twice.
# `pytest --hypothesis-profile=search` looks for new counterexamples.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=3000)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")
    config.addinivalue_line("qt_log_ignore", "This plugin does not support raise")
    from gui.shell.system_libraries import advice_for

    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise pytest.UsageError(advice_for(error) or str(error)) from error


WAIT_MILLISECONDS = 120_000  # a busy machine needs more than any test would ask for


@pytest.fixture(autouse=True, scope="session")
def patient_waits() -> Iterator[None]:
    """Let pytest-qt's waits last at least as long as a busy machine needs; what comes sooner is not waited for."""
    from pytestqt.qtbot import QtBot

    def patient(wait: Callable) -> Callable:
        @wraps(wait)
        def waits(*args: object, timeout: int = 0, **more: object) -> object:
            if more.get("raising") is False:  # waits for what should not come, as `assertNotEmitted` does
                return wait(*args, timeout=timeout, **more)
            return wait(*args, timeout=max(timeout, WAIT_MILLISECONDS), **more)

        return waits

    with pytest.MonkeyPatch.context() as patch:
        for name in ("waitUntil", "waitSignal", "waitSignals", "waitCallback", "waitExposed"):
            patch.setattr(QtBot, name, patient(getattr(QtBot, name)))
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own folder for settings, error log and library."""
    home = tmp_path / "home"
    monkeypatch.setenv("OVERSHOOT_HOME", str(home))
    return home
