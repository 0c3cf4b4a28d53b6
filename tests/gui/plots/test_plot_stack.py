"""The stack as a person sees it: pixels, marks, selection, a live run, export."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.events import MarkKind, Severity
from engine.run import Change, Run
from engine.table import MetricTable
from gui.look.theme import DARK, LIGHT
from gui.plots.acting.export import FigureError
from gui.plots.curves.pyramid import OffAxis
from gui.plots.panes.pane import Pane
from gui.plots.shown.picture import Picture
from gui.plots.shown.scenery import ForkCurve
from gui.plots.stack import PlotStack
from tests.gui.plots.runs import event, falling, run_of


@pytest.fixture
def stack(qtbot: QtBot) -> Iterator[PlotStack]:
    widget = PlotStack()
    qtbot.addWidget(widget)
    widget.resize(900, 600)
    widget.reduce_motion(True)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()


def pixels(stack: PlotStack) -> np.ndarray:
    """The picture as rows, columns and red, green, blue."""
    image = stack.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return flat[:, : image.width(), 2::-1].copy()


def ink(stack: PlotStack, pane: Pane, colour: str, top: float, bottom: float) -> np.ndarray:
    """Columns of a pane that hold a colour between two heights, as parts of the pane's."""
    box = pane.box.sceneBoundingRect()
    origin = stack._canvas.mapTo(stack, stack._canvas.mapFromScene(box.topLeft()))
    rows = slice(origin.y() + int(top * box.height()), origin.y() + int(bottom * box.height()))
    part = pixels(stack)[rows, origin.x() : origin.x() + int(box.width())].astype(int)
    wanted = QColor(colour)
    distance = np.abs(part - [wanted.red(), wanted.green(), wanted.blue()]).sum(axis=2)
    return np.flatnonzero((distance < 60).any(axis=0))


@pytest.mark.parametrize("rows", [500, 20_000, 1_000_000])
def test_a_spike_of_one_row_is_seen_at_every_zoom(stack: PlotStack, rows: int) -> None:
    values = np.full(rows, 1.0)
    spike = rows // 3
    values[spike] = 2.0
    # Enough high points elsewhere that the spike is no outlier for the axis.
    values[-rows // 100 :] = 2.0
    stack.show_picture(Picture((run_of(loss=values),)))
    pane = stack.panes[0]
    for share in (1.0, 0.1, 0.01):
        if share < 1:
            stack.show_range(spike - 0.5 * share * rows, spike + 0.5 * share * rows)
            pane.chosen_y = (0.9, 2.1)
            stack._redraw()
        columns = ink(stack, pane, LIGHT.curves[0], 0.05, 0.8)
        expected = pane.view.x_pixel(spike + 1.0)
        assert len(columns) and np.abs(columns - expected).min() <= 2


def test_nan_and_infinity_are_marked_at_the_edge(stack: PlotStack) -> None:
    loss = falling(300)
    loss[100], loss[200], loss[250] = np.nan, np.inf, -np.inf
    stack.show_picture(Picture((run_of(loss=loss),)))
    pane = stack.panes[0]
    marked = {stretch.off_axis: stretch.left for stretch in pane.edges.stretches}
    assert set(marked) == {OffAxis.NAN, OffAxis.POSITIVE_INFINITY, OffAxis.NEGATIVE_INFINITY}
    assert marked[OffAxis.NAN] == pytest.approx(pane.view.x_pixel(101.0))
    columns = ink(stack, pane, LIGHT.severity[Severity.CRITICAL], 0.0, 0.06)
    for off_axis in (OffAxis.NAN, OffAxis.POSITIVE_INFINITY):
        assert np.abs(columns - marked[off_axis]).min() <= 3


def test_a_run_of_nothing_but_nan_is_drawn_as_marks(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=np.full(50, np.nan)),)))
    assert {stretch.off_axis for stretch in stack.panes[0].edges.stretches} == {OffAxis.NAN}
    stack.grab()


