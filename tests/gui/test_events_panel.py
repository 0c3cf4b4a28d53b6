"""The panel updates cards in place, keeps what is read where it is, and shows file text as text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from engine.diagnosis.run_story import StoryLine
from engine.events import Event, EventKind, EventState, Severity
from engine.library.labels import Refusal
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.events.answer import StoryLines
from gui.events.cards.shapes import LimitBar
from gui.events.panel import MOST_CARDS, EventsPanel
from gui.look.language import switch_language
from gui.runs.document import Shown


def some_run(name: str = "run") -> Run:
    table = MetricTable()
    table.extend({"step": np.arange(1.0, 501), "loss": np.linspace(2, 1, 500)})
    return Run(name, table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")


def spike(number: int, row: int, severity: Severity = Severity.WARNING) -> Event:
    evidence = {"level_before": 1.0, "peak": 3.0, "height_factor": 3.0, "length_rows": 1.0}
    return Event(f"loss/spike/{number}", EventKind.SPIKE, "loss", row, row, row, severity, 0.8, evidence)  # type: ignore[arg-type]


@pytest.fixture
def panel(qtbot: QtBot) -> EventsPanel:
    made = EventsPanel()
    qtbot.addWidget(made)
    made.resize(336, 500)
    made.show()
    return made


def test_an_empty_panel_says_what_will_be_there(panel: EventsPanel) -> None:
    assert "start a demo" in panel._story.text()


def test_the_newest_is_on_top_and_updates_in_place(panel: EventsPanel) -> None:
    run = some_run()
    shown = Shown(run, (spike(0, 100), spike(1, 200)))
    panel.show_run(shown)
    first = panel._cards["loss/spike/0"]
    assert panel._list.itemAt(0).widget() is panel._cards["loss/spike/1"]
    shown.events = (replace(spike(0, 100), end=120), spike(1, 200), spike(2, 300))
    panel.show_run(shown)
    assert panel._cards["loss/spike/0"] is first
    assert first.event_shown.end == 120
    assert panel._list.itemAt(0).widget() is panel._cards["loss/spike/2"]


def test_absorbed_events_leave(panel: EventsPanel) -> None:
    shown = Shown(some_run(), (spike(0, 100),))
    panel.show_run(shown)
    shown.events = (spike(0, 100).absorbed("loss/diverged/0"),)
    assert shown.events[0].state is EventState.ABSORBED
    panel.show_run(shown)
    assert panel._cards == {}


def test_the_gravest_stay_when_there_are_too_many(panel: EventsPanel) -> None:
    events = tuple(spike(i, i, Severity.CRITICAL if i == 3 else Severity.INFO) for i in range(3 * MOST_CARDS))
    panel.show_run(Shown(some_run(), events))
    assert len(panel._cards) == MOST_CARDS
    assert "loss/spike/3" in panel._cards
    panel._more.click()
    assert len(panel._cards) == 2 * MOST_CARDS


def test_selection_and_order(qtbot: QtBot, panel: EventsPanel) -> None:
    panel.show_run(Shown(some_run(), (spike(0, 100), spike(1, 200))))
    assert panel.order == ["loss/spike/0", "loss/spike/1"]
    card = panel._cards["loss/spike/0"]
    with qtbot.waitSignal(panel.selected) as chosen:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert chosen.args == ["loss/spike/0"]
    panel.select("loss/spike/0")
    assert card.property("isSelected")
    assert card._body is not None


def test_enter_on_a_focused_card_unfolds_it(qtbot: QtBot, panel: EventsPanel) -> None:
    panel.show_run(Shown(some_run(), (spike(0, 100), spike(1, 200, Severity.CRITICAL))))
    card = panel._cards["loss/spike/0"]
    assert card._body is None
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert card._body is not None


def test_text_from_a_file_is_never_markup(panel: EventsPanel) -> None:
    panel.show_run(Shown(some_run("<b>bold</b><img src=x>"), (spike(0, 100),)))
    for label in panel.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText


def test_events_are_copied_as_text(panel: EventsPanel) -> None:
    panel.show_run(Shown(some_run("my run"), (spike(0, 100), spike(1, 200))))
    text = panel.as_text()
    assert text.startswith("my run")
    assert "step 101" in text
    assert "step 201" in text


def test_a_verdict_stands_with_its_event_and_with_no_other_run(panel: EventsPanel) -> None:
    settings = {"optimizer": "adam", "lr": 1e-3, "batch_size": 32}
    run = replace(some_run("proved"), settings=settings)
    panel.show_run(Shown(run, (spike(0, 100), spike(1, 200))))
    assert "Not proved" in panel._story.text()
    panel.show_proofs(run.id, {"loss/spike/0": "12 of 12 forks were clean"})
    shown = {key: card._proof.text() for key, card in panel._cards.items() if card._proof.isVisibleTo(card)}
    assert shown == {"loss/spike/0": "Tested: 12 of 12 forks were clean"}
    assert "Not proved" not in panel._story.text()
    panel.show_run(Shown(replace(run, id="other"), (spike(0, 100),)))
    assert not any(card._proof.isVisibleTo(card) for card in panel._cards.values())
    assert "Not proved" in panel._story.text()


def test_buttons_keep_saying_what_they_copy_in_another_language(panel: EventsPanel) -> None:
    panel.show_run(Shown(some_run(), (spike(0, 100),)))
    card = panel._cards["loss/spike/0"]
    card.set_open(True)

    def copying() -> set[str]:
        return {button.text() for button in card.findChildren(QPushButton) if "Keras" in button.text()}

    assert copying() == {"Copy Keras"}
    switch_language("de")
    try:
        assert copying() == {"Keras kopieren"}
    finally:
        switch_language("en")


def live(events: tuple[Event, ...], run: Run | None = None) -> Shown:
    shown = Shown(run or some_run(), events)
    shown.is_live = True
    return shown


def grey(panel: EventsPanel) -> list[str]:
    return [panel._gone.itemAt(i).widget()._sentence.text() for i in range(panel._gone.count())]  # type: ignore[union-attr]


def test_what_a_growing_run_no_longer_reports_stays_in_grey_with_its_reason(panel: EventsPanel) -> None:
    shown = live((spike(0, 100), spike(1, 200)))
    panel.show_run(shown)
    assert grey(panel) == []
    rise = replace(spike(7, 190), kind=EventKind.LATE_RISE, id="loss/late_rise/0", end=300)
    shown.events = (rise, spike(1, 200).absorbed("loss/late_rise/0"))
    panel.show_run(shown)
    assert sorted(grey(panel)) == [
        "Withdrawn: part of “Late rise”, step 191",
        "Withdrawn: the steps after it did not bear it out",
    ]
    assert set(panel._cards) == {"loss/late_rise/0"}


def test_grey_cards_stay_when_others_join_them(panel: EventsPanel) -> None:
    shown = live((spike(0, 100), spike(1, 200), spike(2, 300)))
    panel.show_run(shown)
    shown.events = (spike(1, 200), spike(2, 300))
    panel.show_run(shown)
    first = panel._gone.itemAt(0).widget()
    shown.events = (spike(2, 300),)
    panel.show_run(shown)
    there = [panel._gone.itemAt(i).widget() for i in range(panel._gone.count())]
    assert len(there) == 2 and first in there
    assert not any(card._title.isEnabled() for card in there)
    shown.events = (spike(0, 100), spike(1, 200), spike(2, 300))
    panel.show_run(shown)
    assert panel._gone.count() == 0 and first.isHidden()


def test_an_event_that_goes_on_under_another_number_is_not_withdrawn(panel: EventsPanel) -> None:
    shown = live((spike(0, 100),))
    panel.show_run(shown)
    shown.events = (replace(spike(3, 98), end=104),)
    panel.show_run(shown)
    assert grey(panel) == []


def test_a_pinned_event_stays_when_it_is_withdrawn(panel: EventsPanel) -> None:
    shown = live((spike(0, 100), spike(1, 200)))
    panel.show_run(shown)
    panel.pin("loss/spike/0")
    shown.events = (spike(1, 200),)
    panel.show_run(shown)
    assert set(panel._cards) == {"loss/spike/0", "loss/spike/1"} and grey(panel) == []
    panel.pin("loss/spike/0", False)
    assert set(panel._cards) == {"loss/spike/1"}


def keep_refusals(panel: EventsPanel, shown: Shown) -> None:
    """Do what the window does when the person takes events for none."""

    def keep(_run: Run, _before: tuple[Refusal, ...], wanted: tuple[Refusal, ...]) -> None:
        shown.refused = wanted
        panel.show_opinions()

    panel.refusals_wanted.connect(keep)


def test_what_the_person_takes_for_no_event_leaves_and_comes_back(panel: EventsPanel, qtbot: QtBot) -> None:
    shown = Shown(some_run(), (spike(0, 100), spike(1, 200)))
    keep_refusals(panel, shown)
    panel.show_run(shown)
    menu = QMenu(panel)
    panel.fill_menu("loss/spike/0", menu)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == ["Zoom to this event", "Pin", "Copy as text", "Copy as Markdown", "Not an event"]
    with qtbot.waitSignal(panel.standings_changed):
        actions["Not an event"].trigger()
    assert set(panel._cards) == {"loss/spike/1"}
    assert panel._hidden.isVisibleTo(panel)
    panel._hidden.click()
    assert set(panel._cards) == {"loss/spike/0", "loss/spike/1"}
    actions["Copy as Markdown"].trigger()
    copied = QApplication.clipboard().text()
    assert copied.startswith("**Spike** (warning), step 101\n\nLoss jumped from 1 to 3")
    assert "| Height in scatters" in copied or "| " in copied


def test_what_left_the_list_is_said_in_another_language(panel: EventsPanel) -> None:
    shown = live((spike(0, 100), spike(1, 200), spike(2, 300)))
    keep_refusals(panel, shown)
    panel.show_run(shown)
    shown.events = (spike(1, 200), spike(2, 300))
    panel.show_run(shown)
    panel._refuse((Refusal.of(spike(1, 200)),))
    english = {panel._hidden.text(), *grey(panel)}
    switch_language("de")
    assert len(english) == len({panel._hidden.text(), *grey(panel)}) == 2
    assert english.isdisjoint({panel._hidden.text(), *grey(panel)})
    switch_language("en")
    assert {panel._hidden.text(), *grey(panel)} == english


def test_causes_are_ranked_anew_when_another_event_is_none(panel: EventsPanel, qtbot: QtBot) -> None:
    shown = Shown(some_run(), (spike(0, 100), spike(1, 200)))
    keep_refusals(panel, shown)
    panel.show_run(shown)
    panel._refuse((Refusal.of(spike(0, 100)),))
    assert panel._cards["loss/spike/1"]._others == (spike(1, 200),)


def test_an_open_event_is_still_going_and_has_not_returned(panel: EventsPanel) -> None:
    event = replace(spike(0, 495), end=499, state=EventState.OPEN)
    panel.show_run(live((event,)))
    card = panel._cards["loss/spike/0"]
    assert card._where.text() == "step 496 · still going"
    assert "recovered" not in card._sentence.text() and "not come back" in card._sentence.text()
    panel.show_run(live((replace(event, state=EventState.CLOSED, end=496),)))
    assert "recovered" in panel._cards["loss/spike/0"]._sentence.text()


def test_a_click_opens_and_selects_and_the_evidence_is_folded_with_bars_at_their_limits(
    panel: EventsPanel, qtbot: QtBot
) -> None:
    event = replace(spike(0, 100), evidence={"height_scatters": 31.0, "height_factor": 3.0, "peak": 3.0})
    panel.show_run(Shown(some_run(), (event, spike(1, 200))))
    card = panel._cards["loss/spike/0"]
    card.set_open(False)
    with qtbot.waitSignal(panel.selected) as chosen:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=card._title.geometry().center())
    assert chosen.args == ["loss/spike/0"] and card._body is not None
    bars = card._body.findChildren(LimitBar)
    assert len(bars) == 2 and not any(bar.isVisibleTo(card) for bar in bars)
    next(b for b in card._body.findChildren(QPushButton) if b.text() == "Evidence").click()
    assert all(bar.isVisibleTo(card) for bar in bars)
    texts = [made.text() for made in card._body.findChildren(QLabel)]
    assert any(text.endswith("limit 7") and text.startswith("31") for text in texts)


def test_the_story_is_four_labelled_lines(panel: EventsPanel) -> None:
    panel.show_run(Shown(some_run(), (spike(0, 100),)))
    labels = [line.split(":")[0] for line in panel._story.text().splitlines()]
    assert labels == ["What happened", "Most likely", "Try first", "Not known"]


def test_the_terms_of_the_story_are_explained_where_they_stand(qtbot: QtBot) -> None:
    lines = StoryLines()
    qtbot.addWidget(lines)
    texts = ("Loss fell", "Steps are longer than 2/λ", "6 of 6 forks were clean, with placebo 0 of 6 (p = 0.0015)")
    lines.show_lines([StoryLine(f"line {place}", text) for place, text in enumerate(texts)])
    told = {part.text(): part.toolTip() for part in lines.findChildren(QLabel)}
    assert told[texts[0]] == ""
    assert told[texts[1]].startswith("λ: the largest curvature")
    assert "Placebo: the same training" in told[texts[2]] and "λ" not in told[texts[2]]
    lines.show_lines([StoryLine(f"line {place}", "Loss fell") for place in range(3)])
    assert not any(part.toolTip() for part in lines.findChildren(QLabel))


def test_why_it_may_learn_too_little_is_told_when_asked_alone(qtbot: QtBot, panel: EventsPanel) -> None:
    run = some_run()
    panel.show_run(Shown(run, ()))
    assert panel.asked.isVisible() and not panel.asked.body.isVisible()
    assert "%" not in panel._story.text()
    qtbot.mouseClick(panel.asked.fold, Qt.MouseButton.LeftButton)
    assert panel.asked.body.isVisible() and "Most likely" in panel.asked.body.text() and "%" in panel.asked.body.text()
    panel.show_run(Shown(some_run("another"), ()))
    assert panel.asked.isVisible() and not panel.asked.body.isVisible()


def test_where_an_event_is_a_problem_nothing_else_is_asked(panel: EventsPanel) -> None:
    panel.show_run(Shown(some_run(), (spike(0, 100),)))
    assert not panel.asked.isVisible()
