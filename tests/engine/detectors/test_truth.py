"""What is known to have happened is said, where it happened; where nothing did, nothing is."""

import numpy as np
import pytest

from engine.detectors.watch import Watch, all_detectors
from engine.diagnosis.evidence_labels import EVIDENCE
from engine.series import pair
from engine.table import MetricTable
from tests.engine.detectors import curves


def events(loss, **others):
    table = MetricTable()
    table.extend({"loss": np.asarray(loss, float), **others})
    watch = Watch(table, pair(["loss", *(name for name in others if name == "val_loss")]))
    watch.finish()
    return watch.listed


def kinds(*args, **others):
    return [e.kind.value for e in events(*args, **others)]


@pytest.mark.parametrize("seed", range(5))
def test_a_healthy_curve_is_silent(seed):
    assert kinds(curves.falling(seed=seed)) == []


def test_exponential_growth_is_one_event_from_its_onset_on():
    (event,) = events(curves.exploding(onset=30))
    assert event.kind == "diverged"
    assert abs(event.start - 30) <= 3
    assert event.evidence["first_non_finite_row"] == 60
    assert event.evidence["growth_per_step"] == pytest.approx(1.8)


def test_growth_from_the_first_step_on_starts_there():
    (event,) = events([*(3.0 * 4.0 ** np.arange(12)), np.inf])
    assert (event.kind, event.start) == ("diverged", 0)


@pytest.mark.parametrize("beta", [0.98, 0.995])
def test_a_running_mean_that_starts_at_zero_has_not_diverged(beta):
    rng = np.random.default_rng(0)
    mean, loss = 0.0, []
    for _ in range(600):
        mean = beta * mean + (1 - beta) * 4 * np.exp(0.2 * rng.standard_normal())
        loss.append(mean)
    assert "diverged" not in kinds(np.array(loss))


@pytest.mark.parametrize("at", [40, 100, 333, 900])
def test_a_one_step_spike_to_three_times_the_level_is_found(at):
    loss = 1 + 0.1 * np.random.default_rng(at).standard_normal(1000)
    loss[at] = 3.0
    beside = {"stalled", "fluctuation"}  # what it is that nothing is gained in a thousand steps
    found = [(e.kind.value, e.start, e.end) for e in events(loss) if e.kind.value not in beside]
    assert found == [("spike", at, at)]


NOISES = {
    "gaussian": lambda rng, n: 1 + 0.1 * rng.standard_normal(n),
    "lognormal": lambda rng, n: np.exp(0.3 * rng.standard_normal(n)),
    "student": lambda rng, n: 5 + 0.2 * rng.standard_t(4, n),
    "shrinking": lambda rng, n: np.exp(-np.arange(n) / 5000) * (1 + 0.1 * rng.standard_normal(n)) + 1e-4,
}


@pytest.mark.parametrize("noise", NOISES)
def test_at_most_one_false_spike_in_ten_thousand_steps(noise):
    rng = np.random.default_rng(5)
    said = sum(kinds(NOISES[noise](rng, 10_000)).count("spike") for _ in range(3))
    assert said <= 3


def test_a_slow_late_rise_starts_where_it_does():
    (event,) = events(curves.climbing())
    assert event.kind == "late_rise"
    assert abs(event.start - 300) <= 30


def test_a_rise_that_creeps_before_it_jumps_starts_where_it_jumps():
    """By a half in forty steps is seen on the logarithm only; the jump is two hundredfold."""
    rows = np.arange(400)
    loss = (1e-3 + np.exp(-rows / 20)) * np.where(rows < 260, 1 + np.clip(rows - 220, 0, 40) / 80, 200)
    (event,) = (e for e in events(loss * np.exp(0.01 * np.random.default_rng(0).standard_normal(400))))
    assert event.kind in ("diverged", "late_rise")
    assert abs(event.start - 260) <= 3


def test_a_slow_rise_from_a_fifteenth_of_the_run_on_is_a_late_rise():
    rows = np.arange(900)
    loss = (0.6 + 0.2 * np.exp(-rows / 15)) * (1 + 1.5 * np.clip((rows - 63) / 200, 0, 1))
    (event,) = events(loss * np.exp(0.01 * np.random.default_rng(0).standard_normal(900)))
    assert event.kind == "late_rise"
    assert abs(event.start - 63) <= 25