def test_a_log_axis_is_true_and_says_what_has_no_place(stack: PlotStack) -> None:
    loss = 10.0 ** np.linspace(0, -4, 401)
    loss[[7, 9]] = 0.0, -1.0
    stack.show_picture(Picture((run_of(loss=loss),)))
    stack.set_log_y(True)
    pane = stack.panes[0]
    heights = pane.view.y_pixels(np.log10(loss[[100, 200, 300]]))
    assert np.diff(heights)[0] == pytest.approx(np.diff(heights)[1])
    assert "0.01" in pane.axis.ticks.texts
    assert any("2 values ≤ 0" in note for note in pane.header.notes)


def test_outliers_left_out_are_counted_in_words(stack: PlotStack) -> None:
    loss = 1 + 0.1 * np.sin(np.arange(1000.0))
    loss[[100, 500, 800]] = 50.0
    stack.show_picture(Picture((run_of(loss=loss),)))
    assert stack.panes[0].header.notes == ("3 points above ↑",)


def test_selecting_an_event_zooms_to_it_and_a_click_on_its_band_selects_it(stack: PlotStack, qtbot: QtBot) -> None:
    stack.show_picture(Picture((run_of(loss=falling(1000)),)))
    stack.show_picture(
        replace(
            stack.picture,
            events=(event("a", 300, 340), event("b", 700, 900)),
            labels={"a": "Spike", "b": "Late rise"},
        )
    )
    stack.select_event("a")
    assert stack.shown[0] < 301 and stack.shown[1] > 341 and stack.shown[1] - stack.shown[0] < 200
    stack.fit()
    QApplication.processEvents()  # the layout is made when the event loop comes to it
    pane = stack.panes[0]
    spot = pane.box.mapToScene(QPointF(pane.view.x_pixel(800.0), 40.0))
    with qtbot.waitSignal(stack.event_selected, timeout=2000) as chosen:
        at = stack._canvas.mapFromScene(spot)
        qtbot.mouseMove(stack._canvas.viewport(), at)
        qtbot.mouseClick(stack._canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == ["b"]


def test_pointing_at_a_band_is_said_and_shows_the_values_there(stack: PlotStack) -> None:
    emitted: list[str] = []
    stack.event_hovered.connect(emitted.append)
    loss = falling(1000)
    stack.show_picture(Picture((run_of(loss=loss),)))
    stack.show_picture(replace(stack.picture, events=(event("b", 700, 900),), labels={"b": "Late rise"}))
    pane = stack.panes[0]
    stack._canvas._point(pane.box.mapToScene(QPointF(pane.view.x_pixel(800.2), 40.0)))
    assert emitted == ["b"]
    assert pane.header.entries[0].value == f"{loss[799]:.4g}"
    stack._canvas._point(pane.box.mapToScene(QPointF(pane.view.x_pixel(100.0), 40.0)))
    assert emitted == ["b", ""]


def test_a_stretch_chosen_with_the_mouse_is_shaded_and_then_shown(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=falling(1000)),)))
    pane = stack.panes[0]
    a, b = pane.view.x_pixel(200.0), pane.view.x_pixel(300.0)
    before = pixels(stack)
    pane.box.stretch_changed.emit((a, b))
    assert (before != pixels(stack)).any()
    pane.box.stretch_changed.emit(None)
    pane.box.stretch_chosen.emit(a, b)
    assert stack.shown == pytest.approx((200.0, 300.0))


def test_a_glide_ends_where_it_should(stack: PlotStack, qtbot: QtBot) -> None:
    stack.reduce_motion(False)
    stack.show_picture(Picture((run_of(loss=falling(1000)),)))
    stack.show_range(100.0, 200.0)
    qtbot.waitUntil(lambda: stack.shown == (100.0, 200.0), timeout=3000)


def grown(run: Run, stack: PlotStack, source: Run, chunks: list[int]) -> None:
    """Move rows of another run over, refreshing after each chunk."""
    for chunk in chunks:
        at = len(run.table)
        for row in range(at, min(at + chunk, len(source.table))):
            run.table.append({name: float(source.table.values(name)[row]) for name in source.table.columns})
        stack.refresh()


