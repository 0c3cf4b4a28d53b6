"""Language and theme change without a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.i18n import _, languages
from gui.look.controls import label
from gui.look.language import switch_language
from gui.look.theme import ThemeMode, current_theme
from gui.shell.actions import ENTRIES
from gui.window.main_window import MainWindow


@pytest.mark.parametrize("code", languages())
def test_actions_docks_and_cards_speak_at_once(qtbot: QtBot, window: MainWindow, spike_log: Path, code: str) -> None:
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: window.runs.active is not None and window.runs.active.events is not None)
    switch_language(code)
    for entry in ENTRIES:
        assert window.actions_[entry.key].text() == _(entry.text)
    assert window.docks["happened"].windowTitle() == _("What happened")
    switch_language("en")
    assert window.docks["happened"].windowTitle() == "What happened"


def test_the_theme_changes_everywhere(window: MainWindow) -> None:
    window.themes.set_mode(ThemeMode.DARK)
    assert window.stack.theme.is_dark
    assert window.palette().window().color().lightness() < 80
    window.themes.set_mode(ThemeMode.LIGHT)
    assert not current_theme().is_dark
    assert not window.stack.theme.is_dark


@pytest.mark.parametrize("code", languages())
def test_the_tool_bar_has_room_for_the_name_of_a_demos_run(qtbot: QtBot, window: MainWindow, code: str) -> None:
    window.resize(1280, 720)
    window.tools.show_training(True)
    window.tools.show_x(["step", "epoch", "time", "row"], "step")
    try:
        switch_language(code)
        window.actions_["start"].setText(_("Resume"))
        title = window.tools._title
        window.tools.show_title("Edge of stability 0")
        qtbot.waitUntil(lambda: title.contentsRect().width() >= title.fontMetrics().horizontalAdvance(title.text()))
    finally:
        switch_language("en")


def test_upright_titles_have_room_for_their_names(qtbot: QtBot, window: MainWindow, spike_log: Path) -> None:
    window.resize(1920, 1080)
    window.open_files([spike_log])
    titles = {window.docks[name]: window.docks.titles[name] for name in ("demos", "knobs")}
    qtbot.waitUntil(lambda: all(title.is_upright for title in titles.values()))

    def have_room() -> bool:
        return all(dock.height() >= title.sizeHint().height() for dock, title in titles.items())

    try:
        for code in ("ja", "ru", "de"):  # from short names to long ones
            switch_language(code)
            qtbot.waitUntil(have_room)
    finally:
        switch_language("en")


def test_a_line_never_breaks_before_a_percent_sign(qtbot: QtBot) -> None:
    made = label("accuracy fell from 99.2 % to 73 %")
    qtbot.addWidget(made)
    assert made.text() == "accuracy fell from 99.2 % to 73 %"
    assert QLabel.text(made).count("\u00a0%") == 2
