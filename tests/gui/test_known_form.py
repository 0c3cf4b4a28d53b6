"""“What I know” shows what was read and from where; what is told ranks the causes anew and stays with the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from engine.detectors.watch import Watch
from engine.library.links import Link, log_id
from engine.library.store import Library
from engine.logs import ReadOptions, open_log
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.events.panel import EventsPanel
from gui.look.language import switch_language
from gui.runs.document import Shown
from gui.runs.known import FIELDS


def flat_run(kind: OriginKind = OriginKind.LOG) -> Run:
    table = MetricTable()
    noise = np.random.default_rng(0).standard_normal(200)
    table.extend({"step": np.arange(1.0, 201), "loss": 2.3 + 0.02 * noise})
    sources = {"optimizer": "hparams.yaml"}
    origin = Origin(kind, scenario="demo") if kind is OriginKind.TRAINING else Origin(kind, Path("flat.csv"))
    settings = {"optimizer": "sgd"}
    return Run("flat", table, (LossSeries("loss"),), origin, "step", settings, setting_sources=sources)


def judged(run: Run) -> Shown:
    watch = Watch(run.table, run.series, run.clock)
    watch.finish()
    return Shown(run, watch.events)


@pytest.fixture
def panel(qtbot: QtBot) -> EventsPanel:
    made = EventsPanel()
    qtbot.addWidget(made)
    made.resize(360, 700)
    made.show()
    return made


def write(qtbot: QtBot, panel: EventsPanel, key: str, text: str) -> QLineEdit:
    editor = panel.known.editor(key)
    assert isinstance(editor, QLineEdit)
    editor.clear()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    return editor


def choose(panel: EventsPanel, key: str, value: object) -> None:
    editor = panel.known.editor(key)
    assert isinstance(editor, QComboBox)
    editor.setCurrentIndex(editor.findData(value))
    editor.activated.emit(editor.currentIndex())


def weights(panel: EventsPanel) -> dict[str, float]:
    (card,) = panel._cards.values()
    return {cause.key: cause.weight for cause in card._explained().causes}


def test_what_was_read_is_shown_with_its_source_and_there_is_a_field_for_each(panel: EventsPanel) -> None:
    panel.show_run(judged(flat_run()))
    panel.known.toggle()
    editor = panel.known.editor("optimizer")
    assert isinstance(editor, QComboBox)
    assert editor.currentText() == "SGD (hparams.yaml)"
    assert all(panel.known.editor(field.key).accessibleName() for field in FIELDS)


def test_what_the_user_tells_ranks_the_causes_anew_at_once(qtbot: QtBot, panel: EventsPanel) -> None:
    shown = judged(flat_run())
    panel.show_run(shown)
    panel.known.toggle()
    before = weights(panel)
    with qtbot.waitSignal(panel.known_changed):
        write(qtbot, panel, "lr", "1e-7")
    assert shown.run.told() == {"lr": 1e-7}
    told = weights(panel)
    assert next(iter(told)) == "lr_too_small" and told["lr_too_small"] > 1.2 * before["lr_too_small"]
    assert "10⁻⁷" in panel._story.text() or "0.001" in panel._story.text()
    write(qtbot, panel, "lr", "")
    assert shown.run.told() == {}
    assert weights(panel) == before


def test_a_comma_is_a_decimal_point_and_a_word_is_no_number(qtbot: QtBot, panel: EventsPanel) -> None:
    shown = judged(flat_run())
    panel.show_run(shown)
    panel.known.toggle()
    write(qtbot, panel, "lr", "0,01")
    assert shown.run.told() == {"lr": 0.01}
    wrong = write(qtbot, panel, "lr", "fast")
    assert shown.run.told() == {"lr": 0.01}
    assert "number" in wrong.toolTip()


def test_a_choice_can_be_taken_back(panel: EventsPanel) -> None:
    shown = judged(flat_run())
    panel.show_run(shown)
    panel.known.toggle()
    choose(panel, "optimizer", "adam")
    choose(panel, "resumed", False)
    assert shown.run.settings["optimizer"] == "adam" and shown.run.told() == {"optimizer": "adam", "resumed": False}
    choose(panel, "resumed", None)
    assert "resumed" not in shown.run.settings


def test_a_training_of_this_program_needs_no_telling(panel: EventsPanel) -> None:
    panel.show_run(judged(flat_run(OriginKind.TRAINING)))
    assert not panel.known.isVisible()
    panel.show_run(None)
    assert not panel.known.isVisible()


@pytest.mark.parametrize("language", ["de", "es", "ja", "ru"])
def test_the_form_speaks_the_language_and_keeps_what_was_told(panel: EventsPanel, language: str) -> None:
    shown = judged(flat_run())
    panel.show_run(shown)
    panel.known.toggle()
    choose(panel, "optimizer", "adamw")
    english = panel.known.editor("lr").accessibleName()
    switch_language(language)
    try:
        assert panel.known.editor("lr").accessibleName() != english
        editor = panel.known.editor("optimizer")
        assert isinstance(editor, QComboBox) and editor.currentData() == "adamw"
    finally:
        switch_language("en")


def test_it_is_kept_in_the_library_and_there_when_the_log_is_opened_again(tmp_path: Path) -> None:
    log = tmp_path / "flat.csv"
    log.write_text("step,loss\n" + "".join(f"{i},{2.3 + i % 3 / 100}\n" for i in range(80)))
    library = Library(tmp_path / "runs.sqlite")
    (run,), (again,) = open_log(log), open_log(log)
    link = Link(log, run.name, ReadOptions())
    run.id = again.id = log_id(log, run.name)
    library.remember(run, link)
    run.tell({"optimizer": "adam"})
    library.describe(run)
    library.remember(again, link)
    assert again.told() == {"optimizer": "adam"}
    library.close()