def test_a_live_run_ends_up_looking_like_the_same_run_loaded(stack: PlotStack) -> None:
    source = run_of(loss=falling(400), accuracy=1 - falling(400) / 3)
    source.changes.append(Change(200, 200, "lr", 0.1, 0.01))
    live = Run("run", MetricTable(), source.series, source.origin, x="step", changes=source.changes)
    stack.set_smoothing(0.3)
    stack.show_picture(Picture((live,)))
    grown(live, stack, source, [1, 2, 40, 100, 300])
    stack.fit()
    seen = pixels(stack)
    stack.show_picture(Picture((source,)))
    np.testing.assert_array_equal(seen, pixels(stack))


def test_a_live_axis_moves_in_steps_and_a_zoomed_view_stays(stack: PlotStack) -> None:
    source = run_of(loss=falling(300))
    live = Run("run", MetricTable(), source.series, source.origin, x="step")
    stack.show_picture(Picture((live,)))
    rights = []
    for _ in range(60):
        grown(live, stack, source, [4])
        rights.append(stack.shown[1])
        assert stack.shown[1] >= len(live.table)
    assert len(set(rights)) < 25
    stack.show_range(10.0, 20.0)
    grown(live, stack, source, [20])
    assert stack.shown == (10.0, 20.0)


def test_an_empty_stack_says_how_to_begin_and_a_run_takes_its_place(stack: PlotStack) -> None:
    stack.show_picture(Picture(()))
    assert stack._hint.isVisible()
    source = run_of(loss=falling(20))
    live = Run("run", MetricTable(), source.series, source.origin, x="step")
    stack.show_picture(Picture((live,)))
    assert stack._hint.isVisible()
    grown(live, stack, source, [3])
    assert not stack._hint.isVisible()


def test_lighting_one_of_many_draws_what_a_new_stack_would(stack: PlotStack, qtbot: QtBot) -> None:
    runs = [run_of(loss=falling(60) + 0.1 * place) for place in range(40)]
    own = {run.id: f"#{place + 16:02x}8040" for place, run in enumerate(runs)}
    dimmed = dict.fromkeys(own, "#dddddd")
    stack.show_picture(Picture(tuple(runs), 0, colours=own))
    crowd = stack.panes[0].partition.of(stack.panes[0].curves)[1]
    for place, lights in ((3, dimmed), (7, dimmed), (7, own), (0, dimmed), (39, dimmed)):
        lit = Picture(tuple(runs), 0, colours=lights, lit=runs[place].id, lit_colour=own[runs[place].id])
        stack.show_picture(lit)
        alone, together, colours = stack.panes[0].partition.of(stack.panes[0].curves)
        assert together is crowd and colours == [lights[run.id] for run in runs[1:]]
        assert [curve.colour for curve in alone] == [lights[runs[0].id], own[runs[place].id]]
    other = PlotStack()
    qtbot.addWidget(other)
    other.resize(stack.size())
    other.show()
    other.show_picture(stack.picture)
    assert np.array_equal(pixels(stack), pixels(other))


def test_a_run_that_is_lit_is_drawn_over_the_others_in_its_own_colour(stack: PlotStack) -> None:
    runs = [run_of(f"run {i}", loss=falling(100) + i) for i in range(3)]
    colours = {run.id: f"#00000{i}" for i, run in enumerate(runs)}
    stack.show_picture(Picture(tuple(runs), colours=colours))
    assert [curve.colour for curve in stack.panes[0].curves] == list(colours.values())
    assert [curve.is_active for curve in stack.panes[0].curves] == [False, False, True]
    dimmed = {run.id: "#eeeeee" for run in runs}
    stack.show_picture(replace(stack.picture, colours=dimmed, lit=runs[1].id, lit_colour="#000001"))
    assert [curve.colour for curve in stack.panes[0].curves] == ["#eeeeee", "#eeeeee", "#eeeeee", "#000001"]
    assert stack.panes[0].curves[-1].is_active
    stack.show_picture(replace(stack.picture, colours=colours, lit=""))
    assert len(stack.panes[0].curves) == 3


