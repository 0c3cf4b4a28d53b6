"""A crowded line drawn as columns of pixels: the picture of its segments, with every peak."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.plots.axes.view import View
from gui.plots.items.lines import columns

WIDTH, HEIGHT = 300, 200
VIEW = View(0, 1, 0, 1, WIDTH, HEIGHT)


def painted(ends: tuple[np.ndarray, ...]) -> np.ndarray:
    """Which pixels the segments cover, shape (height, width)."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    with QPainter(image) as painter:
        painter.setPen(QPen(QColor("black"), 1))
        painter.drawLines([QLineF(*end) for end in zip(*map(np.ndarray.tolist, ends), strict=True)])
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, image.bytesPerLine())
    return raw[:, :WIDTH] < 128


def zigzag(points: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return np.sort(random.uniform(0, WIDTH, points)), np.clip(100 + 40 * random.normal(size=points), 0, HEIGHT - 1)


@pytest.mark.parametrize("seed", range(4))
def test_columns_cover_what_the_segments_do(seed: int) -> None:
    x, y = zigzag(3000, seed)
    as_segments, as_columns = painted((x[:-1], y[:-1], x[1:], y[1:])), painted(columns.of(x, y, VIEW))
    # Slanted segments reach into the neighbouring column at other heights, by a pixel or so at the edge.
    assert (as_segments ^ as_columns).sum() <= 0.03 * as_segments.sum()
    assert len(columns.of(x, y, VIEW)[0]) <= WIDTH + 1


def test_a_peak_of_one_point_reaches_its_height() -> None:
    x, y = zigzag(3000, 0)
    y[1500] = 3.0
    column = int(x[1500])
    rows = np.flatnonzero(painted(columns.of(x, y, VIEW))[:, column])
    assert rows[0] == pytest.approx(3, abs=1)


def test_there_is_no_gap_between_two_columns() -> None:
    """A step from one column to the next is drawn from top to bottom."""
    x = np.linspace(0, WIDTH, 3000, endpoint=False)
    y = np.where(x < 150, 20.0, 180.0) + np.tile([0.0, 3.0], 1500)
    covered = painted(columns.of(x, y, VIEW))
    assert covered[20:181, 148:152].any(axis=1).all()


def test_a_stretch_without_points_is_crossed_by_the_line_itself() -> None:
    x, y = zigzag(3000, 1)
    keep = (x < 100) | (x > 220)
    x, y = x[keep], y[keep]
    at = np.flatnonzero(np.diff(x) > 50)[0]
    found = columns.of(x, y, VIEW)
    assert (x[at], y[at], x[at + 1], y[at + 1]) in list(zip(*map(np.ndarray.tolist, found), strict=True))


def test_what_is_out_of_view_costs_no_segment() -> None:
    x, y = zigzag(3000, 2)
    assert not len(columns.of(x, y + 10 * HEIGHT, VIEW)[0])
    low, high = columns.of(x, 50 * (y - 100), VIEW)[1::2]
    assert low.min() >= -columns.BEYOND
    assert high.max() <= HEIGHT + columns.BEYOND


def test_only_a_line_without_gaps_from_left_to_right_fits() -> None:
    x = np.arange(4.0)
    everywhere = np.ones(4, bool)
    assert columns.fit(x, everywhere)
    assert not columns.fit(x[::-1], everywhere)
    assert not columns.fit(x, np.array([True, False, True, True]))
    assert not columns.fit(x[:1], everywhere[:1])
