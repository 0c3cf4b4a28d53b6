"""After a switch of language or of the size of texts in an open window, nothing is left of what was before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QGraphicsView, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.i18n import _
from engine.run import Origin, OriginKind, Run
from engine.table import MetricTable
from gui.events.cards.card import EventCard
from gui.events.proof.panel import ProofPanel
from gui.look.language import switch_language
from gui.look.theme import ThemeKeeper
from gui.shell.remembered import Remembered
from gui.window.dialogs.preferences import Preferences
from gui.window.main_window import MainWindow
from tests.gui.test_proof_panel import forked, trial
from tests.journeys.test_centre_views import trained
from tests.journeys.test_nothing_is_clipped import check

__all__ = ["trial"]

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def texts(root: QWidget) -> Iterator[str]:
    """What a person reads, points at, or is read to."""
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible() or widget.objectName().startswith("qt_") or type(widget) is QAbstractButton:
            continue
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(place) for place in range(widget.count()))
        if isinstance(widget, QGraphicsView):
            yield from (item.toolTip() for item in widget.scene().items())


def left_in_japanese(window: QWidget, name: str = "") -> set[str]:
    """The texts that are still Japanese; a run keeps the name that it was given."""
    return {text for text in texts(window) if JAPANESE.search(text.replace(name, "") if name else text)}


class Kept:
    """What stands for a training of one's own: it says what is kept of it in the current language."""

    @property
    def kept_text(self) -> str:
        return _("Paused")


@pytest.fixture
def in_japanese() -> Iterator[None]:
    switch_language("ja")
    yield
    switch_language("en")


@pytest.fixture
def large(themes: ThemeKeeper) -> Iterator[ThemeKeeper]:
    yield themes
    themes.set_text_percent(100)


def test_no_text_of_the_language_before_is_left(qtbot: QtBot, in_japanese: None, window: MainWindow) -> None:
    window.resize(1600, 1000)
    trained(qtbot, window, "explosion", {}, steps=20)
    qtbot.waitUntil(lambda: bool(window.events.order))
    name = window.runs.active.run.name
    window.inside.show_probes()
    window.views._choose("landscape")
    qtbot.waitUntil(lambda: window.inner.landscape.valley is not None)
    window.views._choose("data")
    qtbot.waitUntil(lambda: window.inner.data.sheet is not None)
    assert len(left_in_japanese(window, name)) > 100
    switch_language("en")
    assert left_in_japanese(window, name) == set()
    window.views._choose("landscape")
    window._reading.setCurrentWidget(window.events)
    assert left_in_japanese(window, name) == set()


def test_a_button_says_what_it_would_do_now(qtbot: QtBot, in_japanese: None, window: MainWindow) -> None:
    trained(qtbot, window, "explosion", {}, steps=20)
    window.inside.show_probes()
    (plotted,) = window.link.third
    (reading,) = (row._readings[plotted] for row in window.inside.probes.rows.values() if plotted in row._readings)
    window.headline.show_proving(True)
    switch_language("en")
    assert reading.toggle.text() == "Hide"
    assert window.headline.prove.text() == "Proving…" and not window.headline.prove.isEnabled()


def test_what_is_kept_of_an_own_training_is_said_anew(
    in_japanese: None, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.runs.add(Run("log", MetricTable(("loss",)), (), Origin(OriginKind.LOG)))
    monkeypatch.setattr(window.desk.own, "live", Kept())
    window._show_status()
    assert _("Paused") in window.status._text.text()
    switch_language("en")
    assert "Paused" in window.status._text.text()
    assert not JAPANESE.search(window.status._text.text())


def test_the_numbers_of_a_proof_have_the_decimal_sign_of_the_language(qtbot: QtBot, trial) -> None:
    panel = ProofPanel()
    qtbot.addWidget(panel)
    panel.show_trial(trial)
    trial.records += [forked("placebo", 0, 1), forked("lr", 1, 1)]
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)
    cells = lambda: {panel.table.item(row, 3).text() for row in range(2)} - {"–"}
    assert all(re.fullmatch(r"\+1\.00 \[[+−]\d\.\d\d, \+\d\.\d\d\]", text) for text in cells()) and cells()
    switch_language("de")
    assert all(re.fullmatch(r"\+1,00 \[[+−]\d,\d\d; \+\d,\d\d\]", text) for text in cells())
    switch_language("en")


