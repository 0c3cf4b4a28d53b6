"""One table of all runs: told apart, searched, sorted, grouped, coloured, lit, shown and hidden with the mouse."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from engine.diagnosis.sentences import title
from engine.events import Event, EventKind, Severity, gravest
from engine.library.labels import Refusal
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.look.language import switch_language
from gui.look.theme import ThemeMode, current_theme
from gui.runs.table.colouring import DIMMED, ramp
from gui.runs.table.facts import events_text, spark, summary
from gui.runs.table.model import BEST, COLOUR, EYE, FIRST_SETTING, LAST, NAME, VERDICT
from gui.runs.table.panel import RunsPanel
from gui.runs.table.settings import grouped, named_settings, repeated
from gui.window.main_window import MainWindow


def log(name: str, last: float = 0.1, rows: int = 50, x: str = "step") -> Run:
    table = MetricTable()
    table.extend({x: np.arange(rows) * 10.0, "loss": np.linspace(2.0, last, rows)})
    return Run(name, table, (LossSeries("loss"),), Origin(OriginKind.LOG, Path(name)), x)


def diverged(row: int) -> Event:
    return Event("loss/diverged/0", EventKind.DIVERGED, "loss", row, row, row + 5, Severity.CRITICAL, 0.9)


@pytest.fixture
def panel(window: MainWindow) -> RunsPanel:
    for place, rate in enumerate((0.5, 0.1, 0.02)):
        run = window.runs.add(log(f"lr{rate}_seed{place % 2}.csv", last=rate)).run
        window.runs.set_events(run, (diverged(40),) if place != 1 else ())
    window.resize(1280, 720)
    window.docks["runs"].show()
    return window.run_panel


def cell(panel: RunsPanel, row: int, column: int) -> QPoint:
    return panel.table.visualRect(panel.lines.index(row, column)).center()


def names(panel: RunsPanel) -> list[str]:
    return [panel.lines.index(row, NAME).data() or "" for row in range(panel.lines.rowCount())]


def test_a_line_tells_runs_apart_and_a_click_activates(panel: RunsPanel, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel.lines.index(0, VERDICT).data() == "Diverged")
    lines = panel.lines
    assert lines.keys == ["lr", "seed"]
    assert [lines.index(0, FIRST_SETTING + at).data() for at in range(2)] == ["0.5", "0"]
    assert [lines.index(row, LAST).data() for row in range(3)] == ["0.5", "0.1", "0.02"]
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell(panel, 0, NAME))
    assert window.runs.active is window.runs.all[0]
    assert panel.table.currentIndex().row() == 0


def test_the_panel_says_what_happened_and_where(panel: RunsPanel, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel._said.text() == "2 of 3 runs diverged, at step 400")
    window.runs.set_events(window.runs.all[0].run, (diverged(10),))
    assert summary(window.runs.all) == "2 of 3 runs diverged, the first at step 100"
    for shown in window.runs.all:
        window.runs.set_events(shown.run, ())
    assert summary(window.runs.all) == "Nothing stands out in 3 runs"


def test_the_verdicts_get_their_room_when_the_language_changes(panel: RunsPanel, qtbot: QtBot) -> None:
    alone = RunsPanel(panel._runs, panel._colours)  # where nothing else lays the table out again
    qtbot.addWidget(alone)
    hint = lambda: alone.table.sizeHintForIndex(alone.lines.index(0, VERDICT)).width()
    qtbot.waitUntil(lambda: hint() <= alone.table.columnWidth(VERDICT) < hint() + 20)
    before = alone.table.columnWidth(VERDICT)
    switch_language("ru")
    assert hint() <= alone.table.columnWidth(VERDICT) != before


def test_a_verdict_has_its_room_as_soon_as_it_is_known(panel: RunsPanel, window: MainWindow, qtbot: QtBot) -> None:
    for shown in window.runs.all:
        window.runs.set_events(shown.run, ())
    panel._update()
    panel._settling.stop()
    table = panel.table
    before = table.columnWidth(VERDICT)
    window.runs.set_events(window.runs.all[1].run, (diverged(40),))
    wanted = table.sizeHintForIndex(panel.lines.index(1, VERDICT)).width()
    assert before < wanted <= table.columnWidth(VERDICT)


def test_only_the_line_of_the_run_that_grows_is_drawn_again(panel: RunsPanel, window: MainWindow, qtbot: QtBot) -> None:
    growing = window.runs.add(replace(log("live.csv"), origin=Origin(OriginKind.TRAINING, scenario="healthy")))
    qtbot.waitUntil(lambda: not panel._settling.isActive())
    drawn: list[int] = []
    panel.lines.dataChanged.connect(lambda first, last: drawn.extend(range(first.row(), last.row() + 1)))
    window.runs.set_events(growing.run, (diverged(40),))
    qtbot.waitUntil(lambda: bool(drawn))
    assert set(drawn) == {panel.lines.row_of(growing)}
    assert panel.lines.index(drawn[0], VERDICT).data() == "Diverged"


def test_no_verdict_is_cut_off_at_the_first_width(panel: RunsPanel, window: MainWindow, qtbot: QtBot) -> None:
    table = panel.table
    right = lambda: table.columnViewportPosition(VERDICT) + table.columnWidth(VERDICT)
    qtbot.waitUntil(lambda: 0 < right() <= table.viewport().width() and table.columnWidth(NAME) >= 70)
    for row in range(panel.lines.rowCount()):
        assert table.sizeHintForIndex(panel.lines.index(row, VERDICT)).width() <= table.columnWidth(VERDICT)
    table.setColumnWidth(NAME, 200)  # as a person drags it
    panel.lines.modelReset.emit()
    assert table.columnWidth(NAME) == 200


def test_the_eye_hides_a_run_and_its_colour_stays(panel: RunsPanel, window: MainWindow) -> None:
    before = dict(window.colours.own())
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell(panel, 0, EYE))
    assert [shown.is_visible for shown in window.runs.all] == [False, True, True]
    assert window.colours.own() == before
    assert len(window.stack.panes[0].curves) == 2
    panel.table.setFocus()
    panel.table.selectRow(2)
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert [shown.is_visible for shown in window.runs.all] == [False, True, False]


def test_a_run_shown_alone_has_the_colour_of_its_curve_in_the_table(panel: RunsPanel, window: MainWindow) -> None:
    for place in (0, 2):
        window.runs.set_visible(place, False)
    (curve,) = window.stack.panes[0].curves
    assert panel.lines.index(1, EYE).data(COLOUR) == curve.colour
    window.runs.set_visible(0, True)
    drawn = {panel.lines.index(row, EYE).data(COLOUR) for row in (0, 1)}
    assert drawn == {curve.colour for curve in window.stack.panes[0].curves}


def test_the_last_of_three_lines_is_not_covered_by_the_scroll_bar(panel: RunsPanel, window: MainWindow) -> None:
    table = panel.table
    table.setFixedHeight(table.minimumHeight())
    table.setFixedWidth(200)
    table.verticalScrollBar().setValue(0)
    assert table.horizontalScrollBar().isVisible()
    assert table.viewport().rect().contains(table.visualRect(panel.lines.index(2, EYE)))


def test_the_verdict_begins_with_the_event_of_the_headline(panel: RunsPanel, window: MainWindow) -> None:
    run = window.runs.all[0].run
    flat = Event("loss/plateau/0", EventKind.PLATEAU, "loss", 0, 0, 20, Severity.INFO, 0.5)
    sure = Event("loss/kick_in/20", EventKind.KICK_IN, "loss", 20, 25, 30, Severity.INFO, 0.9)
    for events in ((flat, sure), (replace(flat, confidence=0.95), sure)):
        window.runs.set_events(run, events)
        assert events_text(window.runs.all[0]).startswith(title(gravest(events).kind))


def test_a_refused_event_is_in_no_verdict_and_in_no_count(panel: RunsPanel, window: MainWindow, qtbot: QtBot) -> None:
    shown = window.runs.active
    assert shown is not None
    row = next(row for row in range(panel.lines.rowCount()) if panel.lines.index(row, NAME).data() == shown.run.name)

    def said() -> tuple[str, bool]:
        return panel.lines.index(row, VERDICT).data(), "1 event" in window.status._text.text()

    qtbot.waitUntil(lambda: said() == (title(EventKind.DIVERGED), True))
    window.events._refuse((Refusal.of(diverged(40)),))
    qtbot.waitUntil(lambda: said() == ("", False))
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: said() == (title(EventKind.DIVERGED), True))


def test_a_reset_layout_keeps_the_table_of_several_runs(panel: RunsPanel, window: MainWindow) -> None:
    window.actions_["reset_layout"].trigger()
    assert panel.isVisible()
    while len(window.runs) > 1:
        window.runs.remove_active()
    window.actions_["reset_layout"].trigger()
    assert not panel.isVisible()


def test_the_run_under_the_pointer_is_lit_and_the_others_dimmed(panel: RunsPanel, window: MainWindow) -> None:
    own = window.colours.own()
    first = window.runs.all[0].run
    QTest.mouseMove(panel.table.viewport(), cell(panel, 0, NAME))
    assert window.colours.lit == first.id
    curves = window.stack.panes[0].curves
    assert curves[-1].name.startswith(first.name) and curves[-1].colour == own[first.id] and curves[-1].is_active
    others = {curve.colour for curve in curves[:-1]}
    assert others.isdisjoint(own.values())
    assert 0 < DIMMED < 0.5
    window.colours.light("")
    assert {curve.colour for curve in window.stack.panes[0].curves} == set(own.values())


def test_runs_are_searched_and_sorted_with_empty_values_last(panel: RunsPanel, window: MainWindow) -> None:
    panel.search.setText("seed=0 LR0")
    assert names(panel) == ["lr0.5_seed0.csv", "lr0.02_seed0.csv"]
    panel.search.clear()
    header = panel.table.horizontalHeader()
    header.setSortIndicator(BEST, Qt.SortOrder.AscendingOrder)
    assert names(panel) == ["lr0.02_seed0.csv", "lr0.1_seed1.csv", "lr0.5_seed0.csv"]
    assert panel.table.currentIndex().row() == panel.lines.row_of(window.runs.active)


def test_groups_have_a_heading_and_one_band(panel: RunsPanel, window: MainWindow) -> None:
    panel.group_by("seed")
    assert panel.lines.headings == [0, 3]
    assert panel.lines.index(0, EYE).data() == "Seed 0  ·  2 runs"
    assert [curve.group is not None for curve in window.stack.panes[0].curves] == [True, True]
    assert "Seed" in panel._state.text()
    panel.group_by("")
    assert panel.lines.headings == []
    assert [curve.group for curve in window.stack.panes[0].curves] == [None, None, None]


def test_colours_follow_a_value(panel: RunsPanel, window: MainWindow) -> None:
    panel.colour_by(FIRST_SETTING)
    theme = current_theme()
    own = list(window.colours.own().values())
    assert own[0] == ramp(1.0, theme) and own[2] == ramp(0.0, theme)
    assert [curve.colour for curve in window.stack.panes[0].curves] == own
    panel.colour_by(-1)
    assert next(iter(window.colours.own().values())) == theme.curves[0]


def test_names_are_never_lost(panel: RunsPanel, window: MainWindow) -> None:
    long = window.runs.add(log("n" * 180 + ".csv")).run
    assert panel.table.columnWidth(NAME) > 80
    row = panel.lines.row_of(window.runs.active)
    assert long.name in panel.lines.index(row, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert window.minimumSizeHint().width() < 1280


@pytest.mark.parametrize("ending", ["", "_with_a_long_end.csv"])
def test_a_name_that_does_not_fit_keeps_what_tells_it_apart(window: MainWindow, qtbot: QtBot, ending: str) -> None:
    for rate in (0.001, 0.002, 0.01):
        window.runs.add(log(f"experiment_resnet50_batch128_lr{rate}{ending}"))
    window.resize(1280, 720)
    window.docks["runs"].show()
    panel, told = window.run_panel, set()
    delegate = panel.table.itemDelegate()
    for row in range(3):
        index, option = panel.lines.index(row, NAME), QStyleOptionViewItem()
        option.rect, option.fontMetrics = panel.table.visualRect(index), panel.table.fontMetrics()
        delegate.initStyleOption(option, index)
        told.add(option.text)
    end = "…" if ending else ""
    assert told == {f"…lr0.001{end}", f"…lr0.002{end}", f"…lr0.01{end}"}


def test_names_of_a_sweep_are_whole_where_only_their_ellipses_do_not_fit(window: MainWindow) -> None:
    for rate in (0.4851, 0.2):
        window.runs.add(log(f"sweep: lr{rate}_seed0.csv"))
    panel, option = window.run_panel, QStyleOptionViewItem()
    index = next(i for i in (panel.lines.index(row, NAME) for row in range(2)) if "4851" in i.data())
    metrics = option.fontMetrics = panel.table.fontMetrics()
    option.rect = QRect(0, 0, metrics.horizontalAdvance("…lr0.4851…") + 4, 26)  # a little less than it needs
    panel.table.itemDelegate().initStyleOption(option, index)
    assert metrics.elidedText(option.text, option.textElideMode, option.rect.width() - 8) == "lr0.4851"


@pytest.mark.parametrize("change", ["Learning rate 3.33 × 10⁻⁴", "Clip gradient norm 34.3"])
def test_a_name_is_cut_in_one_place_and_keeps_what_was_changed(window: MainWindow, change: str) -> None:
    for name in ("Explosion 0", f"Explosion 0 with {change}"):
        window.runs.add(log(name))
    panel, option = window.run_panel, QStyleOptionViewItem()
    index = next(i for i in (panel.lines.index(row, NAME) for row in range(2)) if change in i.data())
    option.fontMetrics, option.rect = panel.table.fontMetrics(), QRect(0, 0, 120, 26)
    panel.table.itemDelegate().initStyleOption(option, index)
    drawn = option.fontMetrics.elidedText(option.text, option.textElideMode, 112)
    assert drawn.count("…") == 1 and drawn.startswith("…")
    assert drawn.endswith(change[-6:])


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_colours_of_twenty_four_runs_are_told_apart(window: MainWindow, mode: ThemeMode) -> None:
    for place in range(24):
        window.runs.add(log(f"run {place}"))
    window.themes.set_mode(mode)
    found = [QColor(colour) for colour in window.colours.own().values()]
    ground = luminance(QColor(current_theme().surface))
    window.themes.set_mode(ThemeMode.LIGHT)  # for the tests to come
    lab = np.array([oklab(colour) for colour in found])
    apart = np.linalg.norm(lab[:, None] - lab, axis=2)[~np.eye(24, dtype=bool)]
    assert apart.min() > 0.1  # a just noticeable difference is 0.02
    contrasts = [(max(luminance(c), ground) + 0.05) / (min(luminance(c), ground) + 0.05) for c in found]
    assert min(contrasts) > 2


def linear(colour: QColor) -> np.ndarray:
    rgb = np.array(colour.getRgbF()[:3])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(colour: QColor) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def oklab(colour: QColor) -> np.ndarray:
    """Oklab (Ottosson, 2020), where equal distances look equally different."""
    cones = [
        [0.41222147, 0.53633254, 0.05144599],
        [0.21190350, 0.68069955, 0.10739696],
        [0.08830246, 0.28171884, 0.62997870],
    ]
    to_lab = [
        [0.21045426, 0.79361778, -0.00407205],
        [1.97799850, -2.42859221, 0.45059371],
        [0.02590404, 0.78277177, -0.80867577],
    ]
    return np.array(to_lab) @ np.cbrt(np.array(cones) @ linear(colour))


def test_epochs_and_steps_on_one_axis_are_said_and_share_is_offered(panel: RunsPanel, window: MainWindow) -> None:
    assert not panel._units.isVisible()
    window.runs.add(log("epochs.csv", x="epoch"))
    assert "epochs" in panel._units.text() and "steps" in panel._units.text()
    assert panel._share.isVisible()
    QTest.mouseClick(panel._share, Qt.MouseButton.LeftButton)
    assert window.stack.shown == pytest.approx((0.0, 100.0))


def test_repeats_of_logs_are_grouped_by_their_names_and_nothing_to_group_is_said(window: MainWindow) -> None:
    for name in ("lr0.5_seed0/1.csv", "lr0.5_seed1/1.csv", "lr0.1_seed0/1.csv"):
        window.runs.add(log(name))
    assert [len(ids) for ids in repeated([shown.run for shown in window.runs.all]).values()] == [2]
    window.runs.remove_active()
    window.runs.remove_active()
    window.actions_["group_seeds"].trigger()
    assert "seed" in window.notice.text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("lr0.5_seed0/1.csv", {"lr": 0.5, "seed": 0}),
        ("lr=1e-4,wd=0.1.jsonl", {"lr": 1e-4, "wd": 0.1}),
        ("optimizer=adam_batch_size=64.csv", {"optimizer": "adam", "batch_size": 64}),
        ("fold3.log.gz", {"fold": 3}),
        ("version_2/metrics.csv", {}),
        ("run07.csv", {}),
        ("мой лог 3.csv", {}),
    ],
)
def test_a_name_tells_settings(name: str, told: dict) -> None:
    assert named_settings(name) == told


def test_groups_are_in_the_order_of_their_values() -> None:
    runs = [log(f"lr{rate}.csv") for rate in (10, 2, 0.5)]
    assert list(grouped(runs, "lr")) == ["Learning rate 0.5", "Learning rate 2", "Learning rate 10"]


def test_a_small_curve_keeps_a_peak_of_one_row_and_gaps() -> None:
    values = np.ones(10_000)
    values[5_000], values[-300:] = 4.0, np.nan
    drawn = spark(values)
    assert np.nanmax(drawn) == 1.0 and np.nanmin(drawn) == 0.0
    assert np.isnan(drawn[-1]).all()
    assert spark(np.full(3, np.nan)).shape == (3, 2)
    assert spark(np.empty(0)).shape == (0, 2)


def test_a_thousand_runs_are_listed_and_lit_fast(window: MainWindow) -> None:
    for place in range(1000):
        window.runs._put(log(f"lr{place}_seed0.csv", rows=200))
    began = time.thread_time()
    window.runs.add(log("last.csv", rows=200))
    assert time.thread_time() - began < 5.0
    began = time.thread_time()
    for shown in window.runs.all[:10]:
        window.colours.light(shown.run.id)
    assert (time.thread_time() - began) / 10 < 0.5
    assert window.run_panel.lines.rowCount() == 1001


def test_names_have_their_room_beside_long_verdicts(window: MainWindow, qtbot: QtBot) -> None:
    for name in ("Edge of stability 0", "Epoch spikes 0", "Explosion 0"):
        run = window.runs.add(log(name)).run
        kinds = (EventKind.SPIKE, EventKind.SPIKE, EventKind.PLATEAU, EventKind.KICK_IN)
        many = tuple(replace(diverged(10), id=f"loss/{kind}/{at}", kind=kind) for at, kind in enumerate(kinds))
        window.runs.set_events(run, many)
    window.resize(1264, 672)
    panel, table = window.run_panel, window.run_panel.table
    window.docks["runs"].show()
    qtbot.waitUntil(lambda: table.viewport().width() > 200)
    panel._update()
    assert table.columnWidth(NAME) >= 100
    assert table.columnWidth(VERDICT) >= 90
    table.setFixedWidth(2000)
    QApplication.processEvents()
    assert table.columnWidth(NAME) >= table.sizeHintForIndex(panel.lines.index(0, NAME)).width()


def test_a_verdict_draws_its_own_line_alone(panel: RunsPanel, window: MainWindow) -> None:
    panel._show_judged()
    drawn: list[tuple[int, int]] = []
    panel.lines.dataChanged.connect(lambda first, last: drawn.append((first.row(), last.row())))
    for place in (2, 1):
        window.runs.set_events(window.runs.all[place].run, (diverged(40),))
    panel._show_judged()
    assert drawn == [(1, 1), (2, 2)]
    assert [panel.lines.index(row, VERDICT).data() for row in (1, 2)] == ["Diverged"] * 2


@pytest.mark.parametrize("by_search", [False, True])
def test_lines_that_depend_on_verdicts_follow_them(panel: RunsPanel, window: MainWindow, by_search: bool) -> None:
    for shown in window.runs.all:
        window.runs.set_events(shown.run, ())
    if by_search:
        panel.search.setText("diverged")
    else:
        panel.table.sortByColumn(VERDICT, Qt.SortOrder.DescendingOrder)
    for shown in window.runs.all:
        for other in window.runs.all:
            window.runs.set_events(other.run, (diverged(40),) if other is shown else ())
        panel._show_judged()
        assert panel.lines.shown_at(0) is shown
        assert panel.lines.rowCount() == (1 if by_search else len(window.runs))


def test_numbers_of_a_run_that_grows_are_shown_with_its_events(panel: RunsPanel, window: MainWindow) -> None:
    shown = window.runs.all[2]
    panel.table.sortByColumn(LAST, Qt.SortOrder.DescendingOrder)
    assert panel.lines.shown_at(0) is not shown
    shown.is_live = True
    shown.run.table.append(dict.fromkeys(shown.run.table.columns, 1e6))
    window.runs.set_events(shown.run, (diverged(40),))
    panel._show_judged()
    assert panel.lines.shown_at(0) is shown


def test_the_plots_are_told_of_the_active_run_alone(panel: RunsPanel, window: MainWindow) -> None:
    before = window.stack.picture
    for shown in window.runs.all:
        if shown is not window.runs.active:
            window.runs.set_events(shown.run, (diverged(40),))
    assert window.stack.picture is before
    assert window.runs.active is not None
    window.runs.set_events(window.runs.active.run, (diverged(40),))
    assert window.stack.picture is not before and window.stack.picture.events


def test_a_panel_that_is_put_away_is_drawn_when_it_comes_back(panel: RunsPanel, window: MainWindow) -> None:
    window.docks["runs"].hide()
    panel._settling.stop()
    drawn: list[int] = []
    panel.lines.dataChanged.connect(lambda first, _last: drawn.append(first.row()))
    said = panel._said.text()
    for shown in window.runs.all:
        window.runs.set_events(shown.run, (diverged(40),))
    assert not panel._settling.isActive() and not drawn and panel._said.text() == said
    window.docks["runs"].show()
    assert drawn and panel._said.text() == "3 of 3 runs diverged, at step 400"
