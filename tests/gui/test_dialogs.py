"""The dialogs: what they are made from, what they give, what is remembered."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from engine.logs import ReadOptions, Restarts, open_log
from engine.logs.choices import signature
from engine.logs.options import Derive
from engine.series import Role
from gui.look.theme import TEXT_SIZE, ThemeMode
from gui.runs.logs.import_dialog import ImportLog
from gui.runs.logs.import_parts import ColumnList
from gui.shell.actions import ENTRIES, MENUS
from gui.shell.remembered import Remembered
from gui.window.dialogs.about import About, facts
from gui.window.dialogs.preferences import Preferences
from gui.window.dialogs.shortcuts import Shortcuts
from gui.window.main_window import MainWindow

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


@pytest.fixture
def odd_log(tmp_path: Path) -> Path:
    path = tmp_path / "odd.csv"
    path.write_text("tick;cost a;cost b\n" + "\n".join(f"{i};{1 / (i + 1):.4f};{2 / (i + 1):.4f}" for i in range(60)))
    return path


def test_the_sheet_has_every_shortcut(qtbot: QtBot) -> None:
    sheet = Shortcuts()
    qtbot.addWidget(sheet)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    for entry in ENTRIES:
        if entry.shortcut:
            assert entry.text.replace("&", "").rstrip("…") in texts


def test_no_two_actions_share_a_key_but_start_and_pause() -> None:
    keys = [(key, entry.key) for entry in ENTRIES for key in entry.shortcut.split() if entry.key != "pause"]
    assert len({key for key, _ in keys}) == len(keys)
    assert {entry.menu for entry in ENTRIES} == set(MENUS)


def test_import_shows_columns_and_gives_the_choices(qtbot: QtBot, odd_log: Path) -> None:
    dialog = ImportLog(odd_log)
    qtbot.addWidget(dialog)
    assert [item.text() for item in dialog._losses.items_()] == ["tick", "cost a", "cost b"]
    for item in dialog._losses.items_():
        item.setCheckState(Qt.CheckState.Checked if item.text() == "cost b" else Qt.CheckState.Unchecked)
    dialog._x.setCurrentIndex(dialog._x.findData("tick"))
    runs = open_log(odd_log, dialog.options)
    assert [series.name for series in runs[0].series] == ["cost b"]
    assert runs[0].x is not None


def test_import_shows_every_warning(qtbot: QtBot, tmp_path: Path) -> None:
    log = tmp_path / "values.csv"
    log.write_text("step;loss\n" + "".join(f"{i};0,{900 - i}\nodd\n" for i in range(1, 9)))
    dialog = ImportLog(log)
    qtbot.addWidget(dialog)
    warnings = [warning.text for run in open_log(log, dialog.options) for warning in run.warnings]
    assert dialog._guessed.text().split("\n") == warnings
    plain = ImportLog(SAMPLES / "overfitting.csv")
    qtbot.addWidget(plain)
    assert plain._guessed.isHidden()


def test_a_wrong_delimiter_is_seen_in_the_preview(qtbot: QtBot, odd_log: Path) -> None:
    dialog = ImportLog(odd_log)
    qtbot.addWidget(dialog)
    assert dialog._table.columnCount() == 3
    dialog._delimiter.setCurrentIndex(dialog._delimiter.findData("|"))
    dialog._preview()
    assert dialog._table.columnCount() < 3


def test_a_list_of_columns_reports_a_tick_and_not_its_own_filling(qtbot: QtBot) -> None:
    columns = ColumnList("columns")
    qtbot.addWidget(columns)
    emitted: list[str] = []
    columns.itemChanged.connect(lambda item: emitted.append(item.text()))
    columns.show_columns(["step", "loss", "lr"], ["loss"])
    assert (columns.checked, emitted) == (("loss",), [])
    columns.items_()[2].setCheckState(Qt.CheckState.Checked)
    assert (columns.checked, emitted) == (("loss", "lr"), ["lr"])


def test_import_choices_are_remembered_for_files_with_the_same_header(
    qtbot: QtBot, odd_log: Path, remembered: Remembered, tmp_path: Path
) -> None:
    dialog = ImportLog(odd_log)
    qtbot.addWidget(dialog)
    for item in dialog._losses.items_():
        item.setCheckState(Qt.CheckState.Checked if item.text() == "cost a" else Qt.CheckState.Unchecked)
    remembered.remember_choices(odd_log, dialog.options)
    later = tmp_path / "later.csv"
    later.write_text(odd_log.read_text())
    choices = Remembered().choices_for(later)
    assert choices is not None
    assert choices.columns == ("cost a",)
    other = tmp_path / "other.csv"
    other.write_text("step,loss\n1,2\n")
    assert remembered.choices_for(other) is None


def test_any_format_is_previewed_and_restarts_can_be_split(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text("".join(f'{{"step": {i % 10}, "train": {{"loss": {1 / (i + 1)}}}}}\n' for i in range(20)))
    dialog = ImportLog(path)
    qtbot.addWidget(dialog)
    assert [item.text() for item in dialog._losses.items_()] == ["step", "train/loss"]
    assert not dialog._delimiter.isEnabled()
    assert "JSON Lines" in dialog._understood.text() and "1 run ·" in dialog._understood.text()
    dialog._restarts.setCurrentIndex(dialog._restarts.findData(Restarts.SPLIT))
    dialog._restarts.activated.emit(1)
    assert "2 runs" in dialog._understood.text()
    assert [len(run.table) for run in open_log(path, dialog.options)] == [10, 10]


@pytest.fixture
def nameless_log(tmp_path: Path) -> Path:
    path = tmp_path / "run.csv"
    path.write_text("".join(f"{i};{2 / (i + 1):.4f};{3 / (i + 1):.4f};{i / 80:.4f}\n" for i in range(60)))
    return path


def test_columns_are_named_in_the_import(qtbot: QtBot, nameless_log: Path, remembered: Remembered) -> None:
    dialog = ImportLog(nameless_log)
    qtbot.addWidget(dialog)
    dialog.show()
    columns = dialog._losses
    for row, name in enumerate(("step", "train_loss", "val_loss", "accuracy")):
        columns.name(row)
        QTest.keyClicks(columns.focusWidget() or QApplication.focusWidget(), name)
        QTest.keyClick(columns.focusWidget() or QApplication.focusWidget(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda row=row, name=name: columns.items_()[row].text() == name)
    assert dialog._table.horizontalHeaderItem(2).text() == "val_loss"
    assert columns.checked == ("train_loss", "val_loss")
    (run,) = open_log(nameless_log, dialog.options)
    assert [(s.name, s.role, s.partner) for s in run.series] == [
        ("train_loss", Role.TRAINING, None),
        ("val_loss", Role.VALIDATION, "train_loss"),
    ]
    assert run.x == "step" and run.table.values("accuracy")[-1] == pytest.approx(59 / 80, abs=1e-4)
    assert run.warnings == []
    remembered.remember_choices(nameless_log, dialog.options)
    again = ImportLog(nameless_log, Remembered().choices_for(nameless_log))
    qtbot.addWidget(again)
    assert again.options == dialog.options


def test_two_columns_cannot_have_one_name_and_an_empty_name_is_the_files(qtbot: QtBot, odd_log: Path) -> None:
    dialog = ImportLog(odd_log, ReadOptions(names=(("cost a", "mine"),)))
    qtbot.addWidget(dialog)
    mine, other = dialog._losses.items_()[1:]
    other.setText("mine")
    assert "“mine”" in dialog._wrong.text() and other.text() == "cost b"
    assert dialog._buttons.button(QDialogButtonBox.StandardButton.Open).isEnabled()
    mine.setText("  ")
    qtbot.waitUntil(lambda: dialog._losses.items_()[1].text() == "cost a")
    assert dialog.options.names == () and dialog._wrong.isHidden()


def test_ticks_made_by_hand_stay_when_a_column_is_named(qtbot: QtBot, odd_log: Path) -> None:
    dialog = ImportLog(odd_log)
    qtbot.addWidget(dialog)
    dialog._losses.items_()[1].setCheckState(Qt.CheckState.Unchecked)
    dialog._x.setCurrentIndex(dialog._x.findData("tick"))
    dialog._losses.items_()[0].setText("update")
    qtbot.waitUntil(lambda: dialog._losses.items_()[0].text() == "update")
    dialog._losses.items_()[2].setText("mine")
    qtbot.waitUntil(lambda: dialog._losses.items_()[2].text() == "mine")
    assert dialog._losses.checked == ("mine",)
    (run,) = open_log(odd_log, dialog.options)
    assert [s.name for s in run.series] == ["mine"]
    assert dialog.options.x == "update" and run.names.get(str(run.x), run.x) == "update"


def test_choices_that_cannot_be_met_are_said_and_cannot_be_opened(qtbot: QtBot, odd_log: Path) -> None:
    dialog = ImportLog(odd_log)
    qtbot.addWidget(dialog)
    opens = dialog._buttons.button(QDialogButtonBox.StandardButton.Open)
    dialog._derive.setCurrentIndex(dialog._derive.findData(Derive.EPOCHS))
    dialog._derive.activated.emit(1)
    assert "epoch column" in dialog._wrong.text() and not opens.isEnabled()
    dialog._derive.setCurrentIndex(dialog._derive.findData(Derive.PERPLEXITY))
    dialog._derive.activated.emit(1)
    assert dialog._wrong.text() == "" and opens.isEnabled()
    assert [s.name for s in open_log(odd_log, dialog.options)[0].series] == [
        "cost a as perplexity",
        "cost b as perplexity",
    ]


def test_all_choices_are_remembered(odd_log: Path, remembered: Remembered) -> None:
    options = ReadOptions(
        "delimited", ";", True, False, "tick", ("cost a",), (("a", "b"),), Restarts.SPLIT, Derive.LOSS, (("c", "d"),)
    )
    remembered.remember_choices(odd_log, options)
    assert Remembered().choices_for(odd_log) == options


@pytest.mark.parametrize(
    ("first", "second", "are_alike"),
    [
        ('{"step": 1, "loss": 0.5}', '{"step": 200, "loss": 1e-3}', True),
        ('{"step": 1, "loss": 0.5}', '{"iter": 1, "loss": 0.5}', False),
        ("step,loss1,loss2", "step,loss1,loss3", False),
        ("2024-01-02 10:00:01 step 10 loss 0.5", "2025-11-30 23:59:59 step 7 loss 2", True),
    ],
)
def test_files_of_one_kind_are_known_by_their_names_not_their_numbers(
    first: str, second: str, are_alike: bool, tmp_path: Path
) -> None:
    paths = tmp_path / "a.log", tmp_path / "b.log"
    for path, line in zip(paths, (first, second)):
        path.write_text(line + "\n")
    assert (signature(paths[0]) == signature(paths[1])) is are_alike
    packed = tmp_path / "a.gz.log"
    packed.write_bytes(gzip.compress(paths[0].read_bytes()))
    assert signature(packed) == signature(paths[0])


def test_a_file_that_cannot_be_read_is_said_in_the_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ImportLog(tmp_path / "missing.csv")
    qtbot.addWidget(dialog)
    assert "missing.csv" in dialog._wrong.text()


def test_a_file_that_can_be_read_again_can_be_opened(qtbot: QtBot, odd_log: Path) -> None:
    text = odd_log.read_text()
    odd_log.unlink()
    dialog = ImportLog(odd_log)
    qtbot.addWidget(dialog)
    opening = dialog._buttons.button(QDialogButtonBox.StandardButton.Open)
    assert not opening.isEnabled()
    odd_log.write_text(text)
    dialog._preview()
    assert opening.isEnabled()
    assert dialog._wrong.isHidden()


def test_preferences_take_effect_at_once_and_are_kept(qtbot: QtBot, remembered: Remembered) -> None:
    dialog = Preferences(remembered)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.theme_chosen) as chosen:
        dialog.theme.setCurrentIndex(2)
        dialog.theme.activated.emit(2)
    assert chosen.args == [ThemeMode.DARK]
    assert Remembered().theme is ThemeMode.DARK
    with qtbot.waitSignal(dialog.language_chosen) as spoken:
        dialog.language.activated.emit(dialog.language.findData("en"))
    assert spoken.args == ["en"]
    assert remembered.language == "en"


def test_about_names_versions_and_the_error_log(qtbot: QtBot, own_home: Path) -> None:
    qtbot.addWidget(About())
    known = facts()
    assert {"Overshoot", "Python", "Qt", "torch"} <= set(known)
    assert str(own_home) in " ".join(known.values())


def test_damaged_settings_read_as_defaults(own_home: Path) -> None:
    own_home.mkdir(parents=True)
    (own_home / "window.ini").write_text("[General]\ntheme=purple\nsmoothing=much\nrecent=@Invalid()\n")
    damaged = Remembered()
    assert damaged.theme is ThemeMode.SYSTEM
    assert damaged.real("smoothing", 0.5) == 0.5
    assert damaged.recent == []


def test_every_control_has_a_name_for_screen_readers(window: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider

    window.scenarios.choose("explosion")
    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in window.findChildren(kind):
            if control.isVisible() and not control.objectName().startswith("qt_"):
                named = control.accessibleName() or control.toolTip() or getattr(control, "text", str)()
                assert named, control


def test_the_size_of_texts_is_chosen_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    before = QApplication.font().pointSizeF()
    dialog = Preferences(window.remembered, window)
    qtbot.addWidget(dialog)
    dialog.text_chosen.connect(window.themes.set_text_percent)
    place = dialog.text.findData(130)
    dialog.text.setCurrentIndex(place)
    dialog.text.activated.emit(place)
    assert QApplication.font().pointSizeF() == pytest.approx(1.3 * before)
    assert window.remembered.real(TEXT_SIZE, 100) == 130
    window.themes.set_text_percent(100)
    assert QApplication.font().pointSizeF() == pytest.approx(before)


@pytest.mark.parametrize(("choice", "is_log"), [("linear", False), ("log", True)])
def test_the_axis_of_losses_is_chosen_for_all_runs_and_kept(
    window: MainWindow, qtbot: QtBot, spike_log: Path, choice: str, is_log: bool
) -> None:
    window.dialogs.preferences()
    dialog = window.findChild(Preferences)
    assert dialog is not None
    place = dialog.axis.findData(choice)
    dialog.axis.setCurrentIndex(place)
    dialog.axis.activated.emit(place)
    dialog.accept()
    window.open_files([spike_log])
    qtbot.waitUntil(lambda: window.runs.active is not None and bool(window.stack.panes))
    assert window.stack.panes[0].is_log is is_log
    assert window.stack.panes[0].notes()[:1] != ["L: linear"]  # nothing was chosen by the data
    later = MainWindow(window.remembered, window.themes)
    qtbot.addWidget(later)
    assert later.stack.is_log is is_log
    later.close()
