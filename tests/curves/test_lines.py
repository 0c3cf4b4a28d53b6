"""Reduction loses no extreme, and growing row by row gives the same as all at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.smoothing import running_median
from engine.table import MetricTable, Sparse
from gui.plots.curves.abscissa import Abscissa
from gui.plots.curves.line import Drawn
from gui.plots.curves.pyramid import OffAxis, Pyramid, summarise
from gui.plots.curves.run_lines import RunLines
from gui.plots.curves.smoothed import Smoothed
from gui.plots.curves.trace import Trace
from tests.gui.plots.runs import run_of

STRANGE = st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -1.0])


def trace_of(values: np.ndarray, x: np.ndarray | None = None) -> Trace:
    table = MetricTable()
    table.extend({"loss": values} if x is None else {"loss": values, "x": x})
    abscissa = Abscissa(table, "x")
    abscissa.update(len(table))
    trace = Trace(table, "loss", abscissa)
    trace.update(len(table))
    return trace


@settings(max_examples=60)
@given(
    st.lists(st.floats(-1e6, 1e6) | STRANGE, min_size=1, max_size=700),
    st.lists(st.integers(1, 200), min_size=1, max_size=20),
    st.booleans(),
    st.data(),
)
def test_a_pyramid_that_grew_says_the_same_as_one_made_at_once(numbers, cuts, positive_only, data) -> None:
    values = np.array(numbers)
    grown, whole = Pyramid(positive_only), Pyramid(positive_only)
    for cut in np.minimum(np.cumsum(cuts), len(values)):
        grown.update(values[:cut])
    grown.update(values)
    whole.update(values)
    start = data.draw(st.integers(0, len(values) - 1))
    stop = data.draw(st.integers(start + 1, len(values)))
    a, b = (pyramid.query(values, start, stop, 5) for pyramid in (grown, whole))
    assert (a.first, a.size) == (b.first, b.size)
    for ours, theirs in ((a.low, b.low), (a.high, b.high), (a.off_axis, b.off_axis)):
        np.testing.assert_array_equal(ours, theirs)
    low, high, off_axis = summarise(values[a.first : a.first + a.size * len(a.low)], a.size, positive_only)
    for ours, truth in ((a.low, low), (a.high, high), (a.off_axis, off_axis)):
        np.testing.assert_array_equal(ours, truth)
    assert a.first <= start and a.first + a.size * len(a.low) >= stop


@pytest.mark.parametrize("rows", [50, 3_000, 40_000, 300_000])
@pytest.mark.parametrize("log", [False, True])
def test_no_spike_of_one_row_is_lost_at_any_zoom(rows: int, log: bool) -> None:
    values = np.ones(rows) + 0.01 * np.sin(np.arange(rows))
    at = rows * 2 // 3
    values[at], values[at + 1] = 50.0, 0.001
    trace = trace_of(values)
    for width in (rows, rows // 3, rows // 30 or 2):
        drawn = trace.reduce(at - width * 0.4, at + width * 0.6, 300, log)
        shown = 10**drawn.y if log else drawn.y
        assert np.nanmax(shown) == pytest.approx(50.0)
        assert np.nanmin(shown) == pytest.approx(0.001)
        assert len(drawn.x) <= 300 * 4 + 8


@pytest.mark.parametrize("rows", [100, 5_000, 300_000])
def test_values_without_a_place_are_reported_and_leave_the_others(rows: int) -> None:
    values = np.ones(rows)
    values[rows // 2] = np.nan
    values[rows // 4] = np.inf
    values[rows // 5] = -2.0
    linear = trace_of(values).reduce(0, rows, 200)
    assert _sorts(linear) == OffAxis.NAN | OffAxis.POSITIVE_INFINITY
    assert np.nanmin(linear.y) == -2.0
    on_log = trace_of(values).reduce(0, rows, 200, log=True)
    assert _sorts(on_log) == OffAxis.NAN | OffAxis.POSITIVE_INFINITY | OffAxis.NOT_POSITIVE
    assert np.nanmax(on_log.y) == np.nanmin(on_log.y) == 0.0
    near = on_log.off_axis_x[(on_log.off_axis & OffAxis.NAN) > 0]
    assert abs(near - rows // 2).min() <= rows / 200


def _sorts(drawn: Drawn) -> int:
    return int(np.bitwise_or.reduce(drawn.off_axis))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60), st.integers(1, 7))
def test_refreshing_row_by_row_gives_the_same_line_as_all_at_once(rows, every: int) -> None:
    """Columns with missing cells, x that has gaps and goes back."""
    table = MetricTable(["x", "loss"])
    abscissa = Abscissa(table, "x")
    grown = Trace(table, "loss", abscissa)
    for i, (has_x, has_loss) in enumerate(rows):
        row = ({"x": float(i % 23)} if has_x else {}) | ({"loss": float(i)} if has_loss else {})
        table.append({**row, "other": 0.0})
        if i % every == 0:
            abscissa.update(len(table))
            grown.update(len(table))
    abscissa.update(len(table))
    grown.update(len(table))
    np.testing.assert_array_equal(grown.values, [i for i, (_, has_loss) in enumerate(rows) if has_loss])
    if all(has_x for has_x, _ in rows):
        np.testing.assert_array_equal(grown.x, grown.values % 23)
    falls = np.flatnonzero(np.diff(grown.x) < 0) + 1
    assert grown.cuts() == falls.tolist()


def test_where_x_goes_back_the_line_breaks_and_both_stretches_are_drawn() -> None:
    x = np.concatenate([np.arange(10.0), np.arange(5.0, 15.0)])
    drawn = trace_of(np.arange(20.0), x).reduce(0, 20, 100)
    assert np.isnan(drawn.y).sum() == 2
    np.testing.assert_array_equal(drawn.y[np.isfinite(drawn.y)], np.arange(20.0))


def test_a_sparse_column_stands_at_the_x_of_its_rows() -> None:
    table = MetricTable()
    table.extend({"step": np.arange(10.0, 20.0), "val_loss": Sparse(np.array([4, 9]), np.array([0.5, 0.4]))})
    abscissa = Abscissa(table, "step")
    abscissa.update(10)
    trace = Trace(table, "val_loss", abscissa)
    trace.update(10)
    np.testing.assert_array_equal(trace.x, [14.0, 19.0])
    assert trace.at(15.0) == 0.5
    assert trace.at(30.0) is None


@pytest.mark.parametrize("rows", [200, 200_000])
def test_points_outside_are_counted_exactly(rows: int) -> None:
    values = np.linspace(1.0, 2.0, rows)
    values[[3, 50, 51]] = [9.0, -4.0, 0.0]
    values[70] = np.inf
    assert trace_of(values).count_outside(0, rows, 0.5, 3.0, log=False) == (2, 1, 0)
    assert trace_of(values).count_outside(0, rows, 0.5, 3.0, log=True) == (0, 1, 2)
    assert trace_of(values).count_outside(0, 20, 0.5, 3.0, log=False) == (0, 1, 0)


def test_a_loaded_column_is_viewed_and_not_copied() -> None:
    values = np.ones(100_000)
    trace = trace_of(values)
    assert np.shares_memory(trace.values, values)


@pytest.mark.parametrize("width", [3, 25, 301])
@pytest.mark.parametrize("gap", [False, True])
def test_the_smooth_line_is_that_of_the_engine_and_follows_growth(width: int, gap: bool) -> None:
    table = MetricTable()
    values = np.random.default_rng(width).random(2000)
    if gap:
        values[[0, 1, 2, 400, 401, 1999]] = np.nan
    abscissa = Abscissa(table, None)
    trace = Trace(table, "loss", abscissa)
    line = Smoothed(trace)
    for start, stop in pairwise((0, 1, 2, 40, 41, 700, 1300, 2000)):
        table.extend({"loss": values[start:stop].copy()})
        abscissa.update(stop)
        trace.update(stop)
        line.update(width)
        if width < 256:
            np.testing.assert_array_equal(line.values, running_median(values[:stop], width))
    whole = Smoothed(trace)
    whole.update(width)
    np.testing.assert_array_equal(line.values, whole.values)
    line.update(1)
    assert len(line) == 0


def test_the_past_of_a_drawn_line_stays_when_rows_arrive() -> None:
    values = 1 + np.random.default_rng(2).random(3000)
    values[1000:1020] = 4.8
    drawn = []
    for rows in (1400, 3000):
        line = Smoothed(trace_of(values[:rows]))
        line.update(25)
        drawn.append(line.reduce(900.0, 1300.0, 450))
    np.testing.assert_array_equal(drawn[0].y, drawn[1].y)
    assert drawn[0].y.max() == 4.8


@pytest.mark.parametrize("share", [1.0, 0.1, 1e-3, 1e-5])
def test_a_very_long_column_has_a_line_at_every_zoom(share: float) -> None:
    rows = 3_000_000
    random = np.random.default_rng(0)
    truth = 2 + np.sin(np.arange(rows) / rows * 20)
    values = truth + 0.1 * random.normal(size=rows)
    line = Smoothed(trace_of(values))
    line.update(25)
    left, right = 0.5 * rows * (1 - share), 0.5 * rows * (1 + share)
    drawn = line.reduce(left, right, 450)
    inside = (drawn.x >= left) & (drawn.x <= right)
    assert 20 <= inside.sum() <= 4 * 450 + 8
    expected = truth[drawn.x[inside].astype(int)]
    tolerance = 4 * 1.25 * 0.1 / np.sqrt(line.width_shown(left, right, 450)) + 0.12 * share
    assert np.abs(drawn.y[inside] - expected).max() < tolerance
    if share == 1e-5:
        first = int(drawn.x[inside][0])
        np.testing.assert_array_equal(
            drawn.y[inside], running_median(values[first - 99 : first + inside.sum() + 99], 25)[99:-99]
        )


def test_a_line_does_not_reach_across_a_restart() -> None:
    table = MetricTable()
    step = np.tile(np.arange(400.0), 2)
    table.extend({"step": step, "loss": np.repeat([1.0, 9.0], 400)})
    lines = RunLines(Run("run", table, pair(["loss"]), Origin(OriginKind.LOG), x="step"), "step")
    lines.refresh()
    lines.smoothed("loss")
    for width in (25, 401):
        lines.smooth(width)
        np.testing.assert_array_equal(lines.smoothed("loss").values[:24], 1.0)
        assert set(lines.smoothed("loss").values) == {1.0, 9.0}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [({"step": 1}, 25), ({"step": 5}, 5), ({"step": 50}, 1), ({"epoch": 1}, 1), ({"epoch": 0.01}, 25), ({}, 25)],
)
def test_the_width_counts_steps_however_often_they_were_logged(columns: dict[str, float], expected: int) -> None:
    table = MetricTable()
    rows = np.arange(200.0)
    table.extend({**{name: rows * every for name, every in columns.items()}, "loss": rows})
    x = next(iter(columns), "row")
    lines = RunLines(Run("run", table, pair(["loss"]), Origin(OriginKind.LOG), x=x), x)
    lines.refresh()
    lines.smoothed("loss")
    lines.smooth(25)
    assert lines.smoothed("loss").width == expected


def test_a_long_line_that_was_made_ready_draws_the_same() -> None:
    run = run_of(loss=np.random.default_rng(0).random(300_000))
    ready, plain = RunLines(run, "step"), RunLines(run, "step")
    ready.make_ready(["loss"])
    for lines in (ready, plain):
        lines.refresh()
        lines.smoothed("loss").update(301)
    for line in ("trace", "smoothed"):
        drawn = [getattr(lines, line)("loss").reduce(0.0, 300_001.0, 500) for lines in (ready, plain)]
        assert np.array_equal(drawn[0].y, drawn[1].y)


@pytest.mark.parametrize("rows", [40_000, 1_300_000])
@pytest.mark.parametrize("strange", [False, True])
def test_a_moved_view_shows_the_line_that_a_new_one_does(rows: int, strange: bool) -> None:
    """What was made for the view before is kept and added to on either side."""
    random = np.random.default_rng(3)
    values = 2 + np.sin(np.arange(rows) / 900) + 0.1 * random.normal(size=rows)
    if strange:
        values[random.random(rows) < 0.02] = np.nan
    kept = Smoothed(trace_of(values))
    kept.update(45)
    left, right = 0.3 * rows, 0.5 * rows
    for zoom, shift in (
        (0.5, 0),
        (0.5, 0),
        (1, 0.3),
        (1, -0.7),
        (1.6, 0),
        (1.6, 0),
        (0.1, 0),
        (1, 30),
        (5, 0),
        (0.02, 0),
    ):
        middle, half = (left + right) / 2 + shift * (right - left), zoom * (right - left) / 2
        left, right = middle - half, middle + half
        fresh = Smoothed(trace_of(values))
        fresh.update(45)
        here, there = (line.reduce(left, right, 450) for line in (kept, fresh))
        np.testing.assert_array_equal(here.x, there.x)
        np.testing.assert_array_equal(here.y, there.y)
        assert len(kept._seen[1]) <= 12
        kept_points = sum(len(part._y) for part in kept._seen[1].values())
        assert kept_points <= 12 * 8 * 4 * 450


def test_a_view_of_a_growing_line_shows_its_new_end() -> None:
    """What was made of the end changes with the rows that follow it."""
    table = MetricTable()
    random = np.random.default_rng(4)
    values = random.normal(size=60_000).cumsum()
    table.extend({"loss": values[:50_000]})
    abscissa = Abscissa(table, None, None)
    abscissa.update(50_000)
    trace = Trace(table, "loss", abscissa)
    trace.update(50_000)
    line = Smoothed(trace)
    line.update(401)
    line.reduce(30_000.0, 60_000.0, 450)
    table.extend({"loss": values[50_000:]})
    abscissa.update(60_000)
    trace.update(60_000)
    line.update(401)
    fresh = Smoothed(trace_of(values))
    fresh.update(401)
    np.testing.assert_array_equal(line.reduce(30_000.0, 60_000.0, 450).y, fresh.reduce(30_000.0, 60_000.0, 450).y)
