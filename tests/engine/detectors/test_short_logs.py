"""Logs of a line an epoch: what a person sees in twenty points is said too, and where it begins."""

import numpy as np
import pytest

from engine.detectors.watch import Watch
from engine.series import pair
from engine.table import MetricTable
from tests.engine.detectors.test_truth import events, kinds


def _falling(points, scatter=0.02, seed=0):
    age = np.arange(points) / points
    return (0.2 + 0.8 * np.exp(-6 * age)) * np.exp(scatter * np.random.default_rng(seed).standard_normal(points))


@pytest.mark.parametrize("points", [12, 20, 40, 60])
@pytest.mark.parametrize("seed", range(4))
def test_a_short_healthy_log_is_silent(points, seed):
    assert kinds(_falling(points, seed=seed)) == []


@pytest.mark.parametrize(("points", "at"), [(16, 10), (20, 12), (30, 12), (60, 50)])
def test_one_epoch_at_three_times_the_level_is_a_spike(points, at):
    loss = _falling(points)
    loss[at] *= 3
    assert [(e.kind.value, e.start, e.end) for e in events(loss)] == [("spike", at, at)]


def test_a_spike_two_epochs_wide_is_one_event_on_a_validation_loss_too():
    val = _falling(30, seed=1)
    val[12:14] *= (2.5, 2.2)
    table = MetricTable()
    table.extend({"epoch": np.arange(30.0), "loss": _falling(30), "val_loss": val})
    watch = Watch(table, pair(["loss", "val_loss"]), "epoch")
    watch.finish()
    assert [(e.kind.value, e.series, e.start, e.end) for e in watch.listed] == [("spike", "val_loss", 12, 13)]


def test_a_loss_that_jumps_and_stays_up_for_the_last_epochs_is_unstable():
    loss = _falling(30)
    loss[24:] = 1.1
    assert [(e.kind, e.start) for e in events(loss)] == [("late_rise", 24)]


@pytest.mark.parametrize("points", [30, 60, 300])
@pytest.mark.parametrize("factor", [2, 4, 10])
@pytest.mark.parametrize("falls_on", [True, False])
def test_a_loss_that_jumps_is_said_whether_or_not_it_falls_on(points, factor, falls_on):
    loss, at = _falling(points), int(0.6 * points)
    loss[at:] = factor * (loss[at:] if falls_on else loss[at - 1])
    assert [(e.kind.value, e.start) for e in events(loss)] == [("late_rise", at)]


def test_flat_from_the_first_epoch_to_the_twentieth_is_stalled():
    loss = 2.3 * np.exp(0.005 * np.random.default_rng(2).standard_normal(20))
    assert kinds(loss) == ["stalled"]


def test_spikes_that_begin_before_the_last_is_back_are_each_found():
    """On the logarithm they hang together: none is back by two thirds of the next one's height when that begins."""
    rows = np.arange(1000)
    at = (300, 380, 460, 540)
    high = sum(3.0 ** (i + 1) * np.where(rows >= a, np.exp(-(rows - a) / 40), 0) for i, a in enumerate(at))
    loss = (1e-4 * high + 1e-4 + np.exp(-rows / 20)) * np.exp(0.01 * np.random.default_rng(0).standard_normal(1000))
    assert [e.start for e in events(loss) if e.kind == "spike"] == list(at)


def test_a_fluctuation_starts_when_the_fall_at_the_start_is_over():
    rows = np.arange(1000)
    loss = (0.3 + 5 * np.exp(-rows / 25)) * np.exp(0.3 * np.random.default_rng(0).standard_normal(1000))
    (event,) = (e for e in events(loss) if e.kind == "fluctuation")
    assert 60 <= event.start <= 110  # from row 82 on it falls by less in 50 rows than two points differ by


@pytest.mark.parametrize(("gain", "is_said"), [(1.05, True), (1.2, True), (1.8, False), (4.0, False)])
def test_what_swings_by_as_much_as_it_gains_fluctuates_however_little(gain, is_said):
    """Points scatter by 6 %; the level gains 5 to 20 %, three scatters at most, or ten and more."""
    scatter = 0.06 * np.random.default_rng(4).standard_normal(400)
    found = [e for e in events(gain ** np.exp(-np.arange(400) / 100) * np.exp(scatter)) if e.kind == "fluctuation"]
    assert [e.severity.value for e in found] == ["info"] * is_said


def test_a_large_scatter_about_much_progress_is_no_fluctuation():
    rows = np.arange(600)
    noise = np.exp(0.15 * np.random.default_rng(5).standard_normal(600))
    assert "fluctuation" in kinds((1 + 2 * np.exp(-rows / 150)) * noise)
    assert "fluctuation" not in kinds((1 + 20 * np.exp(-rows / 150)) * noise)


def test_a_loss_that_climbs_from_its_first_point_on_has_overshot():
    rows = np.arange(300)
    loss = 1 + 3 * np.minimum(rows / 6, 1) * np.exp(-rows / 40)
    (event,) = events(loss * np.exp(0.01 * np.random.default_rng(0).standard_normal(300)))
    assert event.kind == "overshoot"
    assert event.start <= 6
