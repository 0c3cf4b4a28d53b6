"""Where the demos give the truth, the first cause is the true one."""

from __future__ import annotations

import pytest

from engine.diagnosis.explanation import explain
from engine.events import EventKind as K
from engine.training.session import TrainingSession
from tests.engine.diagnosis.builders import make_event


def trained(scenario: str, steps: int, **settings):
    session = TrainingSession(scenario, seed=0, settings=settings, max_steps=steps)
    for _ in session:
        pass
    return session.run


def first_cause(run, kind: K, start: int, end: int) -> str:
    return explain(make_event(kind, start, end), run).causes[0].key


def test_the_explosion_is_a_step_that_is_too_large_and_its_inputs_are_named_next():
    run = trained("explosion", 80)
    causes = explain(make_event(K.DIVERGED, 0, len(run.table) - 1), run).causes
    assert [c.key for c in causes[:2]] == ["step_too_large", "unscaled_inputs"]


def test_with_standardised_inputs_they_are_not_blamed():
    run = trained("explosion", 80, standardize=True, lr=2.0)
    causes = explain(make_event(K.DIVERGED, 0, len(run.table) - 1), run).causes
    assert causes[0].key == "step_too_large"
    assert "unscaled_inputs" not in [c.key for c in causes]


def test_the_kick_in_is_a_signal_that_vanished_in_its_layers():
    run = trained("kick-in", 100)
    assert first_cause(run, K.PLATEAU, 0, 99) == "vanishing_signal"
    assert first_cause(run, K.STALLED, 0, 99) == "vanishing_signal"


@pytest.mark.parametrize(
    ("mechanism", "cause"),
    [
        ("running_mean", "running_mean"),
        ("not_shuffled", "not_shuffled"),
        ("short_last_batch", "short_last_batch"),
        ("memorising", "seen_once_more"),
    ],
)
def test_each_mechanism_of_the_epoch_boundary_is_named(mechanism, cause):
    run = trained("epoch-spikes", 50, mechanism=mechanism)
    assert first_cause(run, K.EPOCH_BOUNDARY, 10, 40) == cause
