"""What is offered where nothing was found: causes of slow progress, without calling it trouble."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.commands.diagnose import found_in, text_lines
from engine.diagnosis.declared import all_causes
from engine.diagnosis.offering import FEWEST_POINTS, offer, question
from engine.diagnosis.run_story import offered_lines, story, story_lines
from engine.events import EventKind as K
from engine.events import Severity
from engine.series import LossSeries, Role
from tests.engine.diagnosis.builders import make_event, make_run

RNG = np.random.default_rng(0)


def slow(rows: int = 200) -> np.ndarray:
    return 2.3 - 0.2 * np.linspace(0, 1, rows) + 0.03 * RNG.standard_normal(rows)


def test_a_log_without_events_is_offered_causes_whose_weights_sum_to_at_most_1():
    found = offer(make_run(slow()), ())
    assert found is not None and found.series == "loss"
    weights = [cause.weight for cause in found.causes]
    assert weights == sorted(weights, reverse=True) and 0.3 < sum(weights) <= 1
    assert found.remedies and found.sentence.count("%") == min(2, len(found.causes))


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.CRITICAL])
def test_where_something_is_a_problem_that_is_the_answer(severity):
    event = replace(make_event(K.SPIKE), severity=severity)
    assert offer(make_run(slow()), [event]) is None


def test_what_is_worth_knowing_and_no_problem_does_not_take_its_place():
    event = replace(make_event(K.FLUCTUATION), severity=Severity.INFO)
    assert offer(make_run(slow()), [event]) is not None


@pytest.mark.parametrize("seed", range(6))
def test_what_only_changes_the_logged_numbers_is_no_reason_to_learn_too_little(seed):
    rng = np.random.default_rng(seed)
    saw = 2.3 - 0.05 * (np.arange(240) // 40) + 0.001 * (np.arange(240) % 40) + 0.01 * rng.standard_normal(240)
    found = offer(make_run(saw), ())
    assert found is not None and not any(all_causes()[cause.key].is_of_logging for cause in found.causes)


@pytest.mark.parametrize("rows", [(), (60,), (20, 90, 91), (0,)])
def test_values_that_are_no_numbers_in_passing_are_not_put_down_to_the_data(rows):
    loss = slow()
    loss[list(rows)] = np.nan
    found = offer(make_run(loss), ())
    assert found is not None and "not_finite_data" not in {cause.key for cause in found.causes}


def test_a_demo_and_a_few_points_are_not_asked_about():
    assert question(make_run(slow(), settings={"lr": 0.1})) is None
    assert question(make_run(slow(FEWEST_POINTS - 1))) is None and question(make_run(slow(FEWEST_POINTS))) is not None


def test_it_is_about_the_training_loss():
    run = make_run(slow(), val_loss=slow())
    run.series = (LossSeries("val_loss", Role.VALIDATION, "loss"), LossSeries("loss"))
    assert offer(run, ()).series == "loss"  # type: ignore[union-attr]
    assert offer(run, (), "val_loss") is None


def test_it_is_told_when_asked_alone_and_the_verdict_stays_healthy(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n" + "".join(f"{i},{x:.5f}\n" for i, x in enumerate(np.geomspace(2.3, 0.1, 300), 1)))
    (silent,) = found_in(str(path))
    assert silent["offered"] is None and len(list(text_lines(silent))) == 1
    (record,) = found_in(str(path), is_asked=True)
    assert record["verdict"] == "healthy" and not record["events"]
    assert record["offered"]["causes"][0]["weight"] > 0 and json.dumps(record["offered"])
    text = "\n".join(text_lines(record))
    assert "healthy" in text and "if it learns less than you hope" in text
    run = make_run(np.geomspace(2.3, 0.1, 300))
    assert [line.label for line in story_lines(run, ())] == ["What happened"]
    assert [line.label for line in offered_lines(run, ())] == ["Most likely", "Try first"]
    assert len(story(run, ())) == 1


def test_one_series_of_a_log_carries_it(tmp_path):
    path = tmp_path / "log.csv"
    rows = zip(np.geomspace(2.3, 0.1, 60), np.geomspace(2.4, 0.2, 60), strict=True)
    path.write_text("step,loss,val_loss\n" + "".join(f"{i},{a:.5f},{b:.5f}\n" for i, (a, b) in enumerate(rows, 1)))
    offered = {record["series"]: record["offered"] for record in found_in(str(path), is_asked=True)}
    assert offered["loss"] is not None and offered["val_loss"] is None
