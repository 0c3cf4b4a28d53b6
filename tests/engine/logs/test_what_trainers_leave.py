"""What trainers and trackers leave behind after a training, as they write it, in generated variants."""

from __future__ import annotations

import io
import json
import math
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.logs import LogError, open_log
from engine.logs.stacked_columns import side_by_side
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.run import Run
from engine.run_warnings import WarningKind
from engine.series import Role

SEEDS = range(4)


def falling(seed: int, count: int) -> list[float]:
    draw = np.random.default_rng(seed)
    return [round(float(2 / (i + 1) + 0.1 * draw.random()), 4) for i in range(count)]


def points(run: Run, name: str) -> tuple[list[float], list[float]]:
    cells = run.table.series(name)
    return [run.x_at(int(row)) for row in cells.rows], [float(v) for v in cells.values]


def roles(run: Run) -> dict[str, tuple[str, str | None]]:
    return {s.name: (s.role.value, s.partner) for s in run.series}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("again", [0, 3])
def test_what_is_logged_again_at_an_early_step_moves_nothing(seed: int, again: int) -> None:
    """Lightning's logger writes hp_metric at step 0 once more when the test begins."""
    losses = falling(seed, 12)
    numbers = [TaggedNumber(0.0, again, "hp_metric", -1.0)]
    numbers += [TaggedNumber(1.0 + i, 5 * i + 4, "train_loss", v) for i, v in enumerate(losses)]
    numbers += [TaggedNumber(1.5 + i, 5 * i + 4, "epoch", float(i)) for i in range(12) for _twice in range(2)]
    numbers += [TaggedNumber(20.0, again, "hp_metric", -1.0), TaggedNumber(21.0, 60, "test_loss", 0.5)]
    sheet = sheet_of_tags(numbers)
    assert side_by_side(sheet, ("train_loss", "test_loss")) is sheet
    steps = sheet.columns["step"]
    assert (np.diff(steps) >= 0).all()
    assert [float(steps[row]) for row in sheet.cells("train_loss").rows] == [5.0 * i + 4 for i in range(12)]


@pytest.mark.parametrize("metrics", [("Logloss",), ("RMSE", "MAE"), ("MultiClass", "Accuracy")])
def test_a_folder_of_catboost_is_one_run(tmp_path: Path, metrics: tuple[str, ...]) -> None:
    learn, test = falling(1, 20), falling(2, 20)
    best = [{"name": m, "best_value": "Max" if m == "Accuracy" else "Min"} for m in metrics]
    document = {
        "meta": {"learn_metrics": best, "test_metrics": best, "learn_sets": ["learn"], "test_sets": ["test"]},
        "iterations": [
            {"iteration": i, "learn": [a] * len(metrics), "test": [b] * len(metrics), "passed_time": i / 9}
            for i, (a, b) in enumerate(zip(learn, test, strict=True))
        ],
    }
    folder = tmp_path / "catboost_info"
    folder.mkdir()
    (folder / "catboost_training.json").write_text(json.dumps(document), encoding="utf-8")
    for name, values in (("learn", learn), ("test", test)):
        rows = "".join(f"{i}\t" + "\t".join([str(v)] * len(metrics)) + "\n" for i, v in enumerate(values))
        (folder / f"{name}_error.tsv").write_text("iter\t" + "\t".join(metrics) + "\n" + rows, encoding="utf-8")
    (folder / "time_left.tsv").write_text("iter\tPassed\tRemaining\n0\t1\t2\n", encoding="utf-8")
    for opened in (folder, tmp_path):
        (run,) = open_log(opened)
        first = metrics[0]
        assert roles(run)[f"test {first}"] == ("validation", f"learn {first}")
        assert points(run, f"learn {first}") == ([float(i) for i in range(20)], learn)
        assert points(run, f"test {first}")[1] == test


@pytest.mark.parametrize("metric", ["rmse", "logloss", "mlogloss", "ndcg@5-rmse"])
@pytest.mark.parametrize("sets", [2, 3])
def test_numbered_sets_are_told_apart_and_it_is_said_that_this_is_a_guess(
    tmp_path: Path, metric: str, sets: int
) -> None:
    values = [falling(seed, 12) for seed in range(sets)]
    lines = [
        "\t".join([f"[{i}]", *(f"validation_{s}-{metric}:{values[s][i]}" for s in range(sets))]) for i in range(12)
    ]
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (run,) = open_log(tmp_path / "train.log")
    first = f"validation_0-{metric}"
    assert roles(run) == {
        f"validation_{s}-{metric}": ("validation", first) if s else ("training", None) for s in range(sets)
    }
    assert [w.what for w in run.warnings] == [WarningKind.GUESSED_ROLE]


