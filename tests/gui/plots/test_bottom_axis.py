"""The bottom axis paints only inside its bounding rectangle; the rest would not be erased when the numbers move."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.look.theme import LIGHT
from gui.plots.axes.axes import BOTTOM_HEIGHT, BottomAxis, Ticks, x_ticks
from gui.plots.axes.view import View

WIDTH, MARGIN = 300, 100


@pytest.mark.parametrize("cursor", [None, 0.0, 1.0])
def test_numbers_at_the_edges_are_inside(qtbot: QtBot, cursor: float | None) -> None:
    axis = BottomAxis(LIGHT)
    axis.resize(WIDTH, BOTTOM_HEIGHT)
    axis.show_ticks(Ticks(np.array([0.0, 1.0]), ["1 000 000", "1 000 000"]), View(0, 1, 0, 1, WIDTH, 100), "step")
    axis.show_cursor(cursor, "123 456 789")
    picture = QImage(WIDTH + 2 * MARGIN, 60, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    painter.translate(MARGIN, 0)
    axis.paint(painter)
    painter.end()
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(60, -1) & 0xFFFFFF
    painted = np.flatnonzero(pixels.any(axis=0)) - MARGIN
    box = axis.boundingRect()
    assert len(painted)
    assert box.left() <= painted[0]
    assert painted[-1] < box.right()


@pytest.mark.parametrize(("low", "high"), [(0.5, 2.2), (0.0, 3.0), (1e6 + 0.1, 1e6 + 4.2), (10.0, 500.0)])
def test_steps_have_no_tick_between_whole_numbers(low: float, high: float) -> None:
    ticks, _in_millions = x_ticks(low, high, 900, is_counted=True)
    assert len(ticks.at) >= 2 and low <= ticks.at[0] and ticks.at[-1] <= high
    assert (ticks.at == np.round(ticks.at)).all()
    assert len(set(ticks.texts)) == len(ticks.at)


def test_a_view_within_one_step_and_an_epoch_keep_their_fractions() -> None:
    assert len(x_ticks(5.2, 5.8, 900, is_counted=True)[0].at) > 1
    assert "0.5" in x_ticks(0.0, 3.0, 900)[0].texts