def test_runs_of_different_lengths_share_an_axis_by_their_share(stack: PlotStack) -> None:
    runs = [run_of("short", loss=falling(10)), run_of("long", loss=falling(1000))]
    stack.show_picture(Picture(tuple(runs)))
    assert stack.x_columns()[-1] == "share"
    stack.set_x("share")
    assert stack.shown == pytest.approx((0.0, 100.0))
    assert [lines.x_range() for lines in stack._overlay.lines] == [(0.0, 100.0), (0.0, 100.0)]


def test_chosen_columns_come_with_their_limit_line(stack: PlotStack) -> None:
    run = run_of(loss=falling(50), sharpness=np.linspace(1, 30, 50), stability_limit=np.full(50, 20.0))
    stack.show_picture(Picture((run,)))
    stack.set_third_columns(["sharpness"])
    limit = stack.panes[-1].curves[1]
    assert limit.is_limit and limit.trace.column == "stability_limit"
    stack.set_third_columns([])
    assert [pane.spec.key for pane in stack.panes] == ["loss"]


@pytest.mark.parametrize(
    ("values", "is_offered"),
    [
        ([1.0, 2.0, 3.0, 3.0], True),
        ([3.0, 2.0, 2.0, 1.0], True),
        ([1.0, 2.0, 1.5, 3.0], False),
        ([2.0, 2.0, 2.0, 2.0], False),
        ([1.0, np.nan, 2.0, 3.0], False),
        ([1.0, 2.0, np.inf, np.inf], False),
    ],
)
def test_x_can_count_what_goes_one_way(stack: PlotStack, values: list[float], is_offered: bool) -> None:
    stack.show_picture(Picture((run_of(loss=falling(4), tokens=np.array(values)),)))
    assert ("tokens" in stack.x_columns()) == is_offered


def test_x_can_count_any_column(stack: PlotStack) -> None:
    run = run_of(loss=falling(100), epoch=np.arange(100) / 10, lr=np.geomspace(1, 1e-3, 100))
    stack.show_picture(Picture((run,)))
    assert stack.x_columns() == ["step", "epoch", "row", "share", "lr"]
    for name, whole in (("epoch", (0.0, 9.9)), ("row", (0.0, 99.0)), ("lr", (1e-3, 1.0)), ("step", (1.0, 100.0))):
        stack.set_x(name)
        assert stack.shown == pytest.approx(whole)
        stack.grab()
    stack.show_picture(replace(stack.picture, has_epoch_lines=True))
    assert len(stack._scenery.epochs) == 9


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_figure_is_written(stack: PlotStack, tmp_path: Path, suffix: str) -> None:
    stack.show_picture(Picture((run_of(loss=falling(100)),)))
    path = tmp_path / f"figure{suffix}"
    stack.export_image(path)
    start = path.read_bytes()[:300]
    assert {".png": b"PNG", ".svg": b"<svg", ".pdf": b"%PDF"}[suffix] in start
    if suffix == ".svg":
        assert b"<image" not in path.read_bytes()


def test_a_figure_that_cannot_be_written_is_refused(stack: PlotStack, tmp_path: Path) -> None:
    stack.show_picture(Picture((run_of(loss=falling(100)),)))
    with pytest.raises(FigureError):
        stack.export_image(tmp_path / "figure.txt")
    with pytest.raises(FigureError):
        stack.export_image(tmp_path / "nowhere" / "figure.svg")


def test_both_themes_are_drawn_in_their_colours(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=falling(100)),)))
    for theme in (DARK, LIGHT):
        stack.apply_theme(theme)
        assert len(ink(stack, stack.panes[0], theme.curves[0], 0.0, 1.0)) > 100
        assert QColor(*(int(c) for c in pixels(stack)[2, 2])).name() == theme.surface