def test_a_single_numbered_set_stays_a_validation(tmp_path: Path) -> None:
    lines = [f"[{i}]\tvalidation_0-rmse:{v}" for i, v in enumerate(falling(0, 12))]
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (run,) = open_log(tmp_path / "train.log")
    assert [s.role for s in run.series] == [Role.VALIDATION]


@pytest.mark.parametrize("metric", ["l2", "rmse", "multi_logloss"])
def test_the_spread_over_folds_is_no_loss(tmp_path: Path, metric: str) -> None:
    results = {
        f"{name} {metric}-{kind}": falling(seed, 12)
        for seed, name in enumerate(("train", "valid"))
        for kind in ("mean", "stdv")
    }
    (tmp_path / "cv.json").write_text(json.dumps(results), encoding="utf-8")
    (run,) = open_log(tmp_path / "cv.json")
    assert roles(run) == {
        f"train {metric}-mean": ("training", None),
        f"valid {metric}-mean": ("validation", f"train {metric}-mean"),
    }


def study(path: Path, has_kinds: bool, values: list[float]) -> None:
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE study_directions (study_id, direction, objective)")
        store.execute("CREATE TABLE trials (trial_id, number, study_id)")
        store.execute("CREATE TABLE trial_params (trial_id, param_name, param_value, distribution_json)")
        kinds = ", intermediate_value_type" if has_kinds else ""
        store.execute(f"CREATE TABLE trial_intermediate_values (trial_id, step, intermediate_value{kinds})")
        store.execute("INSERT INTO study_directions VALUES (1, 'MINIMIZE', 0)")
        store.execute("INSERT INTO trials VALUES (1, 0, 1)")
        for step, value in enumerate(values):
            more = ", 'FINITE'" if has_kinds else ""
            store.execute(f"INSERT INTO trial_intermediate_values VALUES (1, ?, ?{more})", (step, value))


@pytest.mark.parametrize("has_kinds", [False, True])
def test_studies_of_old_versions_are_read_too(tmp_path: Path, has_kinds: bool) -> None:
    values = falling(3, 12)
    study(tmp_path / "optuna.db", has_kinds, values)
    (run,) = open_log(tmp_path / "optuna.db")
    assert points(run, "intermediate value") == ([float(i) for i in range(12)], values)


def comet_messages(losses: list[float], has_steps: bool, context: str | None) -> Iterator[dict]:
    yield {"type": "log_other", "payload": {"key": "a", "value": True}}
    yield {"type": "parameter_msg", "payload": {"param": {"paramName": "lr", "paramValue": 0.1, "source": "manual"}}}
    for i, value in enumerate(losses):
        step = {"paramName": "curr_step", "paramValue": i, "source": "auto-logged"}
        yield {"type": "parameter_msg", "payload": {"param": step}}
        spelled = value if math.isfinite(value) else {"nan": "NaN", "inf": "Infinity"}[str(value)]
        metric = {"metricName": "loss", "metricValue": spelled, "step": 10 * i if has_steps else None}
        yield {"type": "metric_msg", "payload": {"local_timestamp": 1000 * i, "metric": metric, "context": context}}


@pytest.mark.parametrize("has_steps", [True, False])
@pytest.mark.parametrize("context", [None, "train", "validate"])
def test_an_offline_experiment_of_comet(tmp_path: Path, has_steps: bool, context: str | None) -> None:
    losses = [*falling(4, 10), math.nan, math.inf]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        lines = map(json.dumps, comet_messages(losses, has_steps, context))
        file.writestr("messages.json", "\n".join(lines) + "\n{broken")
        file.writestr("experiment.json", "{}")
    (tmp_path / "e.zip").write_bytes(buffer.getvalue())
    (run,) = open_log(tmp_path / "e.zip")
    name = f"{context}_loss" if context else "loss"
    x, values = points(run, name)
    assert x == [(10.0 if has_steps else 1.0) * i for i in range(12)]
    assert np.array_equal(values, losses, equal_nan=True)
    assert run.settings == {"lr": 0.1}
    assert roles(run)[name][0] == ("validation" if context == "validate" else "training")