def test_only_the_first_of_many_spikes_and_the_highest_are_listed():
    loss = curves.falling(2000)
    at = np.array([150, 270, 333, 480, 700, 790, 1010, 1080, 1222, 1530, 1600, 1777])
    loss[at] *= np.linspace(3, 8, len(at))
    assert [e.start for e in events(loss) if e.kind == "spike"] == [at[0], *at[-5:]]


def test_a_spike_that_begins_a_slightly_higher_level_is_said():
    loss = 1.5 * curves.falling(2000, 0.03)
    loss[1200:] *= 1.25
    loss[1200:1206] *= 1.8
    assert [(e.kind, e.start) for e in events(loss)] == [("spike", 1200)]


def test_a_jump_that_stays_is_no_spike():
    (event,) = events(curves.jumping())
    assert (event.kind, event.start) == ("diverged", 200)


def test_a_plateau_ends_in_a_kick_in():
    by_kind = {e.kind.value: e for e in events(curves.kicking_in())}
    assert set(by_kind) == {"plateau", "kick_in"}
    assert abs(by_kind["kick_in"].start - 300) <= 40


def test_a_drop_with_the_learning_rate_is_no_kick_in():
    lr = np.where(np.arange(600) < 285, 0.1, 0.01)
    assert "kick_in" not in kinds(curves.kicking_in(), lr=lr)


@pytest.mark.parametrize("points", [60, 200, 600])
def test_a_learning_rate_that_falls_in_steps_makes_no_plateaus(points):
    """Each step lowers the loss at once and ever less after, as in any run with milestones; no column tells of them."""
    age = np.arange(points)
    u = np.log(0.1 + 0.9 * np.exp(-age / (0.05 * points)))
    for milestone in (0.3, 0.6, 0.8):
        u -= 1.2 * (1 - np.exp(-np.clip(age - round(milestone * points) + 1, 0, None)))
    assert not set(kinds(np.exp(u + 0.01 * np.random.default_rng(0).standard_normal(points)))) & {"plateau", "kick_in"}


def test_a_plateau_starts_where_the_fall_before_it_has_ended():
    age = np.arange(500) / 500
    loss = (0.1 + 0.9 / (1 + np.exp((age - 0.6) / 0.015))) * (1 + 2 * np.exp(-age / 0.04))
    by_kind = {e.kind.value: e for e in events(loss * np.exp(0.01 * np.random.default_rng(0).standard_normal(500)))}
    assert abs(by_kind["plateau"].start - 0.14 * 500) <= 20  # the fall is within 6 % of the level there


def test_flat_at_chance_level_to_the_end_is_stalled_and_no_plateau():
    loss = np.log(5) * np.exp(0.02 * np.random.default_rng(0).standard_normal(500))
    (stalled,) = (e for e in events(loss) if e.kind != "fluctuation")
    assert (stalled.kind, stalled.evidence["chance_level_classes"]) == ("stalled", 5)


def test_validation_that_turns_up_is_overfitting():
    loss = curves.falling(200, 0.01)
    val = loss + 0.3 + np.clip(np.arange(200) - 80, 0, None) / 100
    assert kinds(loss, val_loss=val) == ["overfitting"]


@pytest.mark.parametrize("period", [20, 37])
@pytest.mark.parametrize("with_epoch", [False, True])
def test_a_sawtooth_is_one_event_with_its_period(period, with_epoch):
    others = {"epoch": (np.arange(600) // period).astype(float)} if with_epoch else {}
    (event,) = events(curves.sawtooth(period=period), **others)
    assert (event.kind, event.evidence["period_rows"]) == ("epoch_boundary", period)


@pytest.mark.parametrize("detector", all_detectors().values(), ids=list(all_detectors()))
def test_every_name_in_the_evidence_has_a_label(detector):
    names = {name for e in events(**detector.example()) for name in e.evidence}
    assert names
    assert names - set(EVIDENCE) == set()


def test_a_plateau_is_told_at_its_own_level_and_ends_where_the_drop_gathers_speed():
    rows = np.arange(800)
    curve = np.where(rows < 200, np.log(5), 0.05 + (np.log(5) - 0.05) * np.exp(-np.maximum(rows - 200, 0) / 40))
    curve *= np.exp(0.01 * np.random.default_rng(0).normal(size=800))
    plateau, kick_in = (next(e for e in events(curve) if e.kind == kind) for kind in ("plateau", "kick_in"))
    assert plateau.evidence["level"] == pytest.approx(np.log(5), rel=0.01)
    assert kick_in.evidence["level_before"] == plateau.evidence["level"]
    assert 190 <= plateau.end <= 215