def test_the_health_strip_leads_to_where_it_is_clicked(stack: PlotStack, qtbot: QtBot) -> None:
    stack.show_picture(Picture((run_of(loss=falling(1000)),)))
    stack.show_range(1.0, 101.0)
    strip = stack._health
    box = stack.panes[0].box.sceneBoundingRect()
    spot = QPointF(box.left() + box.width() * 0.5, 15.0).toPoint()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=spot)
    assert (stack.shown[0] + stack.shown[1]) / 2 == pytest.approx(500.0, abs=5)
    assert stack.shown[1] - stack.shown[0] == pytest.approx(100.0)


def test_runs_are_aligned_by_what_happened_in_each(stack: PlotStack) -> None:
    runs = [run_of(f"run {i}", loss=np.where(np.arange(100) < 20 + 10 * i, 2.0, 1.0)) for i in range(3)]
    stack.show_picture(Picture(tuple(runs)))
    for x in ("step", "row"):
        stack.set_x(x)
        stack.align({run.id: 20 + 10 * i for i, run in enumerate(runs)})
        assert stack.shown == (-40.0, 79.0)
        for curve in stack.panes[0].curves:
            assert curve.trace.at(-1.0) == 2.0
            assert curve.trace.at(0.0) == 1.0
        stack.align({})
    assert stack.shown == (0.0, 99.0)


def test_repeated_seeds_become_their_median_with_a_band(stack: PlotStack) -> None:
    runs = [run_of(f"seed {i}", loss=np.full(50, float(level))) for i, level in enumerate((1, 2, 3, 4, 9))]
    other = run_of("other", loss=np.full(50, 5.0))
    stack.show_picture(Picture((*runs, other)))
    stack.group_runs({"baseline": [run.id for run in runs]})
    single, group = stack.panes[0].curves
    assert (single.name, group.name) == ("other", "baseline")
    assert set(group.trace.values) == {3.0}
    assert group.group is not None
    assert set(group.group.low.values) == {2.0} and set(group.group.high.values) == {4.0}
    stack.set_smoothing(0.4)
    np.testing.assert_allclose(stack.panes[0].curves[1].trace.values, 3.0)
    stack.group_runs({})
    assert len(stack.panes[0].curves) == 6


def test_layers_are_shown_as_a_heat_strip(stack: PlotStack) -> None:
    layers = {f"signal/conv{i}": np.full(60, 10.0**-i) for i in range(4)}
    stack.show_picture(Picture((run_of(loss=falling(60), **layers),)))
    assert stack.columns() == ["step", "loss", "signal/*"]
    stack.set_third_columns(["signal/*"])
    pane = stack.panes[-1]
    assert list(pane.axis.ticks.texts) == ["conv0", "conv1", "conv2", "conv3"]
    box = pane.box.sceneBoundingRect()
    picture = pixels(stack)
    corner = stack._canvas.mapTo(stack, stack._canvas.mapFromScene(box.topLeft()))
    at = [corner.y() + int(box.height() * (i + 0.5) / 4) for i in range(4)]
    lightness = picture[at, corner.x() + 100].astype(int).sum(axis=1)
    assert (np.diff(lightness) > 0).all()
    assert [entry.value for entry in pane.header.entries] == ["0.001", "1"]  # the palest and the darkest tone
    assert pane.header.notes == ()
    stack._show_cursor(31.0)
    assert pane.header.notes == ("conv0 1  conv1 0.1  conv2 0.01  conv3 0.001",)


def test_restarts_that_the_detectors_saw_are_marked_where_no_event_is(stack: PlotStack) -> None:
    run = run_of(loss=falling(100))
    stack.show_picture(Picture((run,)))
    run.restart_rows = (30,)
    stack.show_picture(replace(stack.picture))
    assert [(mark.x, mark.kind) for mark in stack._scenery.marks] == [(31.0, MarkKind.RESTART)]


def test_a_note_is_written_on_the_curve(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=falling(100)),)))
    stack.show_picture(replace(stack.picture, notes={40: "looks odd\nsecond line"}))
    assert [(mark.x, mark.text) for mark in stack._scenery.marks] == [(41.0, "looks odd")]