def neptune_lines(losses: list[float], has_steps: bool) -> Iterator[dict]:
    yield {"type": "AssignString", "path": ["sys", "name"], "value": "Untitled"}
    yield {"type": "AssignFloat", "path": ["parameters", "lr"], "value": 0.1}
    for i, value in enumerate(losses):
        yield {
            "type": "LogFloats",
            "path": ["monitoring", "a", "cpu"],
            "values": [{"value": 5.0, "step": None, "ts": i}],
        }
        item = {"value": value, "step": 3.0 * i if has_steps else None, "ts": 100.0 + i}
        yield {"type": "LogFloats", "path": ["train", "loss"], "values": [item]}


@pytest.mark.parametrize("has_steps", [True, False])
@pytest.mark.parametrize("opened", ["", ".neptune", ".neptune/offline/run__a", ".neptune/offline/run__a/data-1.log"])
def test_an_offline_run_of_neptune(tmp_path: Path, has_steps: bool, opened: str) -> None:
    losses = falling(5, 12)
    folder = tmp_path / ".neptune" / "offline" / "run__a"
    folder.mkdir(parents=True)
    (folder / "last_put_version").write_text("12", encoding="utf-8")
    lines = [json.dumps({"obj": o, "version": i, "at": 1.0}) for i, o in enumerate(neptune_lines(losses, has_steps))]
    (folder / "data-1.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (run,) = open_log(tmp_path / opened)
    assert points(run, "train/loss") == ([(3.0 if has_steps else 1.0) * i for i in range(12)], losses)
    assert run.settings == {"lr": 0.1}
    assert list(roles(run)) == ["train/loss"]


@pytest.mark.parametrize("digits", [4400, 9000])
def test_a_setting_with_thousands_of_digits_is_left_out(tmp_path: Path, digits: int) -> None:
    (tmp_path / "metrics.csv").write_text("step,loss\n" + "".join(f"{i},{v}\n" for i, v in enumerate(falling(6, 9))))
    (tmp_path / "hparams.yaml").write_text(f"batch_size: 0x{'f' * digits}\nlr: 0.1\n", encoding="utf-8")
    (run,) = open_log(tmp_path / "metrics.csv")
    assert run.settings == {"lr": 0.1}


def test_a_repository_of_aim_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aim", None)
    for part in ("meta", "seqs"):
        (tmp_path / ".aim" / part / "chunks" / "0a1b").mkdir(parents=True)
    for opened in (tmp_path, tmp_path / ".aim"):
        with pytest.raises(LogError, match="pip install aim"):
            open_log(opened)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_repository_of_aim_is_read_in_the_order_of_steps_and_not_changed(tmp_path: Path, seed: int) -> None:
    aim = pytest.importorskip("aim")
    draw = np.random.default_rng(seed)
    steps = np.sort(draw.choice(5000, 30, replace=False)).tolist()
    losses = [*falling(seed, 28), math.nan, math.inf]
    held = aim.Run(repo=str(tmp_path), system_tracking_interval=None, log_system_params=False)
    held["hparams"] = {"lr": 0.1}
    for step, value in zip(steps, losses, strict=True):
        held.track(value, "loss", step=step, context={"subset": "train"})
        held.track(value + 1, "loss", step=step, context={"subset": "val"})
    held.close()
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (run,) = open_log(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    x, values = points(run, "train/loss")
    assert x == [float(step) for step in steps]
    assert np.array_equal(values, losses, equal_nan=True)
    assert roles(run)["val/loss"] == ("validation", "train/loss")
    assert run.settings == {"lr": 0.1}


@pytest.mark.parametrize("key", ["trial_id", "run", "run_id"])
def test_a_trial_that_went_on_under_another_name_is_one_run(key: str, tmp_path: Path) -> None:
    records = [{"training_iteration": i, "loss": 9.0 - i, key: "ab1" if i < 4 else "cd2"} for i in range(1, 9)]
    (tmp_path / "result.json").write_text("".join(json.dumps(record) + "\n" for record in records))
    (run,) = open_log(tmp_path)
    assert run.table.values("loss").tolist() == [record["loss"] for record in records]
