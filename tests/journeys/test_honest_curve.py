"""A person opens two logs and believes the curves: the peak that the card names is drawn, live as well as finished."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.window.main_window import MainWindow
from tests.gui.conftest import SPIKE_ROW

DOT = 10  # pixels from a peak to the edge of the dot on it


def inked_heights(window: MainWindow, x: float) -> list[int]:
    """The pixels of the first pane, from its top, that have the first run's colour within two columns of an x."""
    QApplication.processEvents()
    stack, pane = window.stack, window.stack.panes[0]
    box = pane.box.sceneBoundingRect()
    corner = stack._canvas.mapTo(window, stack._canvas.mapFromScene(box.topLeft()))
    image, colour = window.grab().toImage(), QColor(pane.curves[0].colour)
    at = corner.x() + round(pane.view.x_pixel(x))
    return [
        y
        for y in range(int(box.height()))
        for column in range(at - 2, at + 3)
        if _distance(image.pixelColor(column, corner.y() + y), colour) < 40
    ]


def _distance(one: QColor, other: QColor) -> int:
    return sum(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


@pytest.mark.parametrize("is_log", [False, True], ids=["linear", "log"])
def test_the_peak_that_the_card_names_is_drawn_whatever_the_smoothing_and_the_axis(
    qtbot: QtBot, window: MainWindow, spike_log: Path, is_log: bool
) -> None:
    window.resize(1280, 720)
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(window.headline.event_id), timeout=20_000)
    pane = window.stack.panes[0]
    if pane.is_log is not is_log:
        QTest.keyClick(window, Qt.Key.Key_L)
    for position in (0, 40, 100):
        window.tools._smooth.setValue(position)
        value = float(window.runs.active.run.table.values("loss")[SPIKE_ROW])  # type: ignore[union-attr]
        highest = min(inked_heights(window, float(SPIKE_ROW)))
        top = pane.view.y_pixel(float(np.log10(value)) if pane.is_log else value)
        assert abs(highest - top) <= DOT, position
