"""Remarks tell what is as it should be or cannot be judged by the loss, and change neither verdict nor exit code."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.commands.diagnose import Exit, exit_of, records
from engine.detectors.watch import Watch
from engine.diagnosis.remarks.base import all_remarks, remark_text, remarks_on
from engine.events import Severity
from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.table import MetricTable, Sparse

SEEDS = pytest.mark.parametrize("seed", [0, 1, 2])


def run_of(**columns):
    rows = len(next(v for v in columns.values() if not isinstance(v, Sparse)))
    table = MetricTable()
    table.extend({"epoch": np.arange(float(rows))} | columns, rows)
    return Run("demo", table, pair([n for n in columns if "loss" in n]), Origin(OriginKind.LOG), "epoch")


def found(series="loss", **columns):
    run = run_of(**columns)
    watch = Watch(run.table, run.series, run.clock)
    watch.finish()
    remarks = remarks_on(run, series, watch.listed)
    assert all(remark_text(remark, run) for remark in remarks)
    return remarks


def kinds(**columns):
    return [remark.kind for remark in found(**columns)]


def noise(rows, seed=0, spread=0.02):
    return 1 + spread * np.random.default_rng(seed).standard_normal(rows)


def falling(rows, seed=0):
    return (0.3 + 2 * np.exp(-np.arange(rows) / (rows / 5))) * noise(rows, seed)


@pytest.mark.parametrize("kind", all_remarks().values(), ids=list(all_remarks()))
def test_a_kind_of_remark_is_named_and_worded(kind):
    assert kind.value.isidentifier() and kind.text


@SEEDS
@pytest.mark.parametrize("rows", [8, 40, 400])
def test_an_ordinary_run_gets_no_remark(seed, rows):
    loss = falling(rows, seed)
    rate = 1e-3 * (1 + np.cos(np.pi * np.arange(rows) / rows)) / 2 + 1e-6
    accuracy = 1 - loss / 4
    columns = {"lr": rate, "accuracy": accuracy, "val_accuracy": accuracy}
    assert kinds(loss=loss, val_loss=1.1 * falling(rows, seed + 9), **columns) == []


def test_a_run_without_a_finite_loss_gets_no_remark():
    assert kinds(loss=np.full(20, np.nan)) == []


@pytest.mark.parametrize("period", [10, 25, 100])
@pytest.mark.parametrize("restarts", [1, 3])
def test_every_restart_of_the_schedule_is_remarked_where_it_is(period, restarts):
    rows = (restarts + 1) * period
    rate = 1e-4 + 3e-3 * (1 + np.cos(np.pi * (np.arange(rows) % period) / period)) / 2
    remarks = [r for r in found(loss=falling(rows), lr=rate) if r.kind == "scheduled_restart"]
    assert [r.start for r in remarks] == [period * i for i in range(1, restarts + 1)]
    assert remarks[0].numbers["after"] == pytest.approx(3.1e-3)


@SEEDS
@pytest.mark.parametrize("factor", [2, 4, 8, 16])
def test_a_training_loss_summed_over_accumulation_steps_is_no_fault(seed, factor):
    loss, rows = falling(120, seed), np.arange(9, 120, 10)
    assert kinds(loss=factor * loss, val_loss=Sparse(rows, loss[rows])) == ["summed_loss"]


def test_a_gap_that_widens_is_no_sum():
    loss = falling(120)
    assert "summed_loss" not in kinds(loss=loss, val_loss=loss * np.linspace(0.9, 0.2, 120))


@SEEDS
@pytest.mark.parametrize(("change", "kind"), [(0.5, "_reward_rises"), (-0.4, "_reward_falls"), (0.0, "")])
def test_a_policy_loss_is_judged_by_its_reward_and_is_no_event(seed, change, kind):
    rows = np.arange(80)
    kl = 0.4 * (rows / 80) ** 2
    reward = 0.5 + change * rows / 80 + 0.03 * np.random.default_rng(seed).standard_normal(80)
    columns = {"train/loss": 1e-5 + 0.04 * kl * noise(80, seed), "train/kl": kl, "train/reward": reward}
    assert kinds(series="train/loss", **columns) == ["policy_loss" + kind]
    run = run_of(**columns)
    watch = Watch(run.table, run.series, run.clock)
    watch.finish()
    assert all(e.severity is Severity.INFO for e in watch.listed)


def test_a_policy_loss_that_is_no_number_is_an_event_all_the_same():
    run = run_of(loss=np.full(30, np.nan), reward=noise(30))
    watch = Watch(run.table, run.series, run.clock)
    watch.finish()
    assert [e.kind.value for e in watch.listed] == ["diverged"]


@pytest.mark.parametrize("name", ["rewards/chosen", "rewards/margins", "reward_std"])
def test_preference_tuning_has_a_loss_that_counts(name):
    assert kinds(**{"loss": falling(60), name: noise(60)}) == []


@SEEDS
@pytest.mark.parametrize("depth", [40.0, 3000.0])
def test_a_loss_that_falls_without_a_bound_is_doubted(seed, depth):
    loss = 0.69 - depth * (np.arange(50) / 50) ** 2 + 0.01 * noise(50, seed)
    (remark,) = found(loss=loss)
    assert remark.kind == "unbounded_loss"
    assert loss[remark.start] < 0 <= loss[remark.start - 1]


def test_a_dice_loss_may_go_below_zero():
    loss = -0.85 * (1 - np.exp(-np.arange(60) / 12)) + 0.3
    assert kinds(loss=loss) == []


def test_a_named_cross_entropy_may_not_go_below_zero_at_all():
    loss = np.linspace(0.7, -0.2, 60)
    assert kinds(series="bce_loss", bce_loss=loss) == ["unbounded_loss"]


@SEEDS
def test_a_validation_accuracy_that_falls_is_overfitting_although_the_loss_does_not_say_so(seed):
    rng = np.random.default_rng(seed)
    best = np.concatenate([np.linspace(0.55, 0.74, 20), np.linspace(0.73, 0.65, 30)])
    columns = {"loss": falling(50, seed), "val_accuracy": best + 0.005 * rng.standard_normal(50)}
    (remark,) = found(accuracy=np.linspace(0.6, 0.95, 50), **columns)
    assert remark.kind == "validation_accuracy_falls"
    assert 15 <= remark.start <= 24


@SEEDS
@pytest.mark.parametrize(("risen", "said"), [(0.1, True), (2.5, False)])
def test_an_accuracy_that_falls_with_the_loss_is_told_of_by_the_loss(seed, risen, said):
    """After a collapse accuracy and loss are bad again; a loss that rises a little says nothing yet."""
    rng = np.random.default_rng(seed)
    accuracy = np.concatenate([np.linspace(0.55, 0.74, 20), np.linspace(0.73, 0.65, 30)])
    loss = np.concatenate([np.linspace(2.0, 1.0, 20), np.full(30, 1.0 + risen)]) + 0.01 * rng.standard_normal(50)
    columns = {"loss": falling(50, seed), "val_loss": loss}
    run = run_of(val_accuracy=accuracy + 0.005 * rng.standard_normal(50), **columns)
    remarks = {remark.kind for remark in remarks_on(run, "loss")}  # with no event told
    assert ("validation_accuracy_falls" in remarks) is said


@pytest.mark.parametrize("level", [0.0475, 12.0])
@pytest.mark.parametrize("last", [(1.3, 2.0), (1.25, 1.5, 1.9)])
def test_a_rise_where_a_short_log_ends_is_remarked(level, last):
    loss = level * np.concatenate([[1.001, 0.999, 1.0, 1.002, 0.998, 1.0], last])
    (remark,) = remarks_on(run_of(loss=loss), "loss")  # where no detector dares to claim an event
    assert (remark.kind, remark.start) == ("rise_at_the_end", 6)


@pytest.mark.parametrize("epochs", [2, 3, 4])
def test_a_staircase_that_is_no_event_is_remarked(epochs):
    rows = 24
    loss = (1.5 - 0.3 * np.repeat(np.arange(epochs), rows)) * noise(epochs * rows, 0, 0.01)
    run = run_of(loss=loss, step=np.arange(float(epochs * rows)))
    table = MetricTable()
    table.extend({"epoch": (np.arange(epochs * rows) + 1) / rows, "loss": loss})
    run = Run("demo", table, run.series, run.origin, "epoch")
    assert [r.kind for r in remarks_on(run, "loss")] == ["steps_at_epoch_ends"]


def test_the_record_has_remarks_and_they_change_neither_verdict_nor_exit_code(tmp_path):
    path = tmp_path / "log.csv"
    loss = falling(60)
    path.write_text("step,loss,val_loss\n" + "".join(f"{i},{8 * v},{v}\n" for i, v in enumerate(loss)))
    record = next(records(str(path)))
    assert record["verdict"] == "healthy" and exit_of(record) is Exit.CLEAN
    (remark,) = json.loads(json.dumps(record["remarks"]))
    assert set(remark) == {"remark", "start", "end", "confidence", "text"}
    assert remark["remark"] == "summed_loss" and "8 times" in remark["text"]


@pytest.mark.parametrize("level", [0.6931, 2.3026])
@pytest.mark.parametrize("rows", [20, 50])
def test_a_loss_that_is_one_number_to_the_end_after_jumps_is_remarked(level, rows):
    loss = np.concatenate([[0.67, 2.4, 5.3, 1.0, 10.7, 1.4], np.full(rows, level)])
    (remark,) = [r for r in found(loss=loss) if r.kind == "one_value_to_the_end"]
    assert (remark.start, remark.numbers["level"]) == (6, level)


def test_a_solved_task_may_print_the_same_small_number():
    loss = np.maximum(np.exp(-np.arange(200) / 10.0), 1e-4)
    assert "one_value_to_the_end" not in kinds(loss=loss)


def test_a_log_of_two_digits_stands_still_while_the_loss_still_falls():
    loss = np.round(0.3 + 0.7 * np.exp(-np.arange(200) / 20), 2)
    assert "one_value_to_the_end" not in kinds(loss=loss)


@pytest.mark.parametrize("factor", [1.3, 7.0, 85.0])
def test_a_factor_that_nobody_sums_over_is_no_sum(factor):
    loss, rows = falling(120), np.arange(9, 120, 10)
    assert "summed_loss" not in kinds(loss=factor * loss, val_loss=Sparse(rows, loss[rows]))
