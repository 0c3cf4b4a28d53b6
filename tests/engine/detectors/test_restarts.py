"""Restarts in a log whose step keeps counting are distinguished from spikes, rises and epochs of one training."""

import numpy as np
import pytest

from engine.detectors.stream.restarts import find_restarts
from engine.detectors.watch import Watch
from engine.events import EventKind, Severity
from engine.series import LossSeries, pair
from engine.table import MetricTable
from tests.made.epoch_series import HEALTHY, LOCKED
from tests.made.restart_logs import equal_folds, folds, instabilities, one_restart, random_spikes

CLIMBS = {EventKind.SPIKE, EventKind.LATE_RISE, EventKind.OVERSHOOT, EventKind.DIVERGED, EventKind.EPOCH_BOUNDARY}


def _listed(loss):
    table = MetricTable()
    table.extend({"step": np.arange(len(loss), dtype=float), "loss": loss})
    watch = Watch(table, [LossSeries("loss")], "step")
    watch.finish()
    return watch.listed


def _drawn(simulation, seed):
    return simulation(np.random.default_rng([seed, 11]))


def test_folds_one_after_the_other_begin_where_they_do_and_climb_nowhere():
    age = np.concatenate([np.arange(n) for n in (60, 45, 70, 52, 66)])
    loss = (0.5 + np.exp(-age / 12)) * np.exp(0.01 * np.random.default_rng(0).standard_normal(len(age)))
    np.testing.assert_array_equal(find_restarts(np.log(loss)), [60, 105, 175, 227])
    assert not CLIMBS & {e.kind for e in _listed(loss)}


def test_of_eight_in_ten_logs_of_folds_nine_in_ten_beginnings_are_found_and_no_other_row():
    found = [(find_restarts(np.log(loss)), at) for loss, at in (_drawn(folds, seed) for seed in range(40))]
    assert sum(len(np.intersect1d(rows, at)) >= 0.9 * len(at) for rows, at in found) >= 32
    assert sum(len(np.setdiff1d(rows, at)) for rows, at in found) <= 0.01 * sum(len(rows) for rows, _at in found)


def test_at_most_one_log_of_folds_in_five_draws_a_warning_of_a_climb():
    grave = [{e.kind for e in _listed(_drawn(folds, seed)[0]) if e.severity is not Severity.INFO} for seed in range(20)]
    assert sum(bool(kinds & CLIMBS) for kinds in grave) <= 4


@pytest.mark.parametrize("count", [2, 3, 5, 10])
def test_of_logs_of_equally_long_folds_three_in_four_are_told_from_one_training(count):
    logs = [equal_folds(np.random.default_rng([seed, count]), count) for seed in range(20)]
    found = [(find_restarts(np.log(loss)), at) for loss, at in logs]
    assert sum(len(rows) == len(at) and np.abs(rows - at).max() <= 1 for rows, at in found) >= 15
    grave = [{e.kind for e in _listed(loss) if e.severity is not Severity.INFO} for loss, _at in logs]
    assert sum(bool(kinds & CLIMBS) for kinds in grave) <= 5


@pytest.mark.parametrize("simulation", [*LOCKED, *HEALTHY], ids=lambda s: s.__name__)
@pytest.mark.parametrize(("period", "epochs"), [(50, 8), (200, 4), (1000, 6)])
def test_the_epochs_of_one_training_are_no_folds(simulation, period, epochs):
    losses = [simulation(np.random.default_rng([seed, period]), period, epochs) for seed in range(10)]
    assert sum(len(find_restarts(np.log(np.maximum(loss, 1e-9)))) > 0 for loss in losses) <= 1


def test_a_validation_loss_restarts_with_its_training():
    fold = 2.3 * np.exp(-np.arange(60.0) / 15) + 0.2
    table = MetricTable()
    for step, loss in enumerate(np.tile(fold, 5)):
        validated = {"val_loss": np.array([loss + 0.3])} if step % 10 == 0 else {}
        table.extend({"step": np.array([float(step)]), "loss": np.array([loss]), **validated})
    watch = Watch(table, pair(["loss", "val_loss"]), "step")
    watch.finish()
    assert watch.restarts == (60, 120, 180, 240)
    assert not CLIMBS & {e.kind for e in watch.listed}


def test_the_same_training_twice_is_doubted():
    grave = [
        [e for e in _listed(_drawn(one_restart, seed)[0]) if e.severity is not Severity.INFO] for seed in range(20)
    ]
    assert sum(any(e.kind in CLIMBS for e in events) for events in grave) <= 2


@pytest.mark.parametrize("simulation", [instabilities, random_spikes], ids=lambda s: s.__name__)
def test_a_jump_of_one_training_is_no_restart(simulation):
    assert sum(len(find_restarts(np.log(_drawn(simulation, seed)))) > 0 for seed in range(40)) <= 5


def test_a_sawtooth_of_even_epochs_is_no_restart():
    assert not len(find_restarts(np.tile(np.log(1 - 0.4 * np.arange(20) / 20), 30)))
