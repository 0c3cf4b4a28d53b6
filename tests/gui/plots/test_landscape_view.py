"""Landscapes are drawn from plain numbers, also where some of them are not finite."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.probes.valley import Valley
from engine.training.landscape import LineScan, PlaneScan
from gui.look.theme import LIGHT
from gui.training.landscape.line import scan_profile, valley_profile
from gui.training.landscape.view import LandscapeView

VALLEY = Valley(np.array([4.0, 1.0]), np.eye(2), np.zeros(2), 0.5)


def path(lr: float, steps: int = 12) -> np.ndarray:
    """Gradient descent on the valley."""
    weights = [np.array([1.0, 1.0])]
    for _ in range(steps):
        weights.append(weights[-1] - lr * np.array([4.0, 1.0]) * weights[-1])
    return np.array(weights)


def test_the_path_jumps_across_the_valley_and_climbs_above_two_over_lambda() -> None:
    """The critical rate is 2/4; on the steepest axis a longer step lands higher on the other side."""
    for lr, is_climbing in ((0.45, False), (0.55, True)):
        profile = valley_profile(VALLEY, VALLEY.place(path(lr)), np.empty((0, 2)), 40.0)
        x, losses = profile.path.T
        assert (x[1:] * x[:-1] < 0).all()
        assert (np.diff(losses) > 0).all() == is_climbing
        np.testing.assert_allclose(losses, 0.5 + 2 * x**2)
        assert abs(x).max() < profile.x[-1]


def test_the_best_length_is_named_only_where_it_was_scanned() -> None:
    alphas = np.linspace(-1, 3, 9)
    for best, count in ((0.5, 3), (7.0, 2), (None, 2)):
        scan = LineScan(alphas, (alphas - 0.5) ** 2, (alphas - 0.5) ** 2, 0.25, 0.25, best)
        assert len(scan_profile(scan).spots) == count


@pytest.mark.parametrize("hole", [None, np.nan, np.inf])
def test_every_view_is_painted(qtbot: QtBot, hole: float | None) -> None:
    view = LandscapeView()
    qtbot.addWidget(view)
    view.resize(420, 320)
    empty = view.grab().toImage()
    losses = np.add.outer(np.linspace(-1, 1, 9) ** 2, np.linspace(-1, 1, 9) ** 2)
    alphas = np.linspace(-1, 3, 9)
    along = (alphas - 0.5) ** 2
    if hole is not None:
        losses[0, 0] = along[-1] = hole
    grid = np.linspace(-1, 1, 9)
    shows = (
        lambda: view.show_line(LineScan(alphas, along, along, 0.25, 0.25, 0.5)),
        lambda: view.show_plane(PlaneScan(grid, grid, losses, np.zeros((3, 2)), (0.8, 0.1))),
        lambda: view.show_valley(VALLEY, path(0.45)),
        lambda: view.show_valley(VALLEY, path(0.45), as_plane=True),
        lambda: view.show_valley(VALLEY, np.empty((0, 2))),
    )
    for show in shows:
        show()
        image = view.grab().toImage()
        assert image != empty
        assert image.pixelColor(2, 2) == QColor(LIGHT.surface)
    view.clear()
    assert view.grab().toImage() == empty
