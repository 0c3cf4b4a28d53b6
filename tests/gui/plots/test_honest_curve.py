"""What is drawn is what was logged, read from the pixels: peaks, event tops and steps, however long the run is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.events import EventKind, EventState, Severity
from engine.i18n import number
from engine.run import Origin, OriginKind, Run
from engine.table import Floats, MetricTable
from gui.look.colours import RAW_OPACITY, RAW_OPACITY_BESIDE, blend
from gui.look.theme import LIGHT
from gui.plots.curves.run_lines import RunLines
from gui.plots.labels.last_values import spread
from gui.plots.panes.pane import Pane
from gui.plots.shown.picture import Picture
from gui.plots.shown.scenery import ForkCurve, peaks
from gui.plots.stack import PlotStack
from tests.gui.plots.runs import event, run_of

ROWS = [100, 10_000, 10_000_000]
WIDTH = 25  # steps, at the default smoothing


@pytest.fixture
def stack(qtbot: QtBot) -> Iterator[PlotStack]:
    widget = PlotStack()
    qtbot.addWidget(widget)
    widget.resize(1000, 640)
    widget.reduce_motion(True)
    widget.set_smoothing(0.25)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()


def inside(stack: PlotStack, pane: Pane) -> np.ndarray:
    """The pixels of a pane, shape (height, width, 3)."""
    QApplication.processEvents()
    image = stack.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    box = pane.box.sceneBoundingRect()
    origin = stack._canvas.mapTo(stack, stack._canvas.mapFromScene(box.topLeft()))
    rows = slice(origin.y(), origin.y() + int(box.height()))
    return flat[rows, origin.x() : origin.x() + int(box.width()), 2::-1].astype(int)


def is_ink(pixels: np.ndarray, *colours: QColor) -> np.ndarray:
    """Where a pixel has one of the colours."""
    found = np.zeros(pixels.shape[:2], bool)
    for colour in colours:
        found |= np.abs(pixels - [colour.red(), colour.green(), colour.blue()]).sum(axis=2) < 75
    return found


def curve_colours(index: int, is_active: bool) -> list[QColor]:
    colour = LIGHT.curves[index]
    return [QColor(colour), blend(colour, LIGHT.surface, RAW_OPACITY if is_active else RAW_OPACITY_BESIDE)]


def noisy(rows: int, seed: int = 0) -> Floats:
    """A loss around 1 with a scatter of a few per cent."""
    return 1 + 0.03 * np.random.default_rng(seed).normal(size=rows)


def y_pixel(pane: Pane, value: float) -> float:
    return pane.view.y_pixel(float(np.log10(value)) if pane.is_log else value)


@pytest.mark.parametrize("is_log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize("runs", [1, 3])
@pytest.mark.parametrize("rows", ROWS)
def test_a_peak_of_one_row_is_drawn_to_its_top_beside_zeros_and_nan(
    stack: PlotStack, rows: int, runs: int, is_log: bool
) -> None:
    losses = [noisy(rows, seed) for seed in range(runs)]
    at = rows // 3
    for place, loss in enumerate(losses):
        peak = at + place * rows // 6
        loss[peak - 2 : peak + 3] = [np.nan, 0.0, 2.0 + place, 0.0, np.nan]
    shown = [run_of(f"run {i}", loss=loss) for i, loss in enumerate(losses)]
    stack.show_picture(Picture(tuple(shown), 0))
    stack.set_log_y(is_log)
    pane = stack.panes[0]
    pane.chosen_y = (-0.7, 1.0) if is_log else (-0.2, 5.0)
    stack._redraw()
    picture = inside(stack, pane)
    for place in range(runs):
        x = pane.view.x_pixel(at + place * rows // 6 + 1.0)
        top = y_pixel(pane, 2.0 + place)
        near = is_ink(picture, *curve_colours(place, place == 0))[:, max(int(x) - 2, 0) : int(x) + 4]
        heights = np.flatnonzero(near.any(axis=1))
        heights = heights[heights > 16]  # the sign of the NaN is above
        assert abs(heights.min() - top) <= 3, f"run {place}"
        if not is_log and rows > 100:  # down to zero on either side; on a log axis zero has no place
            assert heights.max() >= y_pixel(pane, 0.0) - 3


@pytest.mark.parametrize("is_log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize("runs", [1, 3])
@pytest.mark.parametrize("rows", ROWS)
def test_the_top_of_an_event_has_a_dot_with_its_value_and_the_axis_reaches_it(
    stack: PlotStack, rows: int, runs: int, is_log: bool
) -> None:
    loss = noisy(rows)
    at = rows // 2
    loss[at], loss[at + 3], loss[at + 4] = 4.83, np.nan, 0.0
    others = [run_of(f"other {i}", loss=noisy(rows, 5 + i)) for i in range(runs - 1)]
    stack.show_picture(Picture((run_of(loss=loss), *others), 0))
    stack.set_log_y(is_log)
    pane = stack.panes[0]
    spike = event("a", at - 2, at + 5)
    stack.show_picture(replace(stack.picture, events=(spike,), labels={"a": "Spike"}))
    stack._redraw()
    top = pane.view.top if not is_log else 10**pane.view.top
    assert top >= 4.83
    assert [(point.text, point.is_filled) for point in pane.extremes._points] == [("4.83", True)]
    picture = inside(stack, pane)
    x, y = pane.view.x_pixel(at + 1.0), y_pixel(pane, 4.83)
    dot = is_ink(picture, QColor(LIGHT.curves[0]))[int(y) - 3 : int(y) + 3, int(x) - 3 : int(x) + 4]
    assert dot.sum() > 20


@pytest.mark.parametrize("is_log", [False, True], ids=["linear", "log"])
@pytest.mark.parametrize("rows", ROWS)
def test_a_step_is_a_step_where_it_happened(stack: PlotStack, rows: int, is_log: bool) -> None:
    loss = np.where(np.arange(rows) < rows // 2, 3.0, 1.0) * (1 + 0.01 * noisy(rows, 3))
    stack.show_picture(Picture((run_of(loss=loss),)))
    stack.set_log_y(is_log)
    stack._redraw()
    pane = stack.panes[0]
    ink = is_ink(inside(stack, pane), QColor(LIGHT.curves[0]))  # the strong line alone
    edge = pane.view.x_pixel(rows // 2 + 0.5)
    high, low = y_pixel(pane, 3.03), y_pixel(pane, 1.01)
    reach = 2 + pane.view.width / rows
    for x, expected in ((edge - reach - 3, high), (edge + reach + 3, low)):
        column = np.flatnonzero(ink[:, int(x)])
        assert len(column) and np.abs(column - expected).max() < 12
    middle = ink[int(high) + 15 : int(low) - 15]
    where = np.flatnonzero(middle.any(axis=0))
    assert len(where) and np.abs(where - edge).max() <= reach + 1


@pytest.mark.parametrize("is_log", [False, True], ids=["linear", "log"])
def test_a_peak_of_one_row_is_seen_in_a_crowd(stack: PlotStack, is_log: bool) -> None:
    losses = [noisy(2000, seed) for seed in range(40)]
    losses[7][900] = 4.0
    stack.show_picture(Picture(tuple(run_of(f"run {i}", loss=loss) for i, loss in enumerate(losses))))
    stack.set_log_y(is_log)
    pane = stack.panes[0]
    pane.chosen_y = (-0.1, 0.7) if is_log else (0.5, 4.5)
    stack._redraw()
    picture = inside(stack, pane)
    x, top = int(pane.view.x_pixel(901.0)), int(y_pixel(pane, 4.0))
    is_drawn = (picture < 245).any(axis=2)
    assert is_drawn[top - 2 : top + 6, x - 2 : x + 3].any()
    assert is_drawn[top + 40 : top + 60, x - 2 : x + 3].any(axis=1).all()


def test_a_long_rise_is_drawn_as_high_as_it_was_however_the_run_grows(stack: PlotStack) -> None:
    rows = 3000
    loss = noisy(rows)
    loss[1000:1030] += 3.8
    live = Run("run", MetricTable(), run_of(loss=loss).series, run_of(loss=loss).origin, x="step")
    stack.show_picture(Picture((live,)))
    tops = []
    for start in range(0, rows, 250):
        live.table.extend(
            {"step": np.arange(start + 1.0, start + 251), "loss": loss[start : start + 250].copy()}, rows=250
        )
        stack.refresh()
        if start >= 1000:
            smoothed = stack.panes[0].curves[0].smoothed
            assert smoothed is not None
            drawn = smoothed.reduce(900.0, 1200.0, 300)
            tops.append((drawn.x.tolist(), drawn.y.tolist()))
            assert max(drawn.y) > 4.5
    assert all(top == tops[0] for top in tops)


def test_the_width_of_the_line_is_said_and_where_the_screen_is_coarser_that_of_the_screen(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=noisy(1000)),)))
    assert f"line: median of {WIDTH} steps" in stack.panes[0].header.notes
    stack.show_picture(Picture((run_of(loss=noisy(1_000_000)),)))
    assert any(f"line: median of {number(20_480)} steps" in note for note in stack.panes[0].header.notes)
    stack.show_range(500_000.0, 500_500.0)
    assert f"line: median of {WIDTH} steps" in stack.panes[0].header.notes
    stack.set_smoothing(0.0)
    assert not any("line" in note for note in stack.panes[0].header.notes)


@pytest.mark.parametrize(
    ("loss", "is_log"),
    [
        (np.geomspace(2, 1e-3, 500), True),
        (np.geomspace(2, 1e-2, 500), False),
        (np.r_[np.geomspace(1, 1e30, 400), [np.inf] * 20, [np.nan] * 20], True),
        (np.r_[np.geomspace(2, 1e-4, 500), [0.0]], True),
        (np.r_[np.geomspace(2, 1e-4, 500), [0.0] * 20], False),
        (np.linspace(-3, 1e5, 500), False),
        (np.full(20, np.nan), False),
    ],
    ids=["three decades", "two", "explosion", "a zero", "zeros", "negative", "nan"],
)
def test_the_data_choose_the_axis_and_its_title_says_so(stack: PlotStack, loss: Floats, is_log: bool) -> None:
    said: list[bool] = []
    stack.log_shown.connect(said.append)
    stack.show_picture(Picture((run_of(loss=loss),)))
    pane = stack.panes[0]
    assert pane.is_log is is_log and said[-1] is is_log
    assert ("log scale" in pane.header.title) is is_log
    assert ("L: linear" in pane.header.notes) is is_log
    stack.set_log_y(not is_log)
    assert pane.is_log is not is_log and said[-1] is not is_log
    assert ("log scale" in pane.header.title) is not is_log


def test_a_live_axis_becomes_logarithmic_when_the_values_demand_it(stack: PlotStack) -> None:
    source = run_of(loss=np.geomspace(1, 1e-5, 600))
    live = Run("run", MetricTable(), source.series, source.origin, x="step")
    stack.show_picture(Picture((live,)))
    seen = []
    for start in range(0, 600, 50):
        values = {name: source.table.values(name, start, start + 50).copy() for name in source.table.columns}
        live.table.extend(values, rows=50)
        stack.refresh()
        seen.append(stack.panes[0].is_log)
    assert seen == sorted(seen) and not seen[0] and seen[-1]
    stack.set_log_y(False)
    live.table.extend({"step": np.array([601.0]), "loss": np.array([1e-6])}, rows=1)
    stack.refresh()
    assert not stack.panes[0].is_log


def test_the_last_value_stands_beside_the_last_point_of_every_run(stack: PlotStack) -> None:
    runs = tuple(run_of(f"run {i}", loss=np.full(50, 1.0 + i)) for i in range(3))
    stack.show_picture(Picture(runs, 1))
    pane = stack.panes[0]
    tags = pane.last_values.values
    assert [(tag.text, tag.colour) for tag in tags] == [
        ("2", LIGHT.curves[1]),
        ("1", LIGHT.curves[0]),
        ("3", LIGHT.curves[2]),
    ]
    assert tags[0].y == pytest.approx(pane.view.y_pixel(2.0))
    tops = spread([tag.y for tag in tags], 16.0, pane.view.height)
    assert np.diff(sorted(tops)).min() >= 16


def test_the_peak_of_a_divergence_does_not_push_all_else_to_the_ground(stack: PlotStack) -> None:
    loss = noisy(400)
    loss[399] = 1e30
    stack.show_picture(Picture((run_of(loss=loss),)))
    stack.set_log_y(False)
    diverged = replace(event("a", 399, 399, Severity.CRITICAL), kind=EventKind.DIVERGED)
    stack.show_picture(replace(stack.picture, events=(diverged,), labels={"a": "Diverged"}))
    stack._redraw()
    assert stack.panes[0].view.top < 10


@pytest.mark.parametrize("is_log", [False, True], ids=["linear", "log"])
def test_forks_grow_out_of_the_curve(stack: PlotStack, is_log: bool) -> None:
    stack.show_picture(Picture((run_of(loss=np.linspace(3, 1, 200)),)))
    stack.set_log_y(is_log)
    steps = np.arange(100.0, 160.0)
    stack.show_forks([ForkCurve(steps, np.full(60, 2.6), LIGHT.curves[2])])
    pane = stack.panes[0]
    picture = inside(stack, pane)
    row = int(y_pixel(pane, 2.6))
    near = picture[row - 2 : row + 3]
    green = (near[..., 1] - near[..., 0] > 50).any(axis=0)
    where = np.flatnonzero(green)
    where = where[where > pane.view.x_pixel(70.0)]  # before, the run itself passes
    assert abs(where.min() - pane.view.x_pixel(100.0)) < 3 and abs(where.max() - pane.view.x_pixel(159.0)) < 3
    stack.show_forks([])
    assert not is_ink(inside(stack, pane), QColor(LIGHT.curves[2])).any()


@pytest.mark.parametrize("runs", [1, 3])
@pytest.mark.parametrize("rows", [400, 10_000, 1_500_000])
def test_single_samples_are_drawn_as_the_share_of_right_ones_and_not_as_a_wall(
    stack: PlotStack, rows: int, runs: int
) -> None:
    random = np.random.default_rng(rows)
    rising = np.linspace(0.2, 0.8, rows)
    right = [(random.random(rows) < rising).astype(float) for _ in range(runs)]
    stack.show_picture(Picture(tuple(run_of(f"run {i}", loss=noisy(rows), accuracy=r) for i, r in enumerate(right)), 0))
    stack.set_smoothing(0.5)
    pane = next(p for p in stack.panes if p.spec.key == "accuracy")
    ink = is_ink(inside(stack, pane), *(c for i in range(runs) for c in curve_colours(i, i == 0)))
    assert ink.mean() < 0.35  # a wall would fill it
    line = pane.curves[0].smoothed
    assert line is not None and line.is_share
    drawn = line.reduce(pane.view.left, pane.view.right, 500)
    inner = (drawn.x > rows * 0.1) & (drawn.x < rows * 0.9)
    assert np.abs(drawn.y - np.interp(drawn.x, np.arange(rows), rising))[inner].max() < 0.25
    assert any("share of right answers" in note for note in pane.notes())
    assert {value.text for value in pane.last_values.values}.isdisjoint({"0", "1"})


def test_the_peak_of_an_event_that_is_said_before_its_rows_are_read_is_its_highest_value() -> None:
    run = run_of(loss=np.arange(1.0, 51.0))
    lines = RunLines(run, "step")
    lines.refresh()
    said = (event("a", 20, 99),)
    run.table.extend({"step": np.arange(51.0, 101.0), "loss": np.arange(51.0, 101.0)})
    early = peaks(lines, said)  # the rows are in the table, and not in the lines
    lines.refresh()
    assert [peak.value for peak in early] == [50.0]
    assert [peak.value for peak in peaks(lines, said, early)] == [100.0]


def test_an_accuracy_of_batches_keeps_its_ribbon_and_a_flag_of_0_and_1_its_peaks() -> None:
    table = MetricTable()
    shares = np.random.default_rng(0).integers(0, 9, 300) / 8
    flags = (np.arange(300) == 150).astype(float)
    table.extend({"accuracy": shares, "flag/accuracy": flags, "right": (shares > 0.5).astype(float)}, 300)
    for column in ("accuracy", "flag/accuracy", "right"):
        lines = RunLines(Run("run", table, (), Origin(OriginKind.LOG)), "row")
        line = lines.smoothed(column)
        lines.refresh()
        lines.smooth(25)
        assert len(line)
        assert not line.is_share, column


def test_the_line_of_a_growing_run_becomes_a_median_when_a_value_between_0_and_1_comes() -> None:
    table = MetricTable()
    right = np.tile([1.0, 0.0, 0.0], 40)
    table.extend({"accuracy": right}, 120)
    lines = RunLines(Run("run", table, (), Origin(OriginKind.LOG)), "row")
    line = lines.smoothed("accuracy")
    lines.refresh()
    lines.smooth(25)
    assert line.is_share and line.values[60] == pytest.approx(1 / 3, abs=0.03)
    past = line.values[:80].copy()
    table.extend({"accuracy": right}, 120)
    lines.refresh()
    lines.smooth(25)
    assert np.array_equal(line.values[:80], past)
    table.extend({"accuracy": np.array([0.5])}, 1)
    lines.refresh()
    lines.smooth(25)
    assert not line.is_share and line.values[60] == 0.0


def test_the_peak_of_an_event_that_goes_on_rises_with_rows_that_no_detector_has_read() -> None:
    run = run_of(loss=np.arange(1.0, 51.0))
    lines = RunLines(run, "step")
    lines.refresh()
    said = (replace(event("a", 20, 49), state=EventState.OPEN),)
    early = peaks(lines, said)
    run.table.extend({"step": np.arange(51.0, 61.0), "loss": np.arange(51.0, 61.0)})
    lines.refresh()
    assert [peak.value for peak in early] == [50.0]
    later = peaks(lines, said, early)
    assert [(peak.x, peak.value) for peak in later] == [(60.0, 60.0)]
    assert [peak.value for peak in peaks(lines, (event("a", 20, 49),), later)] == [50.0]  # it ended before they came


@pytest.mark.parametrize("is_log", [False, True])
def test_what_is_out_of_view_is_counted_and_nothing_else(stack: PlotStack, is_log: bool) -> None:
    loss = 1 + 0.1 * np.sin(np.arange(300_000) / 50)
    loss[1000], loss[200_000] = 500.0, 800.0
    stack.show_picture(Picture((run_of(loss=loss),)))
    stack.set_log_y(is_log)
    pane = stack.panes[0]
    stack.type_limits(pane, "0.5 – 2")
    assert any("2 points above" in note for note in pane.notes())
    stack.type_limits(pane, "0.5 – 1000")
    assert not any("above" in note or "below" in note for note in pane.notes())
