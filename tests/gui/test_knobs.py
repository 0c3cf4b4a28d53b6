"""Every setting of every scenario has a knob that takes what the setting takes and refuses what it refuses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from engine.scenarios.base import all_scenarios
from engine.tasks.settings import SETTINGS, Kind, Setting
from gui.look.values import typed_text
from gui.training.knobs.panel import Knobs
from gui.training.knobs.row import KnobRow
from gui.training.knobs.scale import POSITIONS, KnobScale

NUMBERS = [s for s in SETTINGS.values() if s.kind in (Kind.FLOAT, Kind.INTEGER)]


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
def test_a_row_shows_its_default_and_says_when_it_applies(qtbot: QtBot, setting: Setting) -> None:
    row = KnobRow(setting)
    qtbot.addWidget(row)
    assert row.value == setting.default
    assert setting.key in row.toolTip()
    assert row._field.accessibleName()


@pytest.mark.parametrize("setting", NUMBERS, ids=[s.key for s in NUMBERS])
def test_every_slider_position_is_a_value_that_the_setting_takes(setting: Setting) -> None:
    scale = KnobScale(setting)
    values = [scale.value(position) for position in range(POSITIONS + 1)]
    assert values == sorted(values)
    for value in values:
        setting.check(value)


@pytest.mark.parametrize("name", all_scenarios())
def test_a_form_asks_for_nothing_when_it_is_made_or_filled(qtbot: QtBot, name: str) -> None:
    knobs = Knobs()
    qtbot.addWidget(knobs)
    scenario = all_scenarios()[name]
    with qtbot.assertNotEmitted(knobs.turned):
        knobs.show_scenario(scenario)
        knobs.show_values({setting.key: setting.default for setting in scenario.settings})
    assert knobs.values == {}


def test_a_typed_value_is_asked_for_once_and_reset_asks_for_the_default(qtbot: QtBot) -> None:
    row = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(row)
    assert isinstance(row._field, QLineEdit)
    row._field.setText("0,02")
    with qtbot.waitSignal(row.turned) as turned:
        qtbot.keyClick(row._field, Qt.Key.Key_Return)
    assert turned.args == ["lr", 0.02, SETTINGS["lr"].default]
    with qtbot.waitSignal(row.turned) as turned:
        row.reset()
    assert turned.args == ["lr", SETTINGS["lr"].default, 0.02]


def test_a_dragged_slider_turns_the_knob_while_it_is_dragged(qtbot: QtBot) -> None:
    row = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(row)
    assert row._slider is not None
    row._slider.setSliderDown(True)
    with qtbot.waitSignal(row.turned) as turned:
        row._slider.setSliderPosition(300)
        row._slider.sliderMoved.emit(300)
    assert turned.args[1] == row._scale.value(300)


def test_a_word_is_taken_by_a_number_that_knows_it(qtbot: QtBot) -> None:
    row = KnobRow(SETTINGS["batch_size"])
    qtbot.addWidget(row)
    assert isinstance(row._field, QLineEdit)
    row._field.setText("full")
    with qtbot.waitSignal(row.turned) as turned:
        qtbot.keyClick(row._field, Qt.Key.Key_Return)
    assert turned.args[:2] == ["batch_size", "full"]


@pytest.mark.parametrize("value", [0.003, 1e-8, 32, "full", True])
def test_a_value_is_shown_as_it_can_be_typed(value: object) -> None:
    text = typed_text(value)  # type: ignore[arg-type]
    assert text in (str(value), f"{value:.6g}" if isinstance(value, float) else "")


def test_a_knob_that_the_optimizer_does_not_read_is_not_there(qtbot: QtBot) -> None:
    knobs = Knobs()
    qtbot.addWidget(knobs)
    knobs.show_scenario(all_scenarios()["explosion"])
    knobs._toggle_fold()
    knobs.show_values({"optimizer": "sgd"})
    assert knobs._rows["beta1"].isHidden() and not knobs._rows["lr"].isHidden()
    knobs.show_values({"optimizer": "adam"})
    assert not knobs._rows["beta1"].isHidden()
