"""Each scenario's panel: its texts, its questions answered from the run, its attempts that the scenario accepts."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.stories import all_stories, answers, attempts, story_of
from engine.events import EventKind as K
from engine.run import Origin, OriginKind, Run
from engine.scenarios.base import all_scenarios
from engine.series import LossSeries
from engine.table import MetricTable
from tests.engine.diagnosis.builders import make_event

SCENARIOS = all_scenarios()
STORIES = all_stories()


def scenario_run(name: str, settings: dict | None = None, **columns: np.ndarray) -> Run:
    table = MetricTable()
    rows = len(next(iter(columns.values()))) if columns else 0
    if rows:
        table.extend({"step": np.arange(1.0, rows + 1), **columns})
    known = {s.key: s.default for s in SCENARIOS[name].settings} | (settings or {})
    return Run(name, table, (LossSeries("loss"),), Origin(OriginKind.TRAINING, scenario=name, seed=0), "step", known)


def answer(run: Run, events: list, question: str) -> str:
    return next(a.text for a in answers(run, events) if question in a.question)


def test_every_scenario_has_a_story_and_every_story_a_scenario():
    assert set(STORIES) == set(SCENARIOS)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_tells_what_was_seen_what_is_known_and_what_to_try(name):
    story = STORIES[name]
    assert all(len(text) > 40 and "!" not in text for text in (story.seen, story.known, story.to_try))
    assert len(story.questions) >= 3 and story.tries


@pytest.mark.parametrize("name", STORIES)
def test_the_scenario_accepts_what_is_offered_to_try_and_each_changes_something(name):
    defaults = SCENARIOS[name].resolved({})
    for attempt in attempts(name):
        assert SCENARIOS[name].resolved(attempt.settings) != defaults, attempt.title


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("rows", [0, 1, 5, 300])
def test_every_question_has_an_answer_however_far_the_run_has_come(name, rows):
    random = np.random.default_rng(0)
    columns = {"loss": random.random(rows), "epoch": np.arange(1, rows + 1) / 50} if rows else {}
    for found in answers(scenario_run(name, **columns), []):
        assert len(found.text) > 20 and "{" not in found.text and "!" not in found.text


@pytest.mark.parametrize("name", STORIES)
def test_every_question_has_an_answer_for_a_run_that_became_nan(name):
    loss = np.concatenate([10.0 ** np.arange(40), np.full(20, np.nan)])
    events = [make_event(kind, start=30, end=59, id=kind) for kind in (K.DIVERGED, K.SPIKE, K.KICK_IN, K.PLATEAU)]
    for found in answers(scenario_run(name, loss=loss, sharpness=loss, stability_limit=loss), events):
        assert "{" not in found.text


def test_an_answer_names_the_columns_that_it_has_its_numbers_from():
    loss = 5000.0 * 4.0 ** np.arange(40)
    run = scenario_run("explosion", loss=loss, sharpness=np.full(40, 3000.0))
    found = {a.question: a.columns for a in answers(run, [])}
    assert found[next(q for q in found if "order of magnitude" in q)] == ("sharpness", "loss")
    assert found[next(q for q in found if "Adam" in q)] == ()


def test_a_log_has_no_story():
    assert story_of(None) is None
    assert answers(Run("x", MetricTable(), (), Origin(OriginKind.LOG)), []) == []


def test_the_explosion_is_answered_with_its_own_limit_and_growth():
    """λ = 3000 and η = 0.001: 1.5 times the limit, and (1 − 3)² = 4 a step."""
    loss = 5000.0 * 4.0 ** np.arange(40)
    run = scenario_run("explosion", loss=loss, sharpness=np.full(40, 3000.0))
    text = answer(run, [], "order of magnitude")
    assert "1.5 × that limit" in text and "(1 − ηλ)² = 4 " in text and "Measured: 4 a step" in text


def test_the_two_terms_of_the_step_are_counted():
    run = scenario_run(
        "explosion", loss=np.ones(4), slope_term=np.array([-1.0, -1, -1, -1]), curvature_term=np.array([0.5, 2, 3, 4])
    )
    assert "won in 3 of 4 measured steps" in answer(run, [], "opposite")


def test_small_by_smaller_is_refuted_by_a_denominator_that_grew():
    rows = 1000
    run = scenario_run("late-rise", loss=np.ones(rows), denominator_median=np.linspace(0.05, 0.09, rows))
    rise = make_event(K.LATE_RISE, start=800, end=900)
    assert "did not shrink" in answer(run, [rise], "even smaller")


def test_small_by_smaller_is_granted_where_the_denominator_fell():
    rows = 1000
    run = scenario_run("late-rise", loss=np.ones(rows), denominator_median=np.geomspace(1.0, 1e-4, rows))
    rise = make_event(K.LATE_RISE, start=800, end=900)
    assert "may have contributed" in answer(run, [rise], "even smaller")


def test_the_batch_answer_depends_on_the_optimizer():
    rms, sgd = (
        scenario_run("fluctuation", {"optimizer": o}, loss=np.ones(10), noise_scale=np.full(10, 12.0))
        for o in ("rmsprop", "sgd")
    )
    assert answer(rms, [], "batch size too small").startswith("Not with RMSprop")
    assert answer(sgd, [], "batch size too small").startswith("With SGD at 0.01 it is")
    assert "is 12 samples" in answer(sgd, [], "batch size too small")


def test_the_remainder_of_98_is_told():
    assert "98 sequences 2 are left" in answer(scenario_run("fluctuation"), [], "short last")
    assert "divide evenly" in answer(scenario_run("fluctuation", {"batch_size": 49}), [], "short last")


def test_the_signal_leads_the_kick_in_by_the_measured_steps():
    """exp growth with base 1e-4: tenfold at row 100 · ln 10 / ln 100 = 50; the kick-in comes at row 150."""
    signal = np.concatenate([1e-4 * 100.0 ** (np.arange(101) / 100), np.full(100, 1e-2)])
    run = scenario_run("kick-in", loss=np.ones(201), **{f"signal/{i}": signal for i in range(5)})
    text = answer(run, [make_event(K.KICK_IN, start=150, end=170)], "wander")
    assert "signal/3 had grown tenfold 99 steps before" in text


def test_the_running_mean_is_taken_apart():
    """A loss that falls from 1 to 0 in one line over four epochs: its mean is behind by half an epoch, 1/8."""
    per_step = np.linspace(1, 0, 4000).reshape(4, 1000)
    means = np.cumsum(per_step, axis=1) / np.arange(1, 1001)
    run = scenario_run("epoch-spikes", loss=means.ravel(), epoch=np.arange(1, 4001) / 1000)
    text = answer(run, [], "causes these spikes")
    assert "changes by 0.05 " in text and "scatter by 0.29" in text and "the change is 0.13" in text


@pytest.mark.parametrize(
    ("mechanism", "words"),
    [("not_shuffled", "same order"), ("short_last_batch", "47 of 128"), ("memorising", "memorised")],
)
def test_the_other_mechanisms_are_named(mechanism, words):
    settings = SCENARIOS["epoch-spikes"].resolved({"mechanism": mechanism})
    assert words in answer(scenario_run("epoch-spikes", settings), [], "causes these spikes")


def test_the_edge_of_stability_is_read_from_the_sharpness():
    rows = 200
    sharpness = np.minimum(np.arange(rows, dtype=float), 101.0)
    loss = np.concatenate([np.linspace(1, 0.5, 150), 0.5 + 0.1 * (-1.0) ** np.arange(50)])
    run = scenario_run("edge-of-stability", loss=loss, sharpness=sharpness, stability_limit=np.full(rows, 100.0))
    text = answer(run, [], "without any noise")
    assert "at step 102" in text and "first rise came 49 steps after" in text
    assert "1.01 times 2/η" in answer(run, [], "curvature settle")


def test_a_spike_of_many_rows_is_a_rise_to_the_person_who_asked_and_a_short_one_is_not():
    run = scenario_run("late-rise", loss=np.ones(200))
    events = [make_event(K.SPIKE, 50, 120, id="long"), make_event(K.SPIKE, 150, 152, id="short")]
    assert "risen 1 time." in answer(run, events, "too high")
