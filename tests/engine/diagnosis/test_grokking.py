"""Delayed generalisation is named where validation falls long after training, and nowhere else."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from engine.detectors.watch import Watch
from engine.diagnosis.explanation import explain
from engine.events import EventKind
from engine.logs import open_log
from tests.engine.diagnosis.test_causes_by_evidence import explained

K = EventKind
SIZES = pytest.mark.parametrize("rows", [120, 400, 3000])
SEEDS = pytest.mark.parametrize("seed", [0, 1])


def step_down(rows, place, width=0.02):
    """From 1 to 0 about a place of the run."""
    return 1 / (1 + np.exp(np.clip((np.arange(rows) / rows - place) / width, -50, 50)))


def uneven(values, seed, spread):
    return values * np.exp(spread * np.random.default_rng(seed).standard_normal(len(values)))


def grokked(rows, seed, spread=0.03, floor=1e-3, shelf=6.0, place=0.6):
    """Training falls in the first hundredths of the run; validation rises to a shelf and falls much later."""
    training = floor + 4.6 * np.exp(-np.arange(rows) / (0.015 * rows))
    rise = 4.6 + (shelf - 4.6) * (1 - np.exp(-np.arange(rows) / (0.05 * rows)))
    held = 0.05 + (rise - 0.05) * step_down(rows, place)
    return {"train_loss": uneven(training, seed, spread), "val_loss": uneven(held, seed + 9, spread)}


def with_accuracies(columns, place=0.6):
    rows = len(columns["train_loss"])
    right = 1 - 0.98 * np.exp(-np.arange(rows) / (0.01 * rows))
    return columns | {"train_acc": right, "val_acc": 0.02 + 0.97 * (1 - step_down(rows, place))}


def written(folder, columns, form="csv"):
    rows = len(next(iter(columns.values())))
    columns = {"step": np.arange(rows) * 10} | columns
    lines = [{name: values[row].item() for name, values in columns.items()} for row in range(rows)]
    path = folder / f"log.{form}"
    if form == "jsonl":
        path.write_text("\n".join(map(json.dumps, lines)))
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(lines)
    return path


def told(folder, columns, form="csv", *kinds):
    """The events of some kinds of the validation loss, each with its causes by falling weight."""
    run = open_log(str(written(folder, columns, form)))[0]
    watch = Watch(run.table, run.series, run.clock)
    watch.finish()
    own = [e for e in watch.listed if e.series == "val_loss" and e.kind in (kinds or (K.KICK_IN,))]
    return [[cause.key for cause in explain(event, run, watch.listed).causes] for event in own]


@SIZES
@SEEDS
@pytest.mark.parametrize("spread", [0.005, 0.08])
@pytest.mark.parametrize("floor", [1e-6, 0.05])
def test_validation_that_falls_long_after_training_is_delayed_generalisation(tmp_path, rows, seed, spread, floor):
    found = told(tmp_path, grokked(rows, seed, spread, floor))
    assert [causes[0] for causes in found] == ["grokking"]
    assert "schedule_drop" not in found[0]


@SEEDS
@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("has_rate", [False, True])
@pytest.mark.parametrize("has_accuracies", [False, True])
@pytest.mark.parametrize("place", [0.4, 0.8])
def test_whatever_else_is_logged_and_in_whatever_form(tmp_path, seed, form, has_rate, has_accuracies, place):
    columns = grokked(300, seed, place=place)
    columns = with_accuracies(columns, place) if has_accuracies else columns
    columns |= {"lr": np.full(300, 1e-3)} if has_rate else {}
    assert [causes[0] for causes in told(tmp_path, columns, form)] == ["grokking"]


@SIZES
@SEEDS
def test_the_flat_stretch_before_it_is_the_same_and_no_matter_of_initial_weights(tmp_path, rows, seed):
    found = told(tmp_path, grokked(rows, seed, shelf=4.6), "csv", K.PLATEAU)
    assert found and all(causes[0] == "grokking" for causes in found)


@SIZES
@SEEDS
def test_the_turn_before_it_is_overfitting_as_any_other(tmp_path, rows, seed):
    found = told(tmp_path, grokked(rows, seed, shelf=9.0), "csv", K.OVERFITTING)
    assert found and all("grokking" not in causes for causes in found)


@SIZES
@SEEDS
@pytest.mark.parametrize("gap", [1.0, 1.5])
def test_a_kick_in_of_both_losses_is_another(tmp_path, rows, seed, gap):
    course = 0.05 + 2.25 * step_down(rows, 0.5)
    columns = {"train_loss": uneven(course, seed, 0.01), "val_loss": uneven(gap * course, seed + 9, 0.01)}
    found = told(tmp_path, columns)
    assert found and all("grokking" not in causes for causes in found)


@SIZES
@SEEDS
def test_a_validation_loss_alone_does_not_tell(tmp_path, rows, seed):
    found = told(tmp_path, {"val_loss": grokked(rows, seed)["val_loss"]})
    assert found and all(causes[0] != "grokking" for causes in found)


@SIZES
@SEEDS
def test_a_fall_of_both_losses_as_the_rate_drops_is_the_schedule(tmp_path, rows, seed):
    early, late = np.exp(-np.arange(rows) / (0.03 * rows)), np.arange(rows) >= rows // 2
    course = np.where(late, 0.3, 1.0) + early
    columns = {"train_loss": uneven(course, seed, 0.01), "val_loss": uneven(1.2 * course, seed + 9, 0.01)}
    columns["lr"] = np.where(late, 0.01, 0.1)
    assert all("grokking" not in causes for causes in told(tmp_path, columns, "csv", *K))


@SEEDS
@pytest.mark.parametrize("factor", [0.1, 0.5])
@pytest.mark.parametrize("gap", [1.2, 40.0])
def test_a_fall_of_validation_at_the_row_where_the_rate_drops_is_the_schedule_however_wide_the_gap(seed, factor, gap):
    at = np.arange(400)
    training = 0.05 + 2.0 * np.exp(-at / 10) + np.where(at < 240, 0.02, 0.0)
    held = np.where(at < 240, 0.07 * gap, 0.03 * gap) + 2.0 * np.exp(-at / 10)
    columns = {"loss": uneven(training, seed, 0.01), "val_loss": uneven(held, seed + 9, 0.01)}
    rate = np.where(at < 240, 0.1, 0.1 * factor)
    found = explained(K.KICK_IN, 240, 250, "val_loss", **columns, lr=rate)
    assert found.causes[0].key == "schedule_drop"


@SIZES
@SEEDS
def test_validation_that_turns_up_and_stays_there_is_overfitting(tmp_path, rows, seed):
    training = 0.01 + 2.3 * np.exp(-np.arange(rows) / (0.1 * rows))
    held = 1.2 + 1.1 * np.exp(-np.arange(rows) / (0.1 * rows)) + 1.5 * np.arange(rows) / rows
    columns = {"train_loss": uneven(training, seed, 0.01), "val_loss": uneven(held, seed + 9, 0.01)}
    found = told(tmp_path, columns, "csv", *K)
    assert found and all("grokking" not in causes for causes in found)


@SEEDS
@pytest.mark.parametrize("rows", [120, 400])
def test_the_rate_did_not_drop_where_it_is_logged_as_constant(tmp_path, rows, seed):
    course = uneven(0.05 + 2.25 * step_down(rows, 0.5), seed, 0.01)
    for columns in ({"lr": np.full(rows, 0.01)}, {"lr": 0.01 * np.linspace(1, 0.97, rows)}):
        found = told(tmp_path, {"train_loss": 1.1 * course, "val_loss": course} | columns)
        assert found and all("schedule_drop" not in causes for causes in found)


@SIZES
@SEEDS
@pytest.mark.parametrize("gap", [1.3, 2.5])
def test_the_rate_did_not_drop_where_training_shows_nothing(tmp_path, rows, seed, gap):
    training = 0.2 + 2.1 * np.exp(-np.arange(rows) / (0.03 * rows))
    held = training * (1 + (gap - 1) * step_down(rows, 0.6, 0.005))
    columns = {"train_loss": uneven(training, seed, 0.002), "val_loss": uneven(held, seed + 9, 0.002)}
    assert all(causes[0] != "schedule_drop" for causes in told(tmp_path, columns, "csv", *K))