def test_a_proof_and_its_dots_are_said_anew(qtbot: QtBot, in_japanese: None, trial) -> None:
    panel = ProofPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_trial(trial)
    trial.records += [forked("placebo", 0, 1), forked("lr", 1, 1)]
    qtbot.waitUntil(lambda: len(panel.dots.shown) == 2)
    assert JAPANESE.search(panel.dots.accessibleDescription())
    switch_language("en")
    assert left_in_japanese(panel) == set()
    assert [outcome.name for outcome in panel.dots.shown if JAPANESE.search(outcome.name)] == []


def test_the_choices_of_knobs_have_room_for_words_of_another_language(
    qtbot: QtBot, in_japanese: None, window: MainWindow
) -> None:
    window.scenarios.choose("late-rise")
    choices = window.knobs.findChildren(QComboBox)
    before = {choice: choice.width() for choice in choices}
    switch_language("ru")
    for choice in choices:
        assert choice.minimumWidth() >= choice.sizeHint().width()
    assert any(choice.minimumWidth() > before[choice] for choice in choices)


def test_texts_of_another_size_have_their_room(
    qtbot: QtBot, window: MainWindow, large: ThemeKeeper, spike_log: Path
) -> None:
    window.resize(1920, 1080)
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: bool(window.events.order))
    window.events.select(window.events.order[0])
    window.events.known.toggle()
    titles = {window.docks[name]: window.docks.titles[name] for name in ("demos", "knobs")}
    qtbot.waitUntil(lambda: all(title.is_upright for title in titles.values()))
    large.set_text_percent(130)
    qtbot.waitUntil(lambda: all(dock.height() >= title.sizeHint().height() for dock, title in titles.items()))
    check(qtbot, window)
    assert any(card.isVisible() for card in window.events.findChildren(EventCard))


def test_knobs_of_another_size_have_their_room(qtbot: QtBot, window: MainWindow, large: ThemeKeeper) -> None:
    window.resize(1920, 1080)
    window.scenarios.choose("late-rise")
    large.set_text_percent(130)
    check(qtbot, window)
    for choice in window.knobs.findChildren(QComboBox):
        assert choice.minimumWidth() >= choice.sizeHint().width()


def test_the_table_of_a_proof_follows_the_size_of_texts(qtbot: QtBot, trial, large: ThemeKeeper) -> None:
    panel = ProofPanel()
    qtbot.addWidget(panel)
    panel.resize(1200, 400)
    panel.show()
    panel.show_trial(trial)
    trial.records += [forked("placebo", 0, 1), forked("lr", 1, 1)]
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)
    panel._numbers.click()
    large.changed.connect(panel.apply_theme)
    large.set_text_percent(130)
    large.changed.disconnect(panel.apply_theme)
    header = panel.table.horizontalHeader()
    for place in range(header.count()):
        assert header.sectionSize(place) >= header.sectionSizeHint(place)
        assert header.sectionSize(place) >= panel.table.sizeHintForColumn(place)


@pytest.mark.parametrize("code", ["en", "de", "ru"])
def test_the_preferences_grow_with_what_is_chosen_in_them(
    qtbot: QtBot, in_japanese: None, remembered: Remembered, large: ThemeKeeper, code: str
) -> None:
    dialog = Preferences(remembered)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.width() >= 420
    switch_language(code)
    large.set_text_percent(130)
    check(qtbot, dialog)
