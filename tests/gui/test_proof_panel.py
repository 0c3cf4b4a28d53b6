"""The proof panel: progress and counts as they come, the verdict, and what cannot be proved."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.events import Event, EventKind, Severity
from engine.experiments.case import PLACEBO
from engine.experiments.costs import Cost
from engine.experiments.records import Arm, Control, Ended, Forked, Stage, Staged
from engine.experiments.statistics import Count
from engine.experiments.wording import NAMED, plain_verdict
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.events.proof.outcomes import ROW
from gui.events.proof.panel import ProofPanel
from gui.look.theme import LIGHT
from gui.threads.proving import Trial


@pytest.fixture
def trial() -> Trial:
    table = MetricTable(("step", "loss"))
    table.extend({"step": np.arange(1.0, 101.0), "loss": np.linspace(2.0, 1.0, 100)})
    run = Run("explosion 0", table, (LossSeries("loss"),), Origin(OriginKind.TRAINING, scenario="explosion"), "step")
    event = Event("a", EventKind.SPIKE, "loss", 50, 52, 60, Severity.WARNING, 0.9)
    return Trial(run, event)


def forked(name: str, clean: int, forks: int) -> Forked:
    arm = Arm(name, {} if name == PLACEBO else {name: 0.1}, 5, Stage.SCREEN, clean, forks, placebo=Count(0, 4))
    return Forked(f"{name}/{forks}", name, 5, Stage.SCREEN, bool(clean), np.arange(45.0, 60.0), np.ones(15), arm)


@pytest.fixture
def panel(qtbot: QtBot) -> ProofPanel:
    made = ProofPanel()
    qtbot.addWidget(made)
    made.show()
    return made


def test_counts_are_shown_as_forks_finish(panel: ProofPanel, trial: Trial, qtbot: QtBot) -> None:
    panel.show_trial(trial)
    trial.records += [Staged(Stage.SCREEN, 8, (PLACEBO, "lr")), forked(PLACEBO, 0, 1), forked("lr", 1, 1)]
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)
    assert {arm.factor for arm in panel.table.arms} == {PLACEBO, "lr"}
    assert set(panel.plot.factors) == {PLACEBO, "lr"}
    trial.records.append(forked("lr", 2, 2))
    qtbot.waitUntil(lambda: any(arm.forks == 2 for arm in panel.table.arms))
    assert panel.table.rowCount() == 2


def test_a_demos_proof_says_about_how_long_it_takes_here(panel: ProofPanel, trial: Trial, qtbot: QtBot) -> None:
    panel.show_trial(trial)
    trial.records += [Cost((12, 60), (20.4, 118.0), 40, 2), Staged(Stage.SCREEN, 8, (PLACEBO, "lr"))]
    qtbot.waitUntil(lambda: "0 of 8 forks" in panel._phase.text())
    assert "about 21 s to 2 min here" in panel._phase.text()
    assert panel._before.isHidden()  # the bar has room for one line
    panel.show_trial(Trial(trial.run, trial.event))
    assert "here" not in panel._phase.text()


def test_placebo_cannot_be_applied(panel: ProofPanel, trial: Trial, qtbot: QtBot) -> None:
    panel.show_trial(trial)
    trial.records += [forked(PLACEBO, 0, 1), forked("lr", 1, 1)]
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)
    chosen = {}
    for row, arm in enumerate(panel.table.arms):
        panel.table.selectRow(row)
        chosen[arm.factor] = panel.table.arm
    assert chosen[PLACEBO] is None
    assert chosen["lr"] is not None


def test_a_refusal_is_said_in_the_panel(panel: ProofPanel, trial: Trial) -> None:
    panel.show_trial(trial)
    assert panel.is_running
    panel.show_error(trial, "there is no such event")
    assert "there is no such event" in panel.error
    assert not panel.is_running


def test_the_end_of_another_trial_is_not_shown(panel: ProofPanel, trial: Trial) -> None:
    panel.show_trial(trial)
    panel.show_error(Trial(trial.run, trial.event), "of another one")
    assert panel.error == ""
    assert panel.is_running


def test_cancel_asks_once(panel: ProofPanel, trial: Trial, qtbot: QtBot) -> None:
    panel.show_trial(trial)
    with qtbot.waitSignal(panel.cancel_wanted):
        panel._cancel.click()
    assert not panel._cancel.isEnabled()


def test_rows_are_filled_in_place_and_a_table_that_stands_is_left_alone(panel: ProofPanel, trial: Trial) -> None:
    table = panel.table
    table.show_arms([forked(PLACEBO, 0, 1).arm, forked("lr", 1, 1).arm])
    cells = [table.item(1, place) for place in range(table.columnCount())]
    table.show_arms([forked(PLACEBO, 0, 1).arm, forked("lr", 2, 2).arm])
    assert [table.item(1, place) for place in range(table.columnCount())] == cells
    assert table.item(1, 1).text() == "2 of 2"
    table.show_arms([forked("eps", 3, 4).arm])
    assert table.rowCount() == 1
    assert (table.item(0, 0).text(), table.item(0, 1).text()) == ("ε 0.1", "3 of 4")


def test_at_the_time_limit_it_rests_until_the_person_goes_on(
    panel: ProofPanel, trial: Trial, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "gui.threads.proving._proof_records", lambda _trial: iter([Staged(Stage.SCREEN, 8, (PLACEBO, "lr"))] * 3)
    )
    trial.seconds = -1.0  # over before it begins
    done: list[object] = []

    thread = Thread(target=lambda: done.append(trial.work(lambda _made: None)), daemon=True)
    panel.show_trial(trial)
    thread.start()
    for made in range(3):
        qtbot.waitUntil(lambda: panel._go_on.isVisible())
        assert len(trial.records) == made
        assert panel.is_running
        qtbot.mouseClick(panel._go_on, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda made=made: len(trial.records) == made + 1)
    qtbot.waitUntil(lambda: trial.is_resting)
    trial.cancel()
    thread.join(10)
    assert done == [None]
    assert not trial.is_resting


def rested_after(trial: Trial, least: float, monkeypatch: pytest.MonkeyPatch) -> float:
    """Seconds after which a proof rests first, that needs `least` of them on this machine."""
    now: list[float] = [0.0]
    rests: list[float] = []
    monkeypatch.setattr("gui.threads.proving.time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(Trial, "_rest", lambda trial: rests.append(trial.worked))

    def course() -> Iterator[object]:
        yield Cost((4, 8), (least, 9 * least), 10, 1)
        for _second in range(600):
            now[0] += 1.0
            yield Staged(Stage.SCREEN, 8, ("lr",))

    monkeypatch.setattr("gui.threads.proving._proof_records", lambda _trial: course())
    trial._work()
    return rests[0]


@pytest.mark.parametrize(("least", "limit"), [(20.0, 180.0), (300.0, 360.0), (4000.0, 540.0)])
def test_the_time_follows_the_measured_speed(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, least: float, limit: float
) -> None:
    assert rested_after(trial, least, monkeypatch) == pytest.approx(limit, abs=1.5)


def test_a_time_that_a_person_has_chosen_stays(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    trial.seconds = 30.0
    assert rested_after(trial, 300.0, monkeypatch) == pytest.approx(30.0, abs=1.5)


def test_a_proof_out_of_time_says_what_was_tried_and_how_long_the_rest_takes(
    panel: ProofPanel, trial: Trial, qtbot: QtBot
) -> None:
    panel.show_trial(trial)
    trial.records += [Staged(Stage.SCREEN, 8, ("lr", "hold_lr", "beta2", PLACEBO)), forked("lr", 2, 2)]
    trial.worked, trial.is_resting = 20.0, True
    qtbot.waitUntil(panel._go_on.isVisible)
    assert panel._go_on.text() == "Continue (about 3 min)"  # 7 forks of 20 seconds
    said = panel._phase.text()
    assert said.startswith("Out of time after 1 of 8 forks · tried: Learning rate · not yet: Learning rate held, ")
    assert "Unchanged" in said


def test_the_outcomes_are_dots_in_words_that_people_read(panel: ProofPanel, trial: Trial, qtbot: QtBot) -> None:
    panel.show_trial(trial)
    trial.records += [forked(PLACEBO, 0, 4), forked("lr", 4, 4), forked("beta2", 1, 4)]
    qtbot.waitUntil(lambda: len(panel.dots.shown) == 3)
    assert [(o.name, o.text) for o in panel.dots.shown] == [
        ("Learning rate 0.1", "4 of 4"),
        ("β₂ 0.1", "1 of 4"),
        ("Unchanged", "0 of 4"),
    ]
    qtbot.waitUntil(lambda: panel.dots.height() >= 3 * ROW)
    picture = panel.dots.grab().toImage()
    colours = [picture.pixelColor(x, 11) for x in range(picture.width())]
    green = sum(c.green() - c.red() > 60 for c in colours)
    assert green >= 4 * 5
    assert not panel.table.isVisibleTo(panel)
    panel._numbers.click()
    assert panel.table.isVisibleTo(panel)


def test_forks_are_offered_for_the_plot_clean_ones_green_and_the_unchanged_grey(
    panel: ProofPanel, trial: Trial, qtbot: QtBot
) -> None:
    drawn: list[list[str]] = []
    panel.forks_changed.connect(lambda _trial, curves: drawn.append([curve.colour for curve in curves]))
    panel.show_trial(trial)
    assert drawn == [[]]
    trial.records += [forked(PLACEBO, 0, 1), forked("lr", 1, 1), forked("lr", 0, 1)]
    qtbot.waitUntil(lambda: len(drawn) == 2)
    assert drawn[1] == [LIGHT.text_quiet, LIGHT.curves[1], LIGHT.curves[2]]


@pytest.mark.parametrize(
    ("arms", "ended", "said"),
    [
        ([(PLACEBO, 1, 4)], Ended.CANCELLED, "It ended before the first change was tested."),
        ([(PLACEBO, 1, 4), ("lr", 2, 4)], Ended.BUDGET, "Tested so far: Learning rate 0.1."),
        ([(PLACEBO, 4, 4), ("lr", 4, 4)], Ended.COMPLETE, "No change helps more than none."),
        ([(PLACEBO, 4, 4), ("lr", 4, 4)], Ended.NO_BETTER, "No change helps more than none."),
    ],
)
def test_an_open_verdict_says_what_was_tested(arms: list, ended: Ended, said: str) -> None:
    made = tuple(forked(*arm).arm for arm in arms)
    proof = SimpleNamespace(top_arm=None, control=Control.REPRODUCED, arms=made, ended=ended)
    assert said in plain_verdict(proof)  # type: ignore[arg-type]


def test_a_headline_names_only_the_first_of_many_changes() -> None:
    made = tuple(forked(f"factor {place}", 1, 4).arm for place in range(12))
    proof = SimpleNamespace(top_arm=None, control=Control.REPRODUCED, arms=made, ended=Ended.CANCELLED)
    said = plain_verdict(proof)  # type: ignore[arg-type]
    assert said.endswith(", ….") and said.count(", ") == NAMED


def test_nothing_in_it_asks_for_more_height_than_a_small_window_has(panel: ProofPanel, trial: Trial) -> None:
    panel.show_trial(trial)
    panel._show_arms([forked(f"factor {i}", 1, 4).arm for i in range(20)])
    panel._numbers.click()
    assert panel.minimumSizeHint().height() <= 120 and panel.minimumSizeHint().width() <= 400
