"""A person finds anything by typing, plots columns by a tick or a drag, arranges panes and panels, and steps back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.scenarios.base import all_scenarios
from gui.plots.acting.limits import typed_limits
from gui.runs.table.columns import MIME
from gui.shell.dock_title import NARROWEST, RAIL
from gui.shell.remembered import Remembered
from gui.window.dialogs.palette import Found, Palette, matching
from gui.window.docks.arranged import LAYOUT_VERSION, WIDTH_OF_RUNS
from gui.window.main_window import MainWindow


@pytest.fixture
def wide_log(tmp_path: Path) -> Path:
    """A log with 60 columns, most of them in groups."""
    steps = np.arange(300.0)
    names = ["step", "loss", *(f"grad/{layer}/{what}" for layer in range(29) for what in ("norm", "max"))]
    columns = [steps, np.exp(-steps / 80) + 0.01, *(np.abs(np.sin(steps / (k + 2))) for k in range(58))]
    path = tmp_path / "wide.csv"
    np.savetxt(path, np.stack(columns, axis=1), delimiter=",", header=",".join(names), comments="")
    return path


@pytest.fixture
def shown(qtbot: QtBot, window: MainWindow, wide_log: Path) -> MainWindow:
    window.resize(1280, 720)
    window.open_files([wide_log])
    qtbot.waitUntil(lambda: window.runs.active is not None and window.runs.active.events is not None)
    return window


def palette_of(qtbot: QtBot, window: MainWindow) -> Palette:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.findChildren(Palette)))
    return window.findChildren(Palette)[-1]


def test_one_of_sixty_columns_is_plotted_by_typing(qtbot: QtBot, shown: MainWindow) -> None:
    palette = palette_of(qtbot, shown)
    QTest.keyClicks(palette.field, "17/max")
    assert palette.list.count() == 1
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert shown.link.third == ("grad/17/max",)
    assert shown.stack.panes[-1].spec.key == "grad/17/max"


def test_what_is_typed_right_after_the_shortcut_arrives_and_escape_gives_the_keyboard_back(
    qtbot: QtBot, shown: MainWindow
) -> None:
    shown.activateWindow()
    shown.stack._canvas.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()  # no event is waited for
    assert field is not None
    QTest.keyClicks(field, "17/max")
    (palette,) = shown.findChildren(Palette)
    assert palette.field.text() == "17/max"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shown.findChildren(Palette))
    assert QApplication.focusWidget() is shown.stack._canvas


def test_everything_is_found(shown: MainWindow, spike_log: Path) -> None:
    shown.remembered.add_recent([spike_log])
    shown.knobs.show_scenario(all_scenarios()["late-rise"])
    found = shown.findable()
    for query, kind in (
        ("log y", "View"),
        ("export figure", "File"),
        ("grad/3/norm", "Column"),
        ("wide.csv", "Run"),
        ("batch size", "Knob"),
        ("explosion", "Demo"),
        (spike_log.name, "Recent file"),
        ("knobs", "View"),
        ("late rise", "Sample log"),
    ):
        best = matching(query, found)
        assert best and any(kind in entry.kind for entry in best[:3]), (query, best[:3])
    assert matching("no such thing at all", found) == []


def test_an_action_without_a_hit_does_nothing_and_escape_closes(qtbot: QtBot, shown: MainWindow) -> None:
    palette = palette_of(qtbot, shown)
    QTest.keyClicks(palette.field, "zzzzqqq")
    assert palette._none.isVisible() and not palette.list.isVisible()
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    QTest.keyClick(palette, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shown.findChildren(Palette))


def test_better_matches_come_first() -> None:
    entries = [Found(text, "Column", print) for text in ("Plot Sharpness limit", "Plot Sharpness", "Sharp", "Blue")]
    assert [entry.text for entry in matching("sharp", entries)] == ["Sharp", "Plot Sharpness", "Plot Sharpness limit"]


def test_columns_are_a_tree_with_ticks_and_a_search(qtbot: QtBot, shown: MainWindow) -> None:
    shown.docks["columns"].show()
    panel = shown.columns
    qtbot.waitUntil(lambda: len(panel.items()) > 50)
    assert panel.tree.topLevelItemCount() < 6  # the groups are folded into "grad"
    item = next(item for item in panel.items() if item.data(0, Qt.ItemDataRole.UserRole) == "grad/4/norm")
    assert item.parent().text(0) == "4" and item.parent().parent().text(0) == "grad"
    qtbot.waitUntil(lambda: bool(item.text(2)))
    assert len(item.data(1, Qt.ItemDataRole.UserRole).spark) > 10
    item.setCheckState(0, Qt.CheckState.Checked)
    assert shown.link.third == ("grad/4/norm",)
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert shown.link.third == ()
    QTest.keyClicks(panel.search, "28/max")
    assert [item.data(0, Qt.ItemDataRole.UserRole) for item in panel.items() if not item.isHidden()] == ["grad/28/max"]


def test_a_column_is_dropped_on_the_plots_and_a_file_is_for_the_window(qtbot: QtBot, shown: MainWindow) -> None:
    target, at = shown.stack.drop_target, QPoint(50, 50)
    panel = shown.columns
    item = next(item for item in panel.items() if item.data(0, Qt.ItemDataRole.UserRole) == "grad/9/max")
    mime = panel.tree.mimeData([item])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(at, copy, mime, left, none)
    QApplication.sendEvent(target, entering)
    assert entering.isAccepted() and mime.hasFormat(MIME)
    QApplication.sendEvent(target, QDropEvent(QPointF(at), copy, mime, left, none))
    assert shown.link.third == ("grad/9/max",)
    other = QMimeData()
    other.setText("a text")
    entering = QDragEnterEvent(at, copy, other, left, none)
    shown._column_drops.eventFilter(target, entering)
    assert not entering.isAccepted()


def test_backspace_steps_back_through_the_zooms(qtbot: QtBot, shown: MainWindow) -> None:
    shown.stack.reduce_motion(True)
    whole = shown.stack.shown
    for view in ((50.0, 200.0), (80.0, 120.0)):
        shown.stack.show_range(*view)
        qtbot.waitUntil(lambda: not shown.link._settling.isActive(), timeout=3000)
    shown.actions_["zoom_back"].trigger()
    assert shown.stack.shown == pytest.approx((50.0, 200.0))
    shown.actions_["zoom_back"].trigger()
    assert shown.stack.shown == pytest.approx(whole)
    shown.actions_["zoom_back"].trigger()
    assert shown.stack.shown == pytest.approx(whole)


def test_y_is_dragged_zoomed_and_typed(qtbot: QtBot, shown: MainWindow) -> None:
    pane = shown.stack.panes[0]
    before = pane.view.bottom, pane.view.top
    pane.axis.y_dragged.emit(pane.view.height / 10)
    span = before[1] - before[0]
    assert pane.view.top == pytest.approx(before[1] + span / 10)
    pane.axis.y_zoomed.emit(0.5, 0.0)
    assert pane.view.top - pane.view.bottom == pytest.approx(span / 2)
    shown.stack.type_limits(pane, "0.2 … 0.6")
    assert pane.limits == pytest.approx((0.2, 0.6))
    shown.stack.type_limits(pane, "")
    assert pane.chosen_y is None


@pytest.mark.parametrize(("text", "ends"), [("3 … 0.1", (0.1, 3.0)), ("-1 to 1", (-1.0, 1.0)), ("0.5", None),
                                            ("a … b", None), ("1 … 2 … 3", None)])  # fmt: skip
def test_typed_ends_are_two_numbers(text: str, ends: tuple[float, float] | None) -> None:
    assert typed_limits(text) == ends


def test_a_pane_is_made_taller_by_dragging_its_title(qtbot: QtBot, shown: MainWindow) -> None:
    shown.link.show_column("grad/1/max")
    qtbot.waitUntil(lambda: len(shown.stack.panes) == 2 and shown.stack.panes[1].box.size().height() > 50)
    above, below = (pane.box.size().height() for pane in shown.stack.panes)
    shown.stack.panes[1].header.dragged.emit(-60.0)
    qtbot.waitUntil(lambda: shown.stack.panes[1].box.size().height() > below + 30)
    assert shown.stack.panes[0].box.size().height() < above - 30


def test_columns_below_are_kept_for_each_demo_and_format(qtbot: QtBot, shown: MainWindow) -> None:
    shown.link.show_column("grad/1/max")
    shown.start_demo("healthy")
    qtbot.waitUntil(lambda: len(shown.runs) == 2, timeout=20_000)
    shown.training.stop()
    shown.runs.activate(0)
    assert shown.link.third == ("grad/1/max",)
    shown.link.remember(shown.remembered)
    again = Remembered()
    shown.remembered.write()
    assert "grad/1/max" in again.text("layouts")


def test_panels_fold_float_and_close_and_a_log_folds_what_it_has_no_use_for(qtbot: QtBot, shown: MainWindow) -> None:
    titles = shown.docks.titles
    assert titles["demos"].is_folded and titles["knobs"].is_folded
    qtbot.waitUntil(lambda: shown.scenarios.visibleRegion().isEmpty(), timeout=20_000)
    assert not shown.scenarios.isEnabled()
    assert not any(shown.tools.widgetForAction(shown.actions_[key]) for key in ("start", "pause", "stop"))
    QTest.mouseClick(titles["demos"].fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not shown.scenarios.visibleRegion().isEmpty())
    shown.runs.set_visible(0, True)
    qtbot.waitUntil(lambda: not shown.scenarios.visibleRegion().isEmpty())  # unfolded by hand
    happened = shown.docks["happened"]
    QTest.mouseClick(titles["happened"].float_, Qt.MouseButton.LeftButton)
    assert happened.isFloating()
    QTest.mouseClick(titles["happened"].float_, Qt.MouseButton.LeftButton)
    assert not happened.isFloating()
    QTest.mouseClick(titles["happened"].close_, Qt.MouseButton.LeftButton)
    assert not happened.isVisible()
    shown.actions_["reset_layout"].trigger()
    assert happened.isVisible() and not titles["knobs"].is_folded


def test_a_layout_of_before_is_reset_with_a_word(qtbot: QtBot, window: MainWindow) -> None:
    window.remembered.set_layout("docks", window.saveState(LAYOUT_VERSION - 1))
    later = MainWindow(window.remembered, window.themes)
    qtbot.addWidget(later)
    later.show()
    qtbot.waitUntil(lambda: "layout was reset" in later.notice.text)
    assert later.docks["demos"].isVisible()
    later.close()


def test_the_first_window_fills_most_of_the_screen(window: MainWindow) -> None:
    from gui.app import FIRST_SHARE, fit_screen

    window.remembered.clear_layout()
    window.resize(QSize(400, 300))
    fit_screen(window)
    room = window.screen().availableSize()
    assert window.width() >= min(FIRST_SHARE * room.width(), room.width() - 16) - 1


def test_the_start_page_has_a_way_back(qtbot: QtBot, shown: MainWindow) -> None:
    from PySide6.QtWidgets import QPushButton

    shown.actions_["help"].trigger()
    assert shown.start_page.isVisible()
    back = next(b for b in shown.start_page.findChildren(QPushButton) if b.text() == "Back to the curves")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert shown.stack.isVisible()


def test_a_column_of_folded_panels_is_a_rail_until_one_is_unfolded(
    qtbot: QtBot, window: MainWindow, wide_log: Path
) -> None:
    window.resize(1280, 720)
    window.open_files([wide_log])
    demos, titles = window.docks["demos"], window.docks.titles
    qtbot.waitUntil(lambda: titles["demos"].is_upright and demos.width() <= RAIL)
    qtbot.waitUntil(lambda: window.stack.width() > 1280 - 336 - RAIL - 40)
    assert (window.width(), window.height()) == (1280, 720)
    QTest.mouseClick(titles["demos"], Qt.MouseButton.LeftButton, pos=QPoint(RAIL // 2, titles["demos"].height() - 12))
    qtbot.waitUntil(lambda: demos.width() >= NARROWEST)
    assert not titles["demos"].is_folded and titles["knobs"].is_folded and not titles["knobs"].is_upright
    qtbot.waitUntil(lambda: window.docks["knobs"].width() == demos.width())
    QTest.mouseClick(titles["demos"].fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: demos.width() <= RAIL)
    window.docks["columns"].show()  # an unfolded panel comes into the column
    qtbot.waitUntil(lambda: demos.width() >= NARROWEST)
    window.docks["columns"].hide()
    qtbot.waitUntil(lambda: demos.width() <= RAIL)
    QTest.mouseClick(titles["happened"].fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.docks["happened"].width() <= RAIL)
    window.actions_["reset_layout"].trigger()
    qtbot.waitUntil(lambda: demos.width() >= NARROWEST and window.docks["happened"].width() >= NARROWEST)
    assert not any(title.is_upright for title in titles.values())


def test_a_rail_is_a_rail_again_in_the_next_window(qtbot: QtBot, window: MainWindow, wide_log: Path) -> None:
    window.resize(1280, 720)
    window.open_files([wide_log])
    QTest.mouseClick(window.docks.titles["happened"].fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.docks["happened"].width() <= RAIL)
    window._remember()
    later = MainWindow(window.remembered, window.themes)
    qtbot.addWidget(later)
    later.show()
    qtbot.waitUntil(lambda: later.docks["happened"].width() <= RAIL)
    QTest.mouseClick(later.docks.titles["happened"].fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: later.docks["happened"].width() >= NARROWEST)
    later.close()


def test_the_knobs_get_their_height_back_when_a_demo_follows_a_log(qtbot: QtBot, shown: MainWindow) -> None:
    shown.docks["runs"].show()
    qtbot.wait(50)
    knobs = shown.docks["knobs"]
    assert knobs.height() < 60
    shown.docks.make_room(False)
    shown._arrange_docks()
    qtbot.waitUntil(lambda: knobs.height() > 150)


def test_the_table_of_runs_has_its_width_whichever_of_rail_and_arrangement_comes_first(
    qtbot: QtBot, window: MainWindow, spike_log: Path
) -> None:
    window.resize(1264, 672)
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: window.docks.titles["demos"].is_upright)
    rails = window.docks._rails
    window._had_several = True
    window.docks["runs"].show()
    rails._timer.stop()
    window.docks.arrange(window.scenarios.fitting_height(), has_several=True)
    rails.fit()
    qtbot.waitUntil(lambda: window.docks["runs"].width() >= WIDTH_OF_RUNS - 4)
