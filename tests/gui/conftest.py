"""A window for tests, and small logs to open in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import i18n
from engine.i18n import set_language
from gui.look import language
from gui.look.theme import ThemeKeeper, ThemeMode
from gui.shell.remembered import Remembered
from gui.window.main_window import MainWindow

SPIKE_ROW = 600


@pytest.fixture(autouse=True)
def closed_windows_are_gone() -> Iterator[None]:
    """Delete what a test has closed: without an event loop it would stay, and each later test would wait for it."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    set_language("en")
    yield
    if (i18n.language(), QLocale().language()) != ("en", QLocale.Language.English):  # every widget is told of a switch
        language.switch_language("en")


@pytest.fixture(scope="session")
def themes(qapp: QApplication) -> ThemeKeeper:
    return ThemeKeeper(qapp, ThemeMode.LIGHT)


@pytest.fixture
def remembered(own_home: Path) -> Remembered:
    return Remembered()


@pytest.fixture
def window(qtbot: QtBot, remembered: Remembered, themes: ThemeKeeper) -> Iterator[MainWindow]:
    made = MainWindow(remembered, themes)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


@pytest.fixture
def spike_log(tmp_path: Path) -> Path:
    """A falling loss with one spike at `SPIKE_ROW`."""
    steps = np.arange(1000)
    loss = np.exp(-steps / 300) + 0.02 * np.random.default_rng(1).random(1000)
    loss[SPIKE_ROW] += 3
    path = tmp_path / "мой лог.csv"
    np.savetxt(path, np.c_[steps, loss], delimiter=",", header="step,loss", comments="")
    return path
