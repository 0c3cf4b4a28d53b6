"""A run's story has at most five sentences, in the order of what happened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.diagnosis.run_story import story
from engine.events import EventKind as K
from engine.events import Severity, gravest
from tests.engine.diagnosis.builders import make_event, make_run

ADAM = {"lr": 1e-3, "optimizer": "adam", "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "batch_size": 32}


def test_a_quiet_run_is_told_in_one_sentence():
    assert story(make_run(), []) == ["Loss went from 1 to 0.143 in 199 steps; nothing stands out."]


def test_a_quiet_run_that_restarts_says_how_often():
    run = make_run()
    run.restart_rows = (40, 80, 120)
    assert story(run, [])[1:] == ["Training restarts 3 times."]
    run.restart_rows = (40,)
    assert story(run, [])[1:] == ["Training restarts 1 time."]


def test_a_run_without_rows_has_no_story():
    assert story(make_run(loss=np.empty(0)), []) == []


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_makes_a_story_of_at_most_five_sentences(kind):
    sentences = story(make_run(settings=ADAM), [make_event(kind)])
    assert 3 <= len(sentences) <= 5
    assert all(sentence.endswith(".") and ".." not in sentence for sentence in sentences)


def test_ten_kinds_at_once_still_make_five_sentences():
    events = [make_event(kind, start=10 * i, end=10 * i + 5) for i, kind in enumerate(K)]
    sentences = story(make_run(), events)
    assert len(sentences) == 5
    assert "also: " in sentences[1]


def test_events_are_told_in_their_order():
    events = [make_event(K.LATE_RISE, 120, 180), make_event(K.KICK_IN, 40, 60)]
    sentences = story(make_run(settings=ADAM), events)
    assert "suddenly fell" in sentences[0] and "then rose" in sentences[1]


def test_events_of_one_kind_share_a_sentence():
    events = [make_event(K.SPIKE, row, row + 2, id=str(row)) for row in (50, 90, 130)]
    assert story(make_run(), events)[0].endswith(", and 2 more times up to step 131.")


def test_what_is_absorbed_is_not_told():
    sentences = story(make_run(), [make_event(K.SPIKE).absorbed("x")])
    assert sentences == story(make_run(), [])


def test_what_a_log_does_not_say_is_named():
    assert "Optimizer, Learning rate, Batch size" in story(make_run(), [make_event(K.SPIKE)])[-1]
    assert "evidence against it" in story(make_run(settings=ADAM), [make_event(K.SPIKE)])[-1]


def test_what_was_put_to_the_test_is_no_longer_called_not_proved():
    event = make_event(K.LATE_RISE, 120, 180)
    before = story(make_run(settings=ADAM), [event])[-1]
    after = story(make_run(settings=ADAM), [event], {event.id: "Inconclusive: it was cancelled."})[-1]
    assert before.startswith("Not proved")
    assert after == "Proof: Inconclusive: it was cancelled."


def test_a_fluctuation_is_what_other_events_of_its_severity_stand_out_from():
    def event(kind, severity, confidence):
        return replace(make_event(kind), severity=severity, confidence=confidence)

    swings, kick_in = event(K.FLUCTUATION, Severity.INFO, 0.95), event(K.KICK_IN, Severity.INFO, 0.5)
    spike = event(K.SPIKE, Severity.WARNING, 0.4)
    assert gravest([swings, kick_in]) is kick_in
    assert gravest([swings, kick_in, spike]) is spike