def test_another_run_says_how_far_it_is_from_the_active_one(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=np.arange(100.0)), run_of(loss=2 * np.arange(100.0))), 0))
    stack._show_cursor(31.0)
    assert "Δ" not in stack.panes[0].header.entries[0].aside
    assert stack.panes[0].header.entries[1].aside == "Δ +30"


def test_differences_are_measured_from_a_place(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=np.arange(100.0)),)))
    stack.measure_from(11.0)
    stack._show_cursor(31.0)
    assert stack.panes[0].header.entries[0].aside == "Δ +20"
    stack.measure_from(None)
    assert stack.panes[0].header.entries[0].aside == ""


def test_panes_that_were_replaced_are_gone(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=falling()),)))
    gone = [weakref.ref(pane) for pane in stack.panes]
    stack.show_picture(Picture((run_of(loss=falling(), accuracy=falling()),)))
    stack.repaint_now()
    gc.collect()
    assert [pane() for pane in gone] == [None]


def test_the_order_in_which_things_become_known_does_not_show(stack: PlotStack) -> None:
    run = run_of(loss=falling(200))
    steps = {
        "events": {"events": (event("a", 50, 80),), "labels": {"a": "Spike"}},
        "notes": {"notes": {120: "odd"}},
        "runs": {"runs": (run,)},
        "extremes": {"has_extremes": True},
    }
    seen = []
    for order in permutations(steps):
        stack.show_picture(Picture())
        for step in order:
            stack.show_picture(replace(stack.picture, **steps[step]))
        QApplication.processEvents()
        seen.append(pixels(stack))
    assert (seen[0] != 255).any()
    for picture in seen[1:]:
        np.testing.assert_array_equal(picture, seen[0])


def test_what_is_as_before_is_not_built_again(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=falling(1000)),)))
    stack.show_range(100.0, 200.0)
    curves = stack.panes[0].curves
    stack.show_picture(replace(stack.picture, events=(event("a", 110, 120),), labels={"a": "Spike"}))
    stack.show_picture(replace(stack.picture, notes={150: "odd"}))
    assert stack.panes[0].curves is curves
    assert stack.shown == (100.0, 200.0)


def test_a_proof_in_little_room_has_the_loss_alone(stack: PlotStack) -> None:
    stack.show_picture(Picture((run_of(loss=falling(), accuracy=falling()),)))
    stack.resize(900, 300)
    assert len(stack.panes) == 2
    stack.show_forks([ForkCurve(np.arange(1.0, 50), falling(49), "#009E73")])
    assert len(stack.panes) == 1 and stack.panes[0].forks
    stack.resize(900, 700)
    assert len(stack.panes) == 2 and stack.panes[0].forks
    stack.resize(900, 300)
    stack.show_forks([])
    assert len(stack.panes) == 2


def test_the_curve_stays_where_it_is_when_the_events_of_a_log_come(stack: PlotStack) -> None:
    run = run_of(loss=falling())
    stack.show_picture(Picture((run,), is_read=False))
    QApplication.processEvents()
    top = stack.panes[0].box.sceneBoundingRect().top()
    found = (event("a", 30, 40),)
    stack.show_picture(Picture((run,), events=found, labels={"a": "Spike"}))
    QApplication.processEvents()
    assert stack.panes[0].box.sceneBoundingRect().top() == top
    stack.show_picture(Picture((run,)))  # read, and nothing was found
    QApplication.processEvents()
    assert stack.panes[0].box.sceneBoundingRect().top() == top


def test_training_is_solid_and_validation_dashed_in_every_run(stack: PlotStack) -> None:
    runs = tuple(run_of(f"run {i}", loss=falling(), val_loss=falling() + 0.1 * i) for i in range(2))
    stack.show_picture(Picture(runs, 0))
    drawn = {(curve.colour, curve.name.endswith("val_loss"), curve.is_dashed) for curve in stack.panes[0].curves}
    assert len({colour for colour, _is_validation, _is_dashed in drawn}) == 2  # one a run
    assert {(is_validation, is_dashed) for _colour, is_validation, is_dashed in drawn} == {(True, True), (False, False)}
