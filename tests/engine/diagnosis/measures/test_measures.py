"""Every measure is declared in full, and tells what a curve of closed form shows, whatever its size and units."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import all_measured, all_measures, measured
from engine.events import Event, EventKind, Severity
from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.sources import citation
from engine.table import MetricTable, Sparse
from tests.rooms import ROOT
from tools.pages.measures import page

K = EventKind


def facts(
    kind=K.SPIKE, start=100, end=None, series="loss", settings=None, x="step", others=(), evidence=None, **columns
):
    """The facts of an event in a run with these columns; ``step`` counts rows if it is not given."""
    rows = len(next(v for v in columns.values() if not isinstance(v, Sparse)))
    table = MetricTable()
    table.extend({"step": np.arange(1.0, rows + 1)} | columns, rows)
    run = Run("demo", table, pair([n for n in columns if "loss" in n and "scale" not in n]), Origin(OriginKind.LOG), x)
    run.settings = settings or {}
    end = rows - 1 if end is None else end
    event = Event(f"{series}/x/0", kind, series, start, end, end, Severity.WARNING, 0.9, evidence or {})
    return Facts(event, run, others)


def tell(name, **kinds):
    return measured(name, facts(**kinds))


def noisy(level=1.0, rows=200, spread=0.01, seed=0):
    return level + spread * np.random.default_rng(seed).standard_normal(rows)


@pytest.mark.parametrize("measure", all_measures().values(), ids=list(all_measures()))
def test_a_measure_says_what_it_is_how_it_is_computed_and_what_it_tells(measure):
    assert measure.label and measure.meaning and measure.formula and measure.name.isidentifier()
    assert citation(measure.source)


@pytest.mark.parametrize("kind", list(K))
@pytest.mark.parametrize("rows", [1, 2, 3, 8, 300])
def test_no_measure_fails_on_a_log_that_tells_nothing(kind, rows):
    for loss in (np.full(rows, np.nan), np.zeros(rows), np.full(rows, -1.0)):
        found = all_measured(facts(kind=kind, start=0, loss=loss, lr=loss, grad_norm=loss, epoch=loss, val_loss=loss))
        assert all(not math.isnan(v) for v in found.values()), found


def test_a_log_without_a_column_leaves_its_measures_unknown():
    known = all_measured(facts(loss=noisy()))
    assert not [name for name in known if name.startswith(("lr_", "gradient_", "reward", "epoch", "val_", "other_"))]


@pytest.mark.parametrize("rows", [40, 400, 20_000])
@pytest.mark.parametrize("factor", [30.0, 2.0, 0.1])
def test_a_change_of_the_rate_at_the_event_is_told_as_level_before_and_after_and_factor(rows, factor):
    rate = np.full(rows, 1e-3)
    rate[rows // 2 :] *= factor
    f = facts(start=rows // 2, loss=noisy(rows=rows), lr=rate)
    assert measured("lr_before", f) == pytest.approx(1e-3)
    assert measured("lr_at", f) == measured("lr_after", f) == pytest.approx(factor * 1e-3)
    name = "lr_jump_factor" if factor > 1 else "lr_drop_factor"
    assert measured(name, f) == pytest.approx(factor)
    assert measured("lr_spread_factor", f) == pytest.approx(max(factor, 1 / factor))


def test_a_rate_that_changed_elsewhere_did_not_jump_here():
    rate = np.full(400, 1e-3)
    rate[300:] *= 30
    assert tell("lr_jump_factor", start=100, loss=noisy(rows=400), lr=rate) == 1


@pytest.mark.parametrize("late", [0, 1, 3])  # points after the change that the onset is found at
@pytest.mark.parametrize("factor", [3.0, 45.0])
def test_a_rate_above_all_before_is_told_by_its_factor_and_one_that_returns_is_none(factor, late):
    rate = np.full(200, 1e-3)
    rate[120:] *= factor
    assert tell("lr_record_factor", start=120 + late, loss=noisy(), lr=rate) == pytest.approx(factor)
    rate[:40] = 1e-3 * factor  # known from an earlier part of the run
    assert tell("lr_record_factor", start=120 + late, loss=noisy(), lr=rate) == 1


def test_a_warm_up_that_rises_step_by_step_has_records_that_are_small():
    rate = np.minimum(1.0, np.arange(1, 201) / 100)
    assert tell("lr_record_factor", start=50, loss=noisy(), lr=rate) < 1.1


def test_the_rate_within_a_flat_stretch_and_as_it_ends():
    rate = np.full(200, 1e-2)
    rate[120:] /= 10
    f = facts(kind=K.PLATEAU, start=20, end=120, loss=noisy(), lr=rate)
    assert measured("lr_growth_in_event_factor", f) == 1
    assert measured("lr_drop_at_end_factor", f) == pytest.approx(0.1)
    rising = facts(kind=K.PLATEAU, start=20, end=120, loss=noisy(), lr=np.arange(1.0, 201))
    assert measured("lr_growth_in_event_factor", rising) == pytest.approx(121 / 21)
    ongoing = facts(kind=K.PLATEAU, start=20, end=199, loss=noisy(), lr=rate)
    assert measured("lr_drop_at_end_factor", ongoing) is None


@pytest.mark.parametrize("period", [20, 75])
def test_warm_restarts_are_counted_and_reach_the_top_again(period):
    rate = 1e-4 + 1e-3 * (1 + np.cos(np.pi * (np.arange(4 * period) % period) / period)) / 2
    f = facts(start=2 * period, loss=noisy(rows=len(rate)), lr=rate)
    assert measured("lr_restarts", f) == 3
    assert measured("lr_after_share_of_peak", f) > 0.9


def test_a_warm_up_has_no_restart_and_is_still_rising():
    rate = np.linspace(0, 1e-3, 101)[1:]
    f = facts(start=90, loss=noisy(rows=100), lr=rate)
    assert measured("lr_restarts", f) == 0
    assert measured("lr_rising_share", f) == 1
    assert measured("lr_ramp_factor", f) == pytest.approx(rate[89] / rate[70])


def test_a_rate_that_has_decayed_to_nothing_is_a_small_share_of_its_peak():
    rate = np.concatenate([np.full(100, 1e-2), np.full(100, 1e-6)])
    assert tell("lr_share_of_peak", kind=K.PLATEAU, start=100, loss=noisy(), lr=rate) == pytest.approx(1e-4)


@pytest.mark.parametrize(
    ("optimizer", "rate", "low"), [("adam", 1e-8, True), ("sgd", 2e-6, True), ("adam", 2e-6, False)]
)
def test_a_rate_is_small_or_large_for_its_optimizer(optimizer, rate, low):
    kinds = {"kind": K.STALLED, "start": 0, "loss": noisy(), "lr": np.full(200, rate)}
    assert (tell("lr_over_least_usual", settings={"optimizer": optimizer}, **kinds) < 1) is low
    assert tell("lr_over_most_usual", settings={"optimizer": optimizer}, **kinds) < 1


def test_a_rate_given_as_a_setting_counts_where_none_is_logged():
    settings = {"optimizer": "adam", "lr": 0.5}
    assert tell("lr_over_most_usual", settings=settings, loss=noisy()) == pytest.approx(50)


@pytest.mark.parametrize("level", [0.3, 7.0])
def test_growth_before_nan_is_a_factor_a_height_and_a_count(level):
    loss = noisy(level, 80, 0.01 * level)
    loss[70:75] = level * 2.0 ** np.arange(1, 6)
    loss[75:] = np.nan
    f = facts(kind=K.DIVERGED, start=75, loss=loss)
    assert measured("growth_before_nan_factor", f) == pytest.approx(32, rel=0.02)
    assert measured("growth_before_nan_rows", f) >= 5
    assert measured("growth_before_nan_scatters", f) > 100


def test_a_level_loss_before_nan_did_not_grow():
    loss = noisy(2.0, 80)
    loss[75:] = np.nan
    f = facts(kind=K.DIVERGED, start=75, loss=loss)
    assert measured("growth_before_nan_factor", f) == pytest.approx(1, abs=0.02)
    assert measured("growth_before_nan_scatters", f) < 4


def test_a_level_term_of_a_loss_whose_sum_grows_has_grown_with_it():
    part, rest = noisy(2.0, 80, 0.2), noisy(6.0, 80, 0.1, 1)
    rest[70:75] += np.arange(1.0, 6)
    part[75:] = rest[75:] = np.nan
    assert tell("growth_before_nan_scatters", kind=K.DIVERGED, start=75, series="a_loss", a_loss=part, b_loss=rest) > 10


@pytest.mark.parametrize("classes", [2, 3, 10, 100, 1000, 32000, 50257])
def test_a_loss_at_chance_level_names_its_number_of_classes(classes):
    f = facts(kind=K.STALLED, start=0, loss=np.full(50, round(math.log(classes), 4)))
    assert measured("chance_classes", f) == classes
    assert measured("chance_error_share", f) < 1e-4
    assert measured("distinct_share", f) == pytest.approx(1 / 50)


def test_a_network_that_died_after_jumps_gives_one_value_to_the_end():
    loss = np.concatenate([[0.67, 2.4, 5.3, 1.0, 10.7], np.full(60, 0.6931)])
    f = facts(kind=K.OVERSHOOT, start=1, end=5, loss=loss)
    assert measured("distinct_at_end_share", f) == pytest.approx(1 / 50)
    assert measured("scatter_at_end_share", f) < 1e-12
    assert measured("chance_classes", f) == 2


@pytest.mark.parametrize("rows", [8, 40])
def test_weights_that_never_move_give_equal_epoch_means(rows):
    rng = np.random.default_rng(1)
    samples = 1.4 + 0.3 * rng.standard_normal(rows)
    frozen = np.concatenate([rng.permutation(samples) for _ in range(6)])
    moving = 1.4 + 0.3 * rng.standard_normal(6 * rows)
    epoch = np.repeat(np.arange(6.0), rows)
    stuck = facts(kind=K.STALLED, start=0, loss=frozen, epoch=epoch)
    assert measured("epoch_means_spread_share", stuck) < 1e-9
    assert measured("epoch_means_against_chance_factor", stuck) < 1e-6
    assert measured("epoch_means_spread_digits", stuck) < 1
    printed = facts(kind=K.STALLED, start=0, loss=np.round(frozen, 3), epoch=epoch)
    assert measured("epoch_means_spread_digits", printed) < 1
    assert tell("epoch_means_against_chance_factor", kind=K.STALLED, start=0, loss=moving, epoch=epoch) > 0.3


@pytest.mark.parametrize("epochs", [2, 3, 8])
@pytest.mark.parametrize("is_fractional", [False, True])
def test_a_staircase_steps_at_the_ends_of_epochs_and_not_within(epochs, is_fractional):
    rows = 24
    epoch = np.repeat(np.arange(float(epochs)), rows)
    loss = 1.5 - 0.3 * epoch + noisy(0.0, epochs * rows)
    clock = (np.arange(epochs * rows) + 1) / rows if is_fractional else epoch
    f = facts(kind=K.EPOCH_BOUNDARY, start=rows, loss=loss, epoch=clock)
    assert measured("epoch_step_scatters", f) < -15
    assert abs(measured("epoch_drift_scatters", f)) < 3
    assert measured("epochs_compared", f) == epochs


def test_a_steady_fall_is_no_staircase():
    epoch = np.repeat(np.arange(6.0), 50)
    f = facts(loss=np.linspace(3.0, 0.0, 300) + noisy(0.0, 300), epoch=epoch)
    assert measured("epoch_drift_scatters", f) < -30
    assert abs(measured("epoch_step_scatters", f)) < 3


@pytest.mark.parametrize(("power", "low", "high"), [(1.0, 0.9, 1.1), (0.0, -0.1, 0.1)])
def test_scatter_that_follows_the_rate_has_slope_one_and_that_of_samples_none(power, low, high):
    rate = np.repeat(1e-2 * 0.5 ** np.arange(8.0), 400)
    loss = 1 + (rate / 1e-2) ** power * noisy(0.0, 3200, 0.05)
    assert low < tell("scatter_with_rate_slope", kind=K.FLUCTUATION, start=0, loss=loss, lr=rate) < high


@pytest.mark.parametrize("factor", [3.0, 400.0])
def test_first_rows_far_above_the_next_and_a_peak_after_the_first(factor):
    loud = np.concatenate([[factor], np.ones(30)])
    assert tell("first_row_factor", start=0, loss=loud) == pytest.approx(factor)
    peak = np.concatenate([[1.0, factor], np.ones(30)])
    assert tell("early_peak_factor", start=0, loss=peak) == pytest.approx(factor)


def test_a_rise_that_begins_with_a_jump_of_the_gradient_norm():
    norm, loss = noisy(2.0), noisy(1.0)
    norm[98], loss[100:104] = 20.0, [2, 3, 2, 1.5]
    f = facts(loss=loss, grad_norm=norm)
    assert measured("gradient_norm_jump_factor", f) == pytest.approx(10, rel=0.02)
    assert measured("gradient_norm_lead_rows", f) == 3


def test_gradient_norms_that_are_no_numbers_zero_or_clipped():
    loss = noisy()
    bad, dead, clipped = noisy(1.0), noisy(1.0), np.minimum(noisy(1.0, spread=0.5), 1.0)
    bad[100:], dead[100:] = np.nan, 0.0
    assert tell("gradient_norm_not_finite_share", loss=loss, grad_norm=bad) > 0.9
    assert tell("gradient_norm_zero_share", loss=loss, grad_norm=dead) == 1
    assert tell("gradient_norm_of_start_factor", loss=loss, grad_norm=dead) == 0
    assert 0.35 < tell("gradient_norm_at_limit_share", loss=loss, grad_norm=clipped) < 0.65


def test_a_cross_entropy_that_falls_without_a_bound_is_named_by_its_depth():
    loss = 0.7 - 0.5 * np.arange(200.0)
    f = facts(series="bce_loss", bce_loss=loss)
    assert measured("below_zero_factor", f) == pytest.approx(98.8 / 0.7)
    assert measured("is_bounded_below", f) == 1
    assert tell("is_bounded_below", series="dice_loss", dice_loss=loss) == 0


@pytest.mark.parametrize("after", [-0.02, -0.8])
def test_a_dice_loss_back_at_zero_has_lost_everything(after):
    loss = np.concatenate([np.linspace(0, -0.85, 60), np.full(60, after)])
    found = tell("back_at_zero_share", kind=K.LATE_RISE, start=60, loss=loss)
    assert found == pytest.approx(-after / 0.814, abs=0.01)


@pytest.mark.parametrize("level", [0.4, -0.4, 60.0])
@pytest.mark.parametrize("half", [2.0, 12.0])
def test_a_jump_is_told_by_its_height_and_by_how_slowly_it_returns(level, half):
    loss = noisy(level, 200)
    loss[100:] += 0.5 * 0.5 ** (np.arange(100.0) / half)
    f = facts(loss=loss)
    assert measured("rise_scatters", f) == pytest.approx(50, rel=0.4)
    assert measured("rise_points", f) == 0
    assert measured("half_return_points", f) == pytest.approx(half, abs=2)
    assert measured("returned_share", f) > 0.9


def test_a_rise_that_the_log_leaves_open_has_not_returned():
    loss = np.concatenate([noisy(0.0475, 6, 1e-4), [0.0612, 0.0958]])
    f = facts(kind=K.LATE_RISE, start=6, loss=loss)
    assert measured("is_ongoing", f) == 1
    assert measured("half_return_points", f) is None
    assert measured("returned_share", f) < 0.5


@pytest.mark.parametrize(("first", "before", "share"), [(2.0, 0.5, 0.75), (1.0, -1.0, 2.0), (-0.5, -1.0, 1.0)])
def test_what_was_gained_before_is_a_share_of_the_first_loss_of_any_sign(first, before, share):
    loss = np.concatenate([np.full(10, first), np.full(90, before), np.full(20, first)])
    assert tell("learned_share", loss=loss) == pytest.approx(share)


def test_whether_the_validation_loss_jumps_too():
    train, calm, both = noisy(), noisy(seed=1), noisy(seed=2)
    train[100:103] += 1
    both[100:103] += 1
    assert tell("other_loss_jump_scatters", loss=train, val_loss=both) > 50
    assert tell("other_loss_jump_scatters", loss=train, val_loss=calm) < 5
    assert tell("other_loss_jump_scatters", series="val_loss", loss=train, val_loss=both) > 50


@pytest.mark.parametrize("steps", [4, 8, 32])
def test_a_sum_over_accumulation_steps_is_a_constant_factor_between_the_losses(steps):
    loss = np.linspace(3.0, 1.0, 200)
    rows = np.arange(19, 200, 20)
    f = facts(loss=steps * loss * noisy(), val_loss=Sparse(rows, loss[rows]))
    assert measured("other_loss_factor", f) == pytest.approx(steps, rel=0.02)
    assert measured("other_loss_factor_spread", f) < 0.05


def test_a_validation_accuracy_that_falls_while_training_improves():
    rising, falling = np.linspace(0.6, 0.95, 40), np.concatenate([np.linspace(0.55, 0.74, 20), np.full(20, 0.65)])
    f = facts(start=5, loss=noisy(rows=40), accuracy=rising, val_accuracy=falling)
    assert measured("val_accuracy_fall_share", f) == pytest.approx(0.08, abs=0.01)
    assert measured("accuracy_gap_share", f) == pytest.approx(0.3, abs=0.05)
    assert tell("val_accuracy_fall_share", start=5, loss=noisy(rows=40), val_accuracy=rising) < 0.02


def test_a_policy_loss_is_judged_by_the_reward_and_its_kl_term():
    kl = np.linspace(0, 0.2, 200)
    columns = {"loss": 0.04 * kl, "train/kl": kl, "train/reward": np.linspace(0.4, 0.9, 200) + noisy(0.0)}
    f = facts(**columns, **{"train/reward_std": noisy(5.0)})
    assert measured("reward_rise_scatters", f) > 20
    assert measured("loss_with_kl_correlation", f) == pytest.approx(1)


def test_counters_tell_the_batch_size_and_a_pause():
    seconds = np.arange(200.0)
    seconds[100:] += 3600
    f = facts(loss=noisy(), consumed_samples=512.0 * np.arange(1, 201), time=seconds)
    assert measured("samples_per_step", f) == 512
    assert measured("time_gap_factor", f) == 3601
    assert measured("x_gap_factor", f) == 1


def test_a_loss_scale_that_falls_before_nan():
    scale = np.full(200, 65536.0)
    scale[95:] = 65536.0 * 0.5 ** np.minimum(np.arange(105), 10)
    assert tell("loss_scale_fall_factor", loss=noisy(), loss_scale=scale) == 1024


def test_events_that_come_by_the_clock_are_regular():
    starts = [20, 40, 60, 80]
    others = [Event(f"loss/x/{s}", K.SPIKE, "loss", s, s, s, Severity.INFO, 0.9, {}) for s in starts]
    f = facts(others=others, loss=noisy())
    assert measured("same_kind_count", f) == 5
    assert measured("same_kind_irregularity_share", f) == 0
    assert tell("same_kind_irregularity_share", loss=noisy()) is None


def test_all_of_them_take_no_time_on_a_long_run():
    import time

    rows = 1_000_000
    f = facts(
        kind=K.LATE_RISE, start=rows // 2, loss=noisy(rows=rows), lr=np.full(rows, 0.1), grad_norm=noisy(rows=rows)
    )
    all_measures()
    began = time.process_time()
    all_measured(f)
    assert time.process_time() - began < 0.5


def test_the_page_of_the_measures_is_up_to_date():
    assert (ROOT / "docs" / "measures.md").read_text(encoding="utf-8") == page()
