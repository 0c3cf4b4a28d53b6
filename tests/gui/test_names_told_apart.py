"""Names of runs that do not fit stay told apart, wherever the letters are in which they differ."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QRect, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.runs.library.dialog import LibraryDialog
from gui.runs.table.cells import PAD
from gui.runs.table.model import NAME
from gui.runs.table.names import told_apart
from gui.window.dialogs.palette import Palette
from gui.window.main_window import MainWindow

ROOM = 12  # letters


def cut(name: str, room: int) -> str:
    """As lists cut a name without a look at the others."""
    left = (room - 1) // 2
    return name if len(name) <= room else f"{name[: room - 1 - left]}…{name[len(name) - left :]}"


def shown(names: list[str], room: int) -> dict[str, str]:
    return told_apart({name: cut(name, room) for name in names}, lambda text: len(text) <= room)


LETTERS = st.text(st.sampled_from("ab1_-/.é"), max_size=40)


@given(LETTERS, LETTERS, st.sets(st.sampled_from("xyzuvw09"), min_size=2))
def test_names_that_differ_in_one_letter_are_told_apart(before: str, after: str, letters: set[str]) -> None:
    names = [before + letter + after for letter in sorted(letters)]
    found = shown(names, ROOM)
    assert len(set(found.values())) == len(names)
    assert all(len(text) <= ROOM for text in found.values())
    if len(names[0]) > ROOM and len({cut(name, ROOM) for name in names}) == 1:
        assert all(letter in found[before + letter + after] for letter in letters)


@given(st.lists(LETTERS, min_size=2, max_size=12, unique=True))
def test_any_names_are_told_apart_where_there_is_room(names: list[str]) -> None:
    room = 3 * len(names)  # a letter and an ellipsis for each other name, and more
    found = shown(names, room)
    assert len(set(found.values())) == len(names)
    assert all(len(text) <= room for text in found.values())


PARTS = st.tuples(st.sampled_from(["lr", "wd", "seed", "bs"]), st.text("abc", max_size=25))


@given(st.lists(PARTS, min_size=1, max_size=3), st.integers(2, 4))
def test_the_names_of_a_grid_are_told_apart(parts: list[tuple[str, str]], values: int) -> None:
    names = ["_".join(f"{key}{v}_{rest}" for (key, rest), v in zip(parts, grid)) for grid in
             product(range(values), repeat=len(parts))]  # fmt: skip
    assert len(set(shown(names, ROOM).values())) == len(names)


@given(st.lists(LETTERS, max_size=8, unique=True))
def test_names_that_are_told_apart_already_are_left(names: list[str]) -> None:
    assert shown(names, 40) == {name: name for name in names}


def test_an_accent_is_not_parted_from_its_letter() -> None:
    names = [f"{'n' * 20}e\N{COMBINING ACUTE ACCENT}{letter}{'n' * 20}" for letter in "xy"]
    for room in range(3, 30):
        for text in told_apart(dict.fromkeys(names, "n…n"), lambda text, room=room: len(text) <= room).values():
            assert "…\N{COMBINING ACUTE ACCENT}" not in text


@pytest.mark.parametrize("room", range(3, 60, 4))
def test_whole_words_are_kept_where_they_fit(room: int) -> None:
    grid = product(("base", "wide"), (1, 2, 3))
    names = [f"resnet50_{model}_cosine_schedule_lr0.{rate}_final" for model, rate in grid]
    found = told_apart(dict.fromkeys(names, "resnet50…"), lambda text: len(text) <= room)
    if room >= len("…base…lr0.1…"):
        assert all(name.split("_")[1] in text and name.split("_")[4] in text for name, text in found.items())


FAMILIES = {
    "first": [f"{letter}{'experiment_with_resnet50' * 2}.csv" for letter in "abc"],
    "last": [f"{'experiment_with_resnet50' * 2}{letter}" for letter in "abc"],
    "middle": [f"{'experiment' * 3}{letter}{'resnet' * 4}" for letter in "abc"],
    "two places": [f"experiment_{a}_resnet50_with_long_name_{b}_cosine" for a in "ab" for b in "xy"],
    "folders": [f"sweep: experiment{a}/with/many/folders/version_{b}/metrics.csv" for a in "ab" for b in "xy"],
    "longer": ["experiment_with_resnet50_baseline" + "_more" * count for count in range(4)],
}


def log(name: str) -> Run:
    table = MetricTable()
    table.extend({"step": np.arange(20.0), "loss": np.linspace(2.0, 0.5, 20)})
    return Run(name, table, (LossSeries("loss"),), Origin(OriginKind.LOG, Path(name)), "step")


def drawn(delegate: QStyledItemDelegate, model: QAbstractItemModel, column: int, width: int) -> list[str]:
    texts = []
    for row in range(model.rowCount()):
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, width, 26)
        delegate.initStyleOption(option, model.index(row, column))
        texts.append(option.fontMetrics.elidedText(option.text, option.textElideMode, width - 2 * PAD))
    return texts


@pytest.mark.parametrize("names", FAMILIES.values(), ids=FAMILIES)
def test_runs_are_told_apart_in_the_narrow_table(window: MainWindow, names: list[str]) -> None:
    for name in names:
        window.runs.add(log(name))
    panel = window.run_panel
    for width in (110, 140, 200, 800):
        texts = drawn(panel.table.itemDelegate(), panel.lines, NAME, width)
        assert len(set(texts)) == len(names), texts
    for row in range(len(names)):
        assert any(name in panel.lines.index(row, NAME).data(Qt.ItemDataRole.ToolTipRole) for name in names)
    panel.lines.shown_at(0).run.name = names[0].replace("e", "i")  # renamed
    panel.lines.update()
    assert len(set(drawn(panel.table.itemDelegate(), panel.lines, NAME, 140))) == len(names)


@pytest.mark.parametrize("names", FAMILIES.values(), ids=FAMILIES)
def test_runs_are_told_apart_in_the_palette(window: MainWindow, qtbot: QtBot, names: list[str]) -> None:
    long = [f"{'experiment' * 6}{name}{'resnet' * 10}" for name in names]
    for name in long:
        window.runs.add(log(name))
    palette = Palette([found for found in window.findable() if found.text in long], window)
    qtbot.addWidget(palette)
    palette.open()
    palette.list.setCurrentRow(-1)  # no line is painted as the chosen one
    rows = [palette.list.visualItemRect(palette.list.item(row)) for row in range(len(long))]
    pictures = [palette.list.viewport().grab(rect).toImage() for rect in rows]
    assert len(rows) == palette.list.count()
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


@pytest.mark.parametrize("names", FAMILIES.values(), ids=FAMILIES)
def test_runs_are_told_apart_in_the_library(window: MainWindow, qtbot: QtBot, names: list[str]) -> None:
    library = window.library.library
    for name in names:
        run = log(name)
        run.origin = Origin(OriginKind.TRAINING, scenario="healthy")
        library.add(run)
        library.write(run, 0, [])
        library.finish(run.id)
    dialog = LibraryDialog(window.library, window)
    qtbot.addWidget(dialog)
    delegate = dialog.table.itemDelegateForColumn(0)
    assert len(set(drawn(delegate, dialog.entries, 0, 140))) == len(names)
    tips = [dialog.entries.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(len(names))]
    assert all(any(name in tip for tip in tips) for name in names)
