"""Simulated epochs: the mechanism that is there is named, and where nothing is locked to an epoch nothing is said."""

import numpy as np
import pytest

from engine.derived import undone_run, undone_running_mean
from engine.detectors.epochs.combs.comb import find_tooth
from engine.detectors.epochs.combs.highest import highest_means
from engine.detectors.epochs.combs.teeth import best_phase, held
from engine.detectors.epochs.contrasts import contrasts
from engine.detectors.epochs.mechanism import MECHANISMS, Mechanism, age_slope
from engine.detectors.epochs.search import repeating_period
from engine.detectors.watch import Watch
from engine.events import Event, EventKind, Severity
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from tests.made.epoch_series import HEALTHY, LOCKED, not_shuffled, said, short_last_batch, simulated

PERIODS = (50, 200)


@pytest.mark.parametrize("simulation", LOCKED, ids=lambda s: s.__name__)
@pytest.mark.parametrize("period", PERIODS)
def test_with_an_epoch_column_each_mechanism_is_named_in_nine_of_ten(simulation, period):
    found = [said(simulated(simulation, period, seed), period, has_column=True) for seed in range(10)]
    right = [e for e in found if e and e.evidence["mechanism"] == LOCKED[simulation]]
    assert len(right) >= 9
    assert {e.evidence["period_rows"] for e in right} == {period}


@pytest.mark.parametrize("simulation", LOCKED, ids=lambda s: s.__name__)
@pytest.mark.parametrize("period", PERIODS)
def test_without_one_the_period_is_found_and_the_mechanism_named_in_seven_of_ten(simulation, period):
    found = [said(simulated(simulation, period, seed), period, has_column=False) for seed in range(10)]
    near = [e for e in found if e and abs(e.evidence["period_rows"] - period) <= 0.02 * period]
    assert sum(e.evidence["mechanism"] == LOCKED[simulation] for e in near) >= 7


@pytest.mark.parametrize("simulation", HEALTHY, ids=lambda s: s.__name__)
@pytest.mark.parametrize("has_column", [True, False])
def test_where_nothing_is_locked_to_the_epoch_at_most_one_in_twenty_is_said(simulation, has_column):
    assert sum(said(simulated(simulation, 200, seed), 200, has_column) is not None for seed in range(20)) <= 1


def test_epochs_too_short_to_have_a_middle_are_left_alone():
    loss = simulated(short_last_batch, 20, 0)
    assert said(loss, 4, has_column=True) is None


def test_a_tooth_is_where_it_was_put():
    rng = np.random.default_rng(0)
    u = 0.1 * rng.standard_normal(3000)
    u[17::137] += 1
    tooth = find_tooth(contrasts(u, 300), len(u))
    assert (tooth.period, tooth.first) == (137, 17)


def test_an_epoch_of_no_whole_number_of_rows_is_found():
    rng = np.random.default_rng(0)
    loss = np.exp(0.05 * rng.standard_normal(1200))
    loss[np.ceil(np.arange(1, 31) * 39.1).astype(int)] *= 1.5
    event = said(loss, 40, has_column=False)
    assert event.evidence["period_rows"] == pytest.approx(39.1, abs=0.1)


@pytest.mark.parametrize("has_column", [True, False])
def test_what_begins_late_or_stops_early_says_when(has_column):
    rng = np.random.default_rng(1)
    loss = np.exp(0.05 * rng.standard_normal(1500))
    loss[599:1100:50] *= 1.5
    event = said(loss, 50, has_column)
    assert (event.start, event.end) == (600, pytest.approx(1150, abs=1))


def test_a_stretch_of_high_teeth_ends_where_they_do():
    assert held(np.array([0.0, 0.2, 3.0, 2.8, 3.1, 2.9, -0.1]), 2, 6) == (2, 6)
    assert held(np.full(6, 2.0)) == (0, 6)


def test_white_noise_has_no_tooth_and_no_period():
    noises = [np.random.default_rng(seed).standard_normal(2000) for seed in range(10)]
    assert [find_tooth(contrasts(u, 250), len(u)) for u in noises] == [None] * 10
    assert [repeating_period(u) for u in noises] == [None] * 10


def test_changes_of_a_running_mean_fall_with_its_age_and_those_of_a_loss_do_not():
    loss = np.random.default_rng(1).exponential(size=(30, 100))
    means = np.cumsum(loss, axis=1) / np.arange(1, 101)
    firsts = np.arange(100, 3000, 100)
    assert age_slope(means.ravel(), firsts, 100) == pytest.approx(-1, abs=0.15)
    assert age_slope(loss.ravel(), firsts, 100) == pytest.approx(0, abs=0.15)


