"""A crowd of curves is drawn in the same pixels as the curves one by one."""

from __future__ import annotations

import numpy as np
import pytest

from gui.plots.axes.view import View
from gui.plots.curves.crowds.blocks import Crowd, Grid, Spans
from gui.plots.curves.crowds.raster import cover
from tests.curves.test_lines import trace_of

ONE_COLOUR = np.zeros(300, np.intp)


def drawn(crowd: Crowd, view: View, colours: tuple[int, ...] = (7,), of: np.ndarray = ONE_COLOUR) -> np.ndarray:
    spans = crowd.spans(view.left, view.right, int(view.width), log=False)
    return cover(spans, of[: len(crowd.lines)], view, 1).painted(colours)


@pytest.mark.parametrize("rows", [40, 500, 20_000])
def test_a_spike_of_one_row_is_in_the_picture_at_every_zoom(rows: int) -> None:
    values = np.zeros(rows)
    values[rows // 3] = 1.0
    crowd = Crowd([trace_of(values), trace_of(np.zeros(rows))])
    for width in (rows, rows / 5, rows / 20):
        view = View(rows / 3 - width / 3, rows / 3 + width, -0.1, 1.1, 200, 60)
        picture = drawn(crowd, view)
        columns = np.flatnonzero(picture[4:45].any(axis=0))
        assert len(columns)
        assert np.abs(columns - view.x_pixel(rows // 3)).min() <= 1.5


def test_a_line_has_no_holes_and_breaks_only_at_nan() -> None:
    values = np.sin(np.arange(50.0) / 3)
    view = View(0, 49, -1.2, 1.2, 300, 80)
    assert drawn(Crowd([trace_of(values)]), view).any(axis=0).all()
    values[20:30] = np.nan
    is_inked = drawn(Crowd([trace_of(values)]), view).any(axis=0)
    gap = slice(int(view.x_pixel(19)) + 2, int(view.x_pixel(30)) - 2)
    assert not is_inked[gap].any()
    assert is_inked[: gap.start - 3].all() and is_inked[gap.stop + 4 :].all()


def test_the_running_sum_covers_what_drawing_span_by_span_covers() -> None:
    random = np.random.default_rng(3)
    count = 200
    spans = Spans(
        np.arange(count) * 1.0,
        *np.sort(random.uniform(-0.2, 1.2, (2, count)), axis=0),
        np.arange(count),  # each block is a line of its own, so nothing is joined
    )
    view = View(0, 100, 0, 1, 50, 40)
    colour_of = random.integers(0, 3, count)
    picture = cover(spans, colour_of, view, 1).painted((11, 22, 33))
    expected = np.zeros((40, 50), np.uint32)
    order = np.argsort(colour_of, kind="stable")
    for i in order:
        column = int(np.floor(view.x_pixel(spans.x[i])))
        top, bottom = (int(view.y_pixel(v)) for v in (spans.high[i], spans.low[i]))
        if 0 <= column < 50 and bottom >= 0 and top < 40:
            expected[max(top, 0) : min(bottom, 39) + 1, column] = (11, 22, 33)[colour_of[i]]
    np.testing.assert_array_equal(picture, expected)


def test_values_without_a_place_are_reported() -> None:
    values = np.ones(20)
    values[[3, 7]] = np.nan, np.inf
    x, off_axis = Crowd([trace_of(values), trace_of(values)]).off_axis(log=False)
    np.testing.assert_array_equal(x, [3, 7, 3, 7])
    assert sorted(set(off_axis.tolist())) == [1, 2]


@pytest.mark.parametrize("seed", range(12))
def test_lines_with_the_same_x_cover_what_they_cover_one_after_the_other(seed: int) -> None:
    random = np.random.default_rng(seed)
    lines, blocks, step = int(random.integers(1, 40)), int(random.integers(2, 300)), int(random.integers(1, 9))
    low, high = np.sort(random.normal(0.5, 0.5, (2, lines, blocks)), axis=0)
    if seed % 3 == 0:
        low[0, blocks // 2] = high[0, blocks // 2] = np.nan
    grid = Grid(np.cumsum(random.uniform(0.1, 3.0, blocks)), low, high)
    view = View(float(random.uniform(0, 40)), float(random.uniform(60, 300)), 0.0, 1.0, 290.0, 70.0)
    colour_of = random.integers(0, 3, lines)
    one, other = (cover(spans, colour_of, view, step).painted((11, 22, 33)) for spans in (grid, grid.spans()))
    np.testing.assert_array_equal(one, other)
    assert one.any()


def test_zooming_into_a_thousand_runs_makes_no_copy_of_all_of_them() -> None:
    values = np.random.default_rng(0).normal(size=(1000, 4000))
    crowd = Crowd([trace_of(row) for row in values])
    spans = crowd.spans(0, 4000, 100, log=False)
    assert isinstance(spans, Grid)
    for left in (0.0, 1500.0, 3000.0):  # each at another zoom
        part = crowd.spans(left, left + 0.2 * (4000 - left), 100, log=False)
        assert isinstance(part, Grid)
        assert part.low.base is not None and part.low.nbytes < 0.1 * values.nbytes


@pytest.mark.parametrize("blocks", [20, 400])
def test_lines_that_leave_the_view_by_any_height_are_drawn_to_its_edge(blocks: int) -> None:
    y = np.where(np.arange(blocks) % 7 == 3, 1e308, 0.5) * np.ones((3, 1))
    grid = Grid(np.arange(float(blocks)), y, y)
    view = View(0.0, float(blocks - 1), 0.0, 1e-3 + 1.0, 100.0, 50.0)
    covered = cover(grid, np.zeros(3, np.intp), view, 1).painted((7,))
    assert covered[25].any() and covered[0].any()
    np.testing.assert_array_equal(covered, cover(grid.spans(), np.zeros(3, np.intp), view, 1).painted((7,)))
