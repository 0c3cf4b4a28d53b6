"""What a log shows decides between causes: generated variants of reports in which the cause was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.diagnosis.explanation import explain
from engine.diagnosis.facts import Facts
from engine.diagnosis.patterns import still_knows_much
from engine.diagnosis.ranking import weighed
from engine.events import Event, EventKind, Severity
from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.table import MetricTable, Sparse
from tests.engine.diagnosis.builders import make_run

K = EventKind


def explained(kind, start, end=None, series="loss", settings=None, evidence=None, **columns):
    rows = len(next(v for v in columns.values() if not isinstance(v, Sparse)))
    table = MetricTable()
    table.extend({"step": np.arange(1.0, rows + 1)} | columns, rows)
    run = Run("demo", table, pair([n for n in columns if "loss" in n]), Origin(OriginKind.LOG), "step", settings or {})
    return explain(event_on(series, kind, start, rows - 1 if end is None else end, evidence), run)


def event_on(series, kind, start, end, evidence=None):
    return Event(f"{series}/x/0", kind, series, start, end, end, Severity.WARNING, 0.9, evidence or {})


def first(found, count=1):
    return [cause.key for cause in found.causes[:count]]


def noise(rows, seed=0, spread=0.02):
    return 1 + spread * np.random.default_rng(seed).standard_normal(rows)


SIZES = pytest.mark.parametrize("rows", [40, 300, 4000])
SEEDS = pytest.mark.parametrize("seed", [0, 1])


@SIZES
@SEEDS
@pytest.mark.parametrize("rate", [4e-8, 1e-7, 5e-10])
@pytest.mark.parametrize("kind", [K.STALLED, K.PLATEAU, K.FLUCTUATION])
def test_a_flat_run_at_an_absurdly_small_rate_is_told_to_raise_it_and_never_to_lower_it(rows, seed, rate, kind):
    found = explained(kind, 0, loss=4.0 * noise(rows, seed), lr=np.full(rows, rate))
    assert "lr_too_small" in first(found, 2 if kind is not K.FLUCTUATION else 5)
    advice = {r.key: r.text for r in found.remedies}
    assert not {"lower_lr", "clip_norm", "plateau_schedule", "kaiming_init", "batch_norm"} & set(advice)
    if kind is not K.FLUCTUATION:
        assert first(found) == ["lr_too_small"]
        assert advice["raise_lr"].startswith("Raise the learning rate from") and advice["raise_lr"].endswith("10⁻⁵")


def test_a_small_rate_for_gradient_descent_is_raised_to_one_in_use_there():
    found = explained(K.STALLED, 0, settings={"optimizer": "sgd", "lr": 1e-7}, loss=2.3 * noise(100))
    assert first(found) == ["lr_too_small"]
    assert next(r.text for r in found.remedies if r.key == "raise_lr").endswith("to 0.001")


def blow_up(rows, seed, climb):
    loss = 2.0 * noise(rows, seed)
    loss[-12 - climb : -12] *= np.linspace(1.2, 1.2 + 0.2 * climb, climb) if climb else 1
    loss[-12:] = np.nan
    return loss


@SIZES
@SEEDS
@pytest.mark.parametrize("climb", [6, 9])
def test_nan_after_growth_under_a_rising_rate_is_a_step_too_large(rows, seed, climb):
    rate = np.linspace(1e-4, 6e-4, rows)
    found = explained(K.DIVERGED, rows - 12, loss=blow_up(rows, seed, climb), lr=rate)
    assert first(found) == ["step_too_large"]
    assert {"lower_lr", "warmup", "clip_norm"} & {r.key for r in found.remedies}


@SIZES
@SEEDS
def test_nan_out_of_a_level_loss_is_the_range_of_numbers(rows, seed):
    found = explained(K.DIVERGED, rows - 12, loss=blow_up(rows, seed, 0), lr=np.full(rows, 1e-3))
    assert first(found) == ["number_range"]


@pytest.mark.parametrize("rows", [2, 12, 200])
def test_nan_from_the_first_row_is_the_range_of_numbers_or_the_data(rows):
    evidence = {"first_non_finite_row": 0.0, "is_non_finite_throughout": 1.0}
    found = explained(K.DIVERGED, 0, evidence=evidence, loss=np.full(rows, np.nan))
    assert set(first(found, 2)) == {"number_range", "not_finite_data"}
    assert {"check_precision", "check_data"} <= {r.key for r in found.remedies}


@pytest.mark.parametrize("rows", [12, 24, 200])
def test_zero_with_a_gradient_that_is_no_number_is_the_range_of_numbers(rows):
    loss, norm = np.zeros(rows), np.full(rows, np.nan)
    loss[0] = 60.5
    found = explained(K.DIVERGED, 1, evidence={"first_non_finite_row": 1.0}, loss=loss, grad_norm=norm)
    assert first(found) == ["number_range"]


@pytest.mark.parametrize("kind", [K.SPIKE, K.OVERSHOOT, K.LATE_RISE])
@pytest.mark.parametrize("period", [25, 200])
@SEEDS
def test_a_rise_where_the_schedule_puts_the_rate_up_again_is_the_schedule(kind, period, seed):
    at = np.arange(4 * period)
    rate = 1e-4 + 3e-3 * (1 + np.cos(np.pi * (at % period) / period)) / 2
    loss = (0.5 + 100 * rate) * noise(4 * period, seed)
    found = explained(kind, 2 * period, 2 * period + period // 3, loss=loss, lr=rate)
    assert first(found) == ["schedule_rise"]


def raised(rows, seed, factor, way):
    """A run whose rate is raised, and how the loss goes on: a spike, a lasting rise, more scatter, or without end."""
    at = rows // 2
    behind = np.maximum(0, np.arange(rows) - at)
    rate = np.where(np.arange(rows) < at, 1e-3, factor * 1e-3)
    loss = (0.3 + 2 * np.exp(-np.arange(rows) / (0.15 * rows))) * noise(rows, seed)
    more = {
        K.SPIKE: 1.5 * np.exp(-behind / (0.02 * rows)),
        K.LATE_RISE: 1 - np.exp(-behind / (0.05 * rows)),
        K.FLUCTUATION: np.abs(np.random.default_rng(seed).standard_normal(rows)),
        K.DIVERGED: np.expm1(np.minimum(0.3 * behind, 9)),
    }[way]
    return at, np.where(np.arange(rows) >= at, loss + more, loss), rate


@pytest.mark.parametrize("way", [K.SPIKE, K.LATE_RISE, K.FLUCTUATION, K.DIVERGED])
@pytest.mark.parametrize("factor", [3, 45])
@pytest.mark.parametrize("rows", [60, 400, 4000])
@SEEDS
def test_whatever_follows_a_rate_that_the_run_had_never_known_follows_from_it(way, factor, rows, seed):
    at, loss, rate = raised(rows, seed, factor, way)
    found = explained(way, at, at + rows // 20 if way is K.SPIKE else None, loss=loss, lr=rate)
    assert first(found) == ["schedule_rise"]


@pytest.mark.parametrize("rows", [60, 300])
@pytest.mark.parametrize("factor", [3, 10])
@SEEDS
def test_a_plateau_that_ends_as_the_rate_falls_is_a_step_too_long_to_settle_and_never_a_warm_up(rows, factor, seed):
    at = np.arange(rows)
    rate = np.where(at < rows // 2, 0.1, 0.1 / factor)
    loss = np.where(at < rows // 2, 1.0, 0.4 + 0.6 * np.exp(-(at - rows // 2) / 3)) * noise(rows, seed)
    found = explained(K.PLATEAU, 0, rows // 2, loss=loss, lr=rate)
    assert first(found) == ["step_noise"]
    assert "warming_up" not in first(found, 5)


def test_a_plateau_under_a_rising_rate_is_a_warm_up():
    rate = np.minimum(1.0, (np.arange(300) / 150) ** 4) * 1e-3 + 1e-7
    loss = np.where(np.arange(300) < 120, 2.3, 2.3 - 0.012 * np.maximum(0, np.arange(300) - 120)) * noise(300)
    assert first(explained(K.PLATEAU, 0, 120, loss=loss, lr=rate)) == ["warming_up"]


@pytest.mark.parametrize("power", [2, 4])
@SIZES
@SEEDS
def test_learning_that_sets_in_as_the_rate_grows_was_waiting_for_the_warm_up_and_no_rate_fell(power, rows, seed):
    at = np.arange(rows) / rows
    rate = 1e-9 + 1e-3 * np.minimum(1, at / 0.6) ** power
    loss = 2.3 * (1 - 0.6 * np.clip((at - 0.4) / 0.15, 0, 1)) * noise(rows, seed, 0.01)
    found = explained(K.KICK_IN, round(0.4 * rows), round(0.55 * rows), loss=loss, lr=rate)
    assert first(found) == ["warming_up"]
    assert "schedule_drop" not in first(found, 5)


def test_a_rise_under_a_constant_rate_is_not_the_schedule():
    loss = noise(300)
    loss[150:] *= 3
    found = explained(K.OVERSHOOT, 150, loss=loss, lr=np.full(300, 1e-3))
    assert "schedule_rise" not in first(found, 5)


@pytest.mark.parametrize("kind", [K.SPIKE, K.OVERSHOOT, K.LATE_RISE])
@pytest.mark.parametrize("half", [4, 12, 60])
@pytest.mark.parametrize("level", [0.43, 30.0])
@SEEDS
@pytest.mark.parametrize("early", [0, 2])  # points that a detector may take the onset too early by
@pytest.mark.parametrize(("before", "more"), [(60, ""), (60, "lr"), (200, "val_loss")])
def test_a_jump_that_takes_long_to_return_is_a_lost_optimizer_state_or_a_new_stage(
    kind, half, level, seed, early, before, more
):
    rows = before + 8 * half
    loss = level * noise(rows, seed, 0.01)
    loss[before:] += 1.3 * level * 0.5 ** (np.arange(rows - before) / half)
    columns = {"lr": np.full(rows, 1e-3), "val_loss": 1.1 * loss * noise(rows, 7, 0.01)}
    found = explained(kind, before - early, before + 5 * half, loss=loss, **{more: columns[more]} if more else {})
    assert set(first(found, 2)) == {"resumed", "stage_change"}


@SEEDS
def test_a_spike_that_returns_at_once_is_neither(seed):
    loss = noise(300, seed)
    loss[150] = 4
    assert not {"resumed", "stage_change"} & set(first(explained(K.SPIKE, 150, 151, loss=loss), 2))


@pytest.mark.parametrize("epochs", [2, 3, 5])
@pytest.mark.parametrize("rows", [24, 200])
@pytest.mark.parametrize("kind", [K.EPOCH_BOUNDARY, K.PLATEAU, K.KICK_IN])
def test_a_staircase_of_fine_tuning_is_seen_once_more_and_no_case_for_new_weights(epochs, rows, kind):
    count = epochs * rows
    loss = (1.5 - 0.3 * np.repeat(np.arange(epochs), rows)) * noise(count, 0, 0.01)
    rate = 2e-5 * (1 + np.cos(np.pi * np.arange(count) / count)) / 2 + 1e-9
    found = explained(kind, rows, loss=loss, lr=rate, epoch=(np.arange(count) + 1) / rows)
    assert first(found) == ["seen_once_more"]
    assert "schedule_drop" not in first(found, 5)
    assert not {"kaiming_init", "batch_norm", "larger_init"} & {r.key for r in found.remedies}


@pytest.mark.parametrize("factor", [0.1, 0.5])
@SEEDS
def test_a_fall_where_the_rate_drops_is_the_schedule(factor, seed):
    rate = np.full(400, 1e-2)
    rate[200:] *= factor
    loss = np.where(np.arange(400) < 200, 1.0, 0.4) * noise(400, seed)
    assert first(explained(K.KICK_IN, 200, loss=loss, lr=rate)) == ["schedule_drop"]


@pytest.mark.parametrize("digits", [3, 6])
def test_equal_epoch_means_say_that_the_weights_never_move(digits):
    rng = np.random.default_rng(0)
    samples = 2.3 + 0.2 * rng.standard_normal(40)
    loss = np.round(np.concatenate([rng.permutation(samples) for _ in range(8)]), digits)
    found = explained(K.STALLED, 0, loss=loss, epoch=np.repeat(np.arange(8.0), 40), lr=np.full(320, 1e-3))
    assert first(found) == ["not_connected"]


@pytest.mark.parametrize("answer", [np.log(2), np.log(10)])
@pytest.mark.parametrize("kind", [K.STALLED, K.OVERSHOOT])
def test_one_value_to_the_end_after_jumps_is_a_dead_network(answer, kind):
    loss = np.concatenate([[0.67, 2.4, 5.3, 1.0, 10.7], np.full(60, round(answer, 4))])
    found = first(explained(kind, 1, 5, loss=loss), 2)
    assert "dead_units" in found
    assert set(found) <= {"dead_units", "step_too_large"} or kind is K.STALLED


@pytest.mark.parametrize("kind", [K.DIVERGED, K.LATE_RISE, K.OVERSHOOT])
@pytest.mark.parametrize("best", [-0.85, -0.3])
def test_an_overlap_loss_back_at_zero_fell_back_to_one_answer(kind, best):
    loss = np.concatenate([np.linspace(0, best, 60), np.full(60, 0.02 * best)]) + 0.002 * (noise(120) - 1)
    assert first(explained(kind, 60, loss=loss)) == ["one_answer"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("factor", [1.25, 1.5, 2.0])
@pytest.mark.parametrize("start", [2.3, 5.6, 11.0])
def test_a_loss_beyond_one_that_grows_back_by_a_factor_is_first_of_all_unstable(start, factor, seed):
    """Not one constant answer, which is known best of overlap losses, below 1."""
    fall = np.maximum(start * np.exp(-np.arange(160) / 14), 0.01 * start)
    climb = np.minimum(0.01 * start * factor ** np.arange(60), 0.95 * start)
    loss = np.concatenate([fall, climb]) * noise(220, seed, 0.03)
    found = first(explained(K.LATE_RISE, 160, 219, loss=loss), 2)
    assert {"small_denominator", "gradient_cliff", "edge_of_stability", "step_too_large"} & set(found[:1]), found


@pytest.mark.parametrize("kind", [K.DIVERGED, K.LATE_RISE, K.OVERSHOOT, K.SPIKE])
def test_a_policy_loss_beside_a_reward_that_rises_is_no_case_for_shorter_steps(kind):
    kl = np.linspace(0, 0.2, 200)
    found = explained(kind, 0, loss=0.04 * kl * noise(200), kl=kl, reward=np.linspace(0.4, 0.9, 200) * noise(200))
    assert first(found) == ["moving_target"]
    assert "lower_lr" not in {r.key for r in found.remedies}


@pytest.mark.parametrize(("power", "cause"), [(1.0, "step_noise"), (0.0, "small_batch_noise")])
def test_scatter_that_follows_the_rate_comes_from_the_steps_and_other_scatter_from_the_samples(power, cause):
    rate = np.repeat(1e-2 * 0.5 ** np.arange(8.0), 100)
    loss = 1 + (rate / 1e-2) ** power * (noise(800, 0, 0.2) - 1)
    assert first(explained(K.FLUCTUATION, 0, loss=loss, lr=rate)) == [cause]


@pytest.mark.parametrize(("fall", "cause"), [(0.15, "memorises"), (0.0, "overconfident")])
def test_a_validation_accuracy_that_holds_says_overconfident(fall, cause):
    turn = np.concatenate([np.linspace(2, 1, 30), np.linspace(1, 1.6, 30)])
    accuracy = np.concatenate([np.linspace(0.3, 0.8, 30), 0.8 - np.linspace(0, fall, 30)])
    found = explained(
        K.OVERFITTING, 30, series="val_loss", loss=np.linspace(2, 0.1, 60), val_loss=turn, val_accuracy=accuracy
    )
    assert first(found) == [cause]


def nothing_then_everything(rows, flat, seed):
    """Flat at ln 10 for a share of the run, then down within an eighth of it."""
    at = np.arange(rows) / rows
    return (
        0.2 + 2.1 / (1 + np.exp((at - flat - 0.06) / 0.015)) + 0.02 * np.random.default_rng(seed).standard_normal(rows)
    )


@pytest.mark.parametrize("rows", [300, 3000])
@SEEDS
@pytest.mark.parametrize("flat", [0.25, 0.45, 0.6])
def test_nothing_and_then_everything_is_no_warm_up_unless_the_rate_says_so(rows, seed, flat):
    loss, end = nothing_then_everything(rows, flat, seed), int(flat * rows)
    found = explained(K.PLATEAU, 0, end, loss=loss)
    assert {"vanishing_signal", "flat_region"} & set(first(found)) and found.causes[0].key != "warming_up"
    rate = 0.01 * np.minimum(1, (np.arange(rows) + 1) / (1.2 * end)) ** 2
    assert first(explained(K.PLATEAU, 0, end, loss=loss, lr=rate)) == ["warming_up"]


@SEEDS
@pytest.mark.parametrize(
    ("left", "start", "knows"), [(0.75, 2.3, True), (0.6, 2.3, True), (0.15, 2.3, False), (0.75, 0.9, None)]
)
def test_one_constant_answer_keeps_nothing_of_the_accuracy(seed, left, start, knows):
    at = np.linspace(0, 1, 600)
    fallen = 1 / (1 + np.exp((0.7 - at) / 0.03))
    loss = (0.1 + (start - 0.1) * np.exp(-at / 0.1) + 0.6 * fallen) * noise(600, seed, 0.01)
    accuracy = np.clip(1 - 0.9 * np.exp(-at / 0.1) - (1 - left) * fallen, 0, 1)
    event = Event("loss/x/0", K.LATE_RISE, "loss", 380, 599, 599, Severity.WARNING, 0.9, {})
    assert still_knows_much(Facts(event, make_run(loss, accuracy=accuracy))) is knows
    assert still_knows_much(Facts(event, make_run(loss))) is None


@pytest.mark.parametrize("kind", [K.FLUCTUATION, K.LATE_RISE, K.SPIKE, K.STALLED])
@pytest.mark.parametrize("series", ["loss", "val_loss"])
def test_what_only_held_out_data_show_is_said_of_no_training_loss(kind, series):
    turn = np.concatenate([np.linspace(2, 1, 30), np.linspace(1, 1.9, 90)])
    training = np.linspace(2, 0.1, 120) * noise(120, 0, 0.2)
    run = replace(make_run(training, val_loss=turn), series=pair(["loss", "val_loss"]))
    event = event_on(series, kind, 40, 119)
    shares = weighed(Facts(event, run, [event]))
    for cause in ("memorises", "overconfident", "different_data"):
        assert (shares.get(cause, 0.0) > 0) is (series == "val_loss"), cause
