"""Which event is put on trial when a person names none, and how far a run must go for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.events import Event, EventKind, EventState, Severity
from engine.experiments.reference import _event_to_stop_at, choose, enough_of, record

INFO, WARNING, CRITICAL = Severity.INFO, Severity.WARNING, Severity.CRITICAL


def event(kind: EventKind, start: int, severity: Severity, state: EventState = EventState.CLOSED) -> Event:
    return Event(f"{kind}/{start}", kind, "loss", start, start + 20, start + 30, severity, 0.8, state=state)


SPIKE = event(EventKind.SPIKE, 900, WARNING)
SCATTER = event(EventKind.FLUCTUATION, 25, INFO)


def test_the_gravest_of_what_the_scenario_shows_is_on_trial():
    assert choose([SCATTER, SPIKE], None, "fluctuation") is SPIKE


def test_of_equally_grave_ones_that_which_the_scenario_is_about_then_the_earliest():
    later, loud = event(EventKind.SPIKE, 1500, WARNING), event(EventKind.FLUCTUATION, 25, WARNING)
    assert choose([loud, later, SPIKE], None, "fluctuation") is SPIKE


def test_a_graver_event_of_another_kind_does_not_take_the_place_of_what_the_scenario_shows():
    rise, spike = event(EventKind.LATE_RISE, 500, WARNING), event(EventKind.SPIKE, 100, CRITICAL)
    assert choose([spike, rise], None, "late-rise") is rise


def test_where_the_scenario_shows_nothing_of_its_own_the_gravest_is():
    dull, broken = event(EventKind.SPIKE, 10, WARNING), event(EventKind.DIVERGED, 400, CRITICAL)
    assert choose([dull, broken], None, "healthy") is broken
    assert choose([SCATTER], None, "healthy") is None


def test_a_note_is_on_trial_only_if_it_ties_the_loss_to_the_epoch():
    locked = event(EventKind.EPOCH_BOUNDARY, 13, INFO)
    assert choose([SCATTER, locked], None, "healthy") is locked
    assert choose([locked, SPIKE], None, "healthy") is SPIKE


def test_what_is_more_likely_no_event_is_on_trial_only_after_a_change():
    doubtful = replace(SPIKE, confidence=0.35)
    assert choose([doubtful], None, "healthy") is None
    assert choose([doubtful], None, "healthy", first=890) is doubtful
    assert choose([doubtful], EventKind.SPIKE, "healthy") is doubtful


def test_what_another_event_explains_is_on_trial_only_when_asked_for():
    hidden = event(EventKind.SPIKE, 900, WARNING, EventState.ABSORBED)
    assert choose([hidden, SCATTER], None, "fluctuation") is SCATTER
    assert choose([hidden, SCATTER], EventKind.SPIKE, "fluctuation") is hidden


@pytest.mark.parametrize("found,ends", [(SPIKE, True), (SCATTER, False), (event(EventKind.SPIKE, 15, INFO), False)])
def test_recording_goes_on_until_the_event_that_the_scenario_is_about(found, ends):
    assert (_event_to_stop_at([found], None, "fluctuation", 0) is not None) is ends


def test_what_came_back_at_several_boundaries_needs_no_further_steps():
    locked, spike = event(EventKind.EPOCH_BOUNDARY, 100, INFO), event(EventKind.SPIKE, 100, WARNING)
    assert enough_of(locked, 10_000) == locked.raised + 1
    assert enough_of(spike, 10_000) > spike.raised + 1


def test_a_run_is_recorded_on_when_what_was_said_live_is_revised():
    course = record("healthy", 20, {"batch_size": 160, "reduction": "sum_over_nominal"})
    while True:
        try:
            next(course)
        except StopIteration as end:
            reference = end.value
            break
    assert reference.event.kind is EventKind.EPOCH_BOUNDARY
    assert reference.event.evidence["period_rows"] == 13
