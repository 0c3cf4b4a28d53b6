"""Overfitting in logs of a validation loss an epoch: few points, whose order tells what their scatter cannot."""

import numpy as np
import pytest

from engine.detectors.shapes.turn import trend_score
from engine.detectors.watch import Watch
from engine.series import pair
from engine.table import MetricTable


def _overfitting(training, validation):
    table = MetricTable()
    table.extend({"loss": np.asarray(training), "val_loss": np.asarray(validation)})
    watch = Watch(table, pair(["loss", "val_loss"]))
    watch.finish()
    return [e for e in watch.listed if e.kind == "overfitting"]


def _learning(points):
    return 0.05 + np.exp(-4 * np.arange(points) / points)


def test_eight_points_of_which_the_last_five_rise_step_by_step():
    validation = [0.080, 0.079, 0.065, 0.067, 0.068, 0.070, 0.075, 0.078]
    (event,) = _overfitting(_learning(8), validation)
    assert event.start == 2
    assert event.end == 7


@pytest.mark.parametrize("points", [6, 8, 12, 20, 40])
def test_a_validation_loss_that_is_best_at_the_first_epoch(points):
    (event,) = _overfitting(_learning(points), np.linspace(1.0, 2.0, points))
    assert event.start <= 1


@pytest.mark.parametrize("points", [8, 12, 20, 40])
def test_a_validation_loss_that_wobbles_about_its_level_is_silent(points):
    claims = 0
    for seed in range(40):
        noise = np.random.default_rng(seed).standard_normal(points)
        claims += len(_overfitting(_learning(points), (0.5 + _learning(points)) * np.exp(0.06 * noise)))
    assert claims <= 1


def test_a_training_loss_that_rises_too_is_no_overfitting():
    validation = [0.080, 0.079, 0.065, 0.067, 0.068, 0.070, 0.075, 0.078]
    assert _overfitting(validation, validation) == []


def test_the_score_of_a_trend_is_antisymmetric_and_zero_without_one():
    assert trend_score(np.arange(6.0)) == -trend_score(np.arange(6.0)[::-1])
    assert trend_score(np.ones(6)) == 0.0
