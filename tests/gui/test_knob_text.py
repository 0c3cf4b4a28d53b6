"""A value is shown and typed in the current language, and parses back to the same number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDockWidget, QLineEdit, QMainWindow, QSlider, QWidget
from pytestqt.qtbot import QtBot

from engine.i18n import languages, number, set_language
from engine.scenarios.base import all_scenarios
from engine.tasks.settings import SETTINGS
from gui.look.language import switch_language
from gui.look.theme import LIGHT, sheet_of
from gui.look.values import brief_text, shown_text, typed_value
from gui.shell.access_keys import without_access_key
from gui.shell.actions import ENTRIES
from gui.training.knobs.panel import Knobs
from gui.training.knobs.row import KnobRow
from gui.window.main_window import MainWindow


@pytest.fixture(params=languages())
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    yield switch_language(request.param)
    switch_language("en")


@given(code=st.sampled_from(languages()), value=st.floats(1e-12, 1e12) | st.integers(0, 10**9))
def test_what_is_shown_reads_back_as_the_same_number(code: str, value: float) -> None:
    set_language(code)
    read = float(typed_value(shown_text(value)))
    assert read == pytest.approx(value, rel=1e-5)


@given(code=st.sampled_from(languages()), value=st.floats(1e-12, 1e12))
def test_a_number_copied_from_a_card_can_be_pasted_into_a_field(code: str, value: float) -> None:
    set_language(code)
    assert float(typed_value(number(value, 4))) == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("0.02", "0.02"), ("0,02", "0.02"), (" 1e-4 ", "1e-4"), ("1,5E-4", "1.5E-4"), ("−3", "-3"), ("10⁻⁴", "1e-4"),
     ("2,5 × 10⁻³", "2.5e-3"), ("1.000,5", "1000.5"), ("1,000.5", "1000.5"), ("1\u202f000\u202f000", "1000000"),
     ("1,000,000", "1000000"), ("full", "full"), ("lots of", "lots of"), ("", ""), (".", ".")],
)  # fmt: skip
def test_both_decimal_signs_are_read(typed: str, meant: str) -> None:
    assert typed_value(typed) == meant


def test_a_field_follows_the_language(qtbot: QtBot) -> None:
    row = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(row)
    assert isinstance(row._field, QLineEdit)
    row.show_value(0.25)
    switch_language("de")
    assert row._field.text() == "0,25"
    for typed in ("0,5", "0.125"):
        row._field.setText(typed)
        with qtbot.waitSignal(row.turned) as turned:
            qtbot.keyClick(row._field, Qt.Key.Key_Return)
        assert turned.args[:2] == ["lr", float(typed.replace(",", "."))]
    switch_language("en")
    assert row._field.text() == "0.125"


@pytest.mark.parametrize("name", all_scenarios())
def test_no_row_is_wider_than_the_form(qtbot: QtBot, name: str, spoken: str) -> None:
    window, dock, knobs = QMainWindow(), QDockWidget(), Knobs()
    qtbot.addWidget(window)
    dock.setWidget(knobs)
    window.setCentralWidget(QWidget())
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.resize(600, 120)
    window.show()
    qtbot.waitExposed(window)
    knobs.show_scenario(all_scenarios()[name])
    window.resizeDocks([dock], [1], Qt.Orientation.Horizontal)  # as narrow as it can be
    qtbot.waitUntil(knobs.verticalScrollBar().isVisible)
    qtbot.waitUntil(lambda: knobs.widget().width() <= knobs.viewport().width())
    for row in knobs._rows.values():
        assert row._reset.geometry().right() <= row.rect().right()


def test_the_wheel_scrolls_the_form_and_turns_no_knob(qtbot: QtBot) -> None:
    knobs = Knobs()
    qtbot.addWidget(knobs)
    knobs.show_scenario(all_scenarios()["late-rise"])
    knobs.resize(260, 200)
    knobs.show()
    qtbot.waitExposed(knobs)
    for row in knobs._rows.values():
        for control in row.findChildren(QSlider) + row.findChildren(QComboBox):
            at = QPointF(control.rect().center())
            wheel = QWheelEvent(at, QPointF(control.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120),
                                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
                                False)  # fmt: skip
            before = control.property("value"), control.property("currentIndex")
            QApplication.sendEvent(control, wheel)
            assert (control.property("value"), control.property("currentIndex")) == before
    assert knobs.values == {}


def test_letting_a_slider_go_turns_the_knob_at_once(qtbot: QtBot) -> None:
    row = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(row)
    assert row._slider is not None
    row._slider.setSliderDown(True)
    row._slider.setSliderPosition(300)
    row._slider.sliderMoved.emit(300)
    with qtbot.waitSignals([row.turned, row.settled], order="strict", timeout=0):
        row._slider.setSliderDown(False)
    assert not row._drag.isActive()
    assert row.value == row._scale.value(300)


def test_buttons_and_sheets_bear_no_access_keys(window: MainWindow, spoken: str) -> None:
    for entry in ENTRIES:
        text = window.actions_[entry.key].iconText()
        assert text and "&" not in text
        assert "(" not in text


@pytest.mark.parametrize(
    ("text", "bare"),
    [("St&op", "Stop"), ("停止(&O)", "停止"), ("設定(&S)…", "設定"), ("С&топ", "Стоп"), ("A && B", "A & B")],
)
def test_an_access_key_is_taken_off(text: str, bare: str) -> None:
    assert without_access_key(text) == bare


PADDING = 9  # pixels, with the border and what a field of Qt keeps free


@pytest.mark.parametrize("value", [0.001, 1 / 3000, 1.23456e-12, 9.87654e-4])
def test_a_field_shows_the_first_digits_of_a_value(qtbot: QtBot, value: float) -> None:
    row = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(row)
    row.setStyleSheet(sheet_of(LIGHT))
    row.resize(260, 60)
    row.show()
    qtbot.waitExposed(row)
    row.show_value(value)
    field = row._field
    assert isinstance(field, QLineEdit)
    wanted = field.fontMetrics().horizontalAdvance(shown_text(value))
    assert field.width() >= wanted + 2 * PADDING


def test_a_computed_value_has_three_digits_until_it_is_edited(qtbot: QtBot) -> None:
    row = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(row)
    row.show()
    qtbot.waitExposed(row)
    field = row._field
    assert isinstance(field, QLineEdit)
    field.clearFocus()
    row.show_value(1 / 3000)
    assert field.text() == "3.33 × 10⁻⁴"
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert field.text() == shown_text(1 / 3000) == "3.33333 × 10⁻⁴"
    with qtbot.assertNotEmitted(row.turned):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    field.clearFocus()
    assert field.text() == "3.33 × 10⁻⁴"
    assert row.value == 1 / 3000


def test_what_was_typed_and_refused_stays_in_the_field(qtbot: QtBot) -> None:
    row = KnobRow(SETTINGS["lr"])
    qtbot.addWidget(row)
    row.show()
    qtbot.waitExposed(row)
    field = row._field
    assert isinstance(field, QLineEdit)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.setText("-3")
    field.clearFocus()
    assert field.text() == "-3" and not row._wrong.isHidden()


@given(code=st.sampled_from(languages()), value=st.floats(1e-9, 1e5))
def test_a_value_to_be_read_is_not_taken_for_another(code: str, value: float) -> None:
    set_language(code)
    read = float(typed_value(brief_text(value)))
    assert read == pytest.approx(value, rel=6e-3)
    assert (read == 1) == (float(f"{value:.6g}") == 1)
    rounded = float(f"{value:.4g}")  # what a person may have typed
    assert float(typed_value(brief_text(rounded))) == pytest.approx(rounded, rel=1e-9)
