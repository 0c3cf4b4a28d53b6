"""The document of open runs: its content, and the changes it reports."""

from __future__ import annotations

from engine.library.labels import Refusal
from gui.runs.document import Runs, RunsChange
from tests.gui.plots.runs import event, falling, run_of


def changes_of(runs: Runs) -> list[RunsChange]:
    found: list[RunsChange] = []
    runs.observers.connect(found.append)
    return found


def test_each_change_is_told_once_and_says_what_changed() -> None:
    runs = Runs()
    changes = changes_of(runs)
    first, second = run_of("first", loss=falling()), run_of("second", loss=falling())
    shown = runs.add(first)
    runs.add(second)
    runs.activate(0)
    runs.set_visible(1, False)
    runs.set_events(first, (event("a", 3, 4),))
    runs.set_notes(first, {3: "odd"})
    came, appearance = RunsChange(lines=True, appearance=True), RunsChange(appearance=True)
    assert changes == [came, came, appearance, appearance, RunsChange(events=shown), RunsChange(notes=first)]
    assert runs.visible == [first]
    assert runs.notes(first) == {3: "odd"}


def test_what_is_as_before_is_not_told() -> None:
    runs = Runs()
    run = run_of(loss=falling())
    runs.add(run)
    events = (event("a", 3, 4),)
    runs.set_events(run, events)
    changes = changes_of(runs)
    runs.set_events(run, events)
    runs.set_notes(run, {})
    runs.activate(0)
    assert changes == []


def test_a_run_that_was_removed_comes_back_where_it_was() -> None:
    runs = Runs()
    all_of_them = [run_of(name, loss=falling()) for name in "abc"]
    for run in all_of_them:
        runs.add(run)
    runs.activate(1)
    assert runs.remove_active() is all_of_them[1]
    assert runs.active is runs.all[1]
    runs.restore()
    assert [shown.run for shown in runs.all] == all_of_them
    assert runs.active is runs.all[1]


def test_a_refused_event_is_listed_nowhere_and_stays_refused_when_its_run_is_opened_again() -> None:
    runs = Runs()
    first, second = run_of("first", loss=falling()), run_of("second", loss=falling())
    shown, other = runs.add(first), runs.add(second)
    events = event("a", 3, 4), event("b", 10, 12)
    for run in (first, second):
        runs.set_events(run, events)
    changes = changes_of(runs)
    runs.refuse(first, [Refusal.of(events[0])])
    assert changes == [RunsChange(events=shown)]
    assert shown.listed == events[1:] and other.listed == events
    runs.activate(0)
    runs.remove_active()
    again = runs.add(first)
    runs.set_events(first, events)
    assert again.listed == events[1:]
    runs.refuse(first, [])
    assert again.listed == events