def _table(loss, period=None):
    table = MetricTable()
    columns = {"step": np.arange(len(loss), dtype=float), "loss": loss}
    if period:
        columns["epoch"] = (np.arange(len(loss)) // period).astype(float)
    table.extend(columns)
    return table


@pytest.mark.parametrize("has_column", [True, False])
def test_the_loss_of_single_steps_comes_back_out_of_what_was_found(has_column):
    loss = np.exp(0.2 * np.random.default_rng(2).standard_normal((8, 150)))
    table = _table((np.cumsum(loss, axis=1) / np.arange(1, 151)).ravel(), 150 if has_column else None)
    run = Run("log", table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")
    watch = Watch(table, run.series, run.clock)
    watch.finish()
    (event,) = [e for e in watch.listed if e.kind is EventKind.EPOCH_BOUNDARY]
    assert event.evidence["mechanism"] == Mechanism.RUNNING_MEAN
    np.testing.assert_allclose(undone_running_mean(table, event).values, loss.ravel(), rtol=1e-9)
    undone = undone_run(run, event)
    assert (len(undone.table), undone.x, undone.series) == (1200, "step", run.series)
    np.testing.assert_allclose(undone.table.values("loss"), loss.ravel(), rtol=1e-9)


def test_a_boundary_a_row_after_the_change_of_the_epoch_column_is_kept():
    loss = np.random.default_rng(3).random((5, 40))
    means = (np.cumsum(loss, axis=1) / np.arange(1, 41)).ravel()
    table = MetricTable()
    table.extend({"loss": means, "epoch": ((np.arange(200) + 1) // 40).astype(float)})
    evidence = {"phase_row": 40.0, "period_rows": 40.0, "mechanism": Mechanism.RUNNING_MEAN}
    event = Event("e", EventKind.EPOCH_BOUNDARY, "loss", 40, 199, 199, Severity.INFO, 0.8, evidence)
    np.testing.assert_allclose(undone_running_mean(table, event).values, loss.ravel(), rtol=1e-9)


def test_what_an_unshuffled_order_makes_in_each_epoch_is_part_of_one_event():
    rng = np.random.default_rng(5)
    loss = simulated(not_shuffled, 200, 1) * np.exp(0.8 * np.tile(np.repeat(rng.standard_normal(5), 40), 10))
    watch = Watch(_table(loss, 200), [LossSeries("loss")], "step")
    watch.finish()
    listed = [e.kind for e in watch.listed]
    assert listed.count(EventKind.EPOCH_BOUNDARY) == 1
    assert not {EventKind.SPIKE, EventKind.LATE_RISE, EventKind.KICK_IN} & set(listed)


@pytest.mark.parametrize("has_column", [True, False])
def test_steps_at_which_the_learning_rate_is_lowered_belong_to_the_schedule(has_column):
    lowered = np.repeat(np.arange(5), 60)
    rng = np.random.default_rng(2)
    table = _table(0.6**lowered * np.exp(0.02 * rng.standard_normal(300)), 60 if has_column else None)
    assert EventKind.EPOCH_BOUNDARY in _kinds(table)
    steady = _with(table, lr=np.full(300, 0.1))
    assert EventKind.EPOCH_BOUNDARY in _kinds(steady)
    assert EventKind.EPOCH_BOUNDARY not in _kinds(_with(table, lr=0.1 * 0.5**lowered))


def _with(table, **columns):
    other = MetricTable()
    other.extend({**{name: table.values(name) for name in table.columns}, **columns})
    return other


def _kinds(table):
    watch = Watch(table, [LossSeries("loss")], "step")
    watch.finish()
    return {e.kind for e in watch.listed}


@pytest.mark.parametrize("has_column", [True, False])
def test_a_zigzag_of_the_optimiser_is_no_epoch(has_column):
    """Full batches beyond the edge of stability: up and down from one step to the next, by a size that drifts."""
    rng = np.random.default_rng(7)
    rows = np.arange(480)
    swing = 0.04 * (1 + 0.3 * np.sin(rows / 60)) * (-1.0) ** rows
    loss = np.exp(-rows / 900 + swing + 0.005 * rng.standard_normal(480))
    assert EventKind.EPOCH_BOUNDARY not in _kinds(_table(loss, 8 if has_column else None))


def test_every_mechanism_has_words():
    assert set(LOCKED.values()) == set(MECHANISMS)


@pytest.mark.parametrize("points", [40, 1000, 20_000])
def test_many_combs_at_once_are_as_high_as_each_alone(points):
    scores = np.random.default_rng(points).standard_normal((3, points))
    periods = np.concatenate([np.arange(8.0, min(60, points // 4)), np.linspace(8.1, points / 4, 40)])
    series = np.arange(len(periods)) % 3
    alone = [best_phase(scores[i], period, np.inf).score for i, period in zip(series, periods, strict=True)]
    assert highest_means(scores, series, periods) == pytest.approx(alone, abs=1e-12)
