"""Each format is recognised by looking inside and gives the numbers that were put in."""

# ruff: noqa: E501  (lines as long as loggers write them)

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import fsspec
import pytest

from engine.logs import LogError, open_log
from engine.logs.base import all_formats
from engine.logs.previewing import preview
from engine.run import Run

FALLING = [2.0 / (i + 1) for i in range(6)]
STEPS = [float(10 * i) for i in range(6)]


def records(**extra: Any) -> list[dict[str, Any]]:
    return [{"step": s, "loss": value, **extra} for s, value in zip(STEPS, FALLING, strict=True)]


def read(path: Path, content: str | bytes) -> Run:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (run,) = open_log(path)
    return run


def lines(template: str) -> str:
    return "".join(
        template.format(s=int(s), l=value, i=i) + "\n" for i, (s, value) in enumerate(zip(STEPS, FALLING, strict=True))
    )


TABLES = {
    "keras_csv": ("epoch,acc,loss,val_loss\n" + lines("{s},0.5,{l},{l}"), "loss", "epoch"),
    "lightning_csv": ("epoch,step,train_loss,val_loss\n" + lines("0,{s},{l},\n0,{s},,0.7"), "train_loss", "step"),
    "ultralytics_csv": ("   epoch,   train/box_loss,   val/box_loss\n" + lines("   {s},    {l},   0.5"), "train/box_loss", "epoch"),
    "progress_csv": ("EpRewMean,entropy,kl,loss,misc/nupdates,total_timesteps\n" + lines("1,2,3,{l},{i},{s}"), "loss", "total_timesteps"),
    "deepmd_curve": ("#  step      rmse_trn    rmse_e_trn         lr\n" + lines("   {s}   {l:e}   1e-1   1e-3"), "rmse_trn", "step"),
    "deepxde_loss": ("# step, loss_train, loss_test, metrics_test\n" + lines("{s} {l} 1 0.5 0.6 0.9"), "loss_train[0]", "step"),
    "catboost_tsv": ("iter\tMultiClass\tAccuracy\n" + lines("{s}\t{l}\t0.5"), "MultiClass", "iter"),
    "flair_tsv": (
        "EPOCH\tTIMESTAMP\tBAD_EPOCHS\tLEARNING_RATE\tTRAIN_LOSS\tDEV_LOSS\n" + lines("{s}\t12:30:11\t0\t0.1\t{l}\t_"),
        "TRAIN_LOSS",
        "EPOCH",
    ),
    "tensorboard_csv": ("Wall time,Step,Value\n" + lines("1600000{i}.5,{s},{l}"), "Value", "Step"),
    "nanogpt_log": (lines("{s} train {l}\n{s} hella 0.25"), "train", "step"),
    "cyclegan_log": (
        "=== Training Loss (Thu Jun 10 10:26:25 2021) ===\n" + lines("(epoch: {i}, iters: 100, time: 0.857, data: 0.1) D_A: {l} G_A: 0.5 "),
        "D_A",
        "epoch",
    ),
    "chainer_log": (json.dumps([{"epoch": 1, "iteration": s, "elapsed_time": s, "main/loss": value} for s, value in zip(STEPS, FALLING)], indent=4), "main/loss", "iteration"),
    "detectron_metrics": ("\n".join(json.dumps({"iteration": s, "total_loss": value, "loss_cls": 0.5}) for s, value in zip(STEPS, FALLING)), "total_loss", "iteration"),
    "trainer_state": (
        json.dumps({"best_metric": None, "is_world_process_zero": True, "log_history": [*records(), {"step": 60, "train_loss": 1.0, "train_runtime": 9.0}]}),
        "loss",
        "step",
    ),
    "json_lines": ("\n".join(json.dumps({"train": r}) for r in records()), "train/loss", None),
    "json_document": (json.dumps({"history": {"loss": FALLING, "step": STEPS}}), "loss", "step"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_formats_are_recognised_and_read(name: str, tmp_path: Path) -> None:
    content, column, x = TABLES[name]
    run = read(tmp_path / "a.log", content)
    assert run.origin.format == name
    assert column in [s.name for s in run.series]
    assert run.table.values(column).tolist() == pytest.approx(FALLING, rel=1e-6)
    assert x is None or (run.x is not None and run.names.get(run.x, run.x) == x)


@pytest.mark.parametrize("name", TABLES)
def test_a_file_called_after_the_loss_keeps_its_columns(name: str, tmp_path: Path) -> None:
    """Such as loss.dat of DeepXDE."""
    content, column, _x = TABLES[name]
    run = read(tmp_path / "loss.dat", content)
    assert run.table.values(column).tolist() == pytest.approx(FALLING, rel=1e-6)


@pytest.mark.parametrize("name", TABLES)
def test_a_preview_tells_the_same_as_reading(name: str, tmp_path: Path) -> None:
    content, column, x = TABLES[name]
    (tmp_path / "a.log").write_text(content)
    seen = preview(tmp_path / "a.log")
    assert (seen.format, seen.runs, seen.error) == (name, 1, "")
    assert x is None or seen.x == x
    j = [c.name for c in seen.columns].index(column)
    assert seen.columns[j].is_loss
    values = [row[j] for row in seen.rows if row[j] is not None]
    assert values == pytest.approx(FALLING, rel=1e-6)


DOCUMENTS = {
    "list of records": records(),
    "records in an object": {"config": {"lr": 0.1}, "history": records()},
    "object of columns": {"loss": FALLING, "step": STEPS, "name": "x"},
    "keyed by step": {str(int(s)): {"loss": value} for s, value in zip(STEPS, FALLING)},
    "keyed by epoch": {f"epoch_{int(s)}": {"loss": value} for s, value in zip(STEPS, FALLING)},
    "numbers as text": [{"step": str(s), "loss": repr(value)} for s, value in zip(STEPS, FALLING)],
    "triples": [[1.6e9 + s, int(s), value] for s, value in zip(STEPS, FALLING)],
    "list of numbers": FALLING,
    "data frame by columns": {"loss": {str(i): value for i, value in enumerate(FALLING)}},
    "data frame split": {"columns": ["step", "loss"], "index": [0, 1, 2, 3, 4, 5], "data": [[s, value] for s, value in zip(STEPS, FALLING)]},
}  # fmt: skip


@pytest.mark.parametrize("shape", DOCUMENTS)
def test_json_of_many_shapes(shape: str, tmp_path: Path) -> None:
    run = read(tmp_path / "log.json", json.dumps(DOCUMENTS[shape]))
    assert run.table.values(run.series[0].name).tolist() == FALLING


def test_a_dictionary_printed_by_python(tmp_path: Path) -> None:
    run = read(tmp_path / "history.txt", repr({"loss": FALLING, "name": None, "done": True}))
    assert run.table.values("loss").tolist() == FALLING


def test_an_address_is_read_through_fsspec(tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe("/runs/log.csv", TABLES["keras_csv"][0].encode())
    (run,) = open_log("memory://runs/log.csv")
    assert run.table.values("loss").tolist() == pytest.approx(FALLING)
    with pytest.raises(LogError):
        open_log("memory://runs/missing.csv")
    with pytest.raises(LogError):
        open_log("nosuchprotocol://runs/log.csv")


def test_bare_nan_in_json_is_a_number(tmp_path: Path) -> None:
    run = read(
        tmp_path / "log.jsonl", '{"step": 1, "loss": NaN}\n{"step": 2, "loss": nan}\n{"step": 3, "loss": -inf}\n'
    )
    assert [str(v) for v in run.table.values("loss")] == ["nan", "nan", "-inf"]


def test_a_word_tells_validation_records_from_training_records(tmp_path: Path) -> None:
    rows = [{"mode": m, "epoch": e, "loss": e + (m == "val")} for e in range(4) for m in ("train", "val")]
    run = read(tmp_path / "log.json", "\n".join(map(json.dumps, rows)))
    assert [(s.name, s.partner) for s in run.series] == [("loss", None), ("val_loss", "loss")]
    assert run.table.values("val_loss").tolist() == [1, 2, 3, 4]


def test_named_values_become_columns(tmp_path: Path) -> None:
    rows = [{"name": n, "step": s, "value": s / 10} for s in range(4) for n in ("loss", "lr")]
    run = read(tmp_path / "log.jsonl", "\n".join(map(json.dumps, rows)))
    assert run.table.values("loss").tolist() == [0, 0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("sets", "partners"),
    [
        (("train", "eval"), {"eval": "train"}),
        (("training", "valid_0", "valid_1"), {"valid_0": "training", "valid_1": "training"}),
        (("validation_0", "validation_1"), {"validation_1": "validation_0"}),
        (("dtrain", "dtest"), {"dtest": "dtrain"}),
        (("learn", "validation"), {"validation": "learn"}),
    ],
)
@pytest.mark.parametrize("metric", ["rmse", "logloss", "merror"])
def test_results_of_boosting_are_one_run(
    sets: tuple[str, ...], partners: dict[str, str], metric: str, tmp_path: Path
) -> None:
    results = {name: {"auc": FALLING[::-1], metric: [v + i for v in FALLING]} for i, name in enumerate(sets)}
    run = read(tmp_path / "evals.json", json.dumps({"params": {"eta": 0.3}, "evals_result": results}))
    wanted = {f"{n}/{metric}": partners.get(n) and f"{partners[n]}/{metric}" for n in sets}
    assert {s.name: s.partner for s in run.series} == wanted
    assert run.table.values(f"{sets[1]}/{metric}").tolist() == [v + 1 for v in FALLING]
    assert bool(run.warnings) == (sets[0] == "validation_0")


def test_two_runs_by_name_are_no_sets_of_one(tmp_path: Path) -> None:
    path = tmp_path / "runs.json"
    path.write_text(json.dumps({"adam": {"loss": FALLING}, "sgd": {"loss": FALLING[::-1]}}))
    assert [run.name.rpartition(": ")[2] for run in open_log(path)] == ["adam", "sgd"]


@pytest.mark.parametrize("counts_epochs", [True, False])
def test_the_step_of_an_evaluation_by_mmengine(counts_epochs: bool, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = []
    for i in range(1, 21):
        rows.append({"lr": 0.1, "data_time": 0.1, "loss": 2.0 / i, "epoch": 1 + (i - 1) // 4, "iter": i, "step": i})
        if i % 4 == 0:
            rows.append({"val/loss": 3.0 / i, "data_time": 0.1, "step": i // 4 if counts_epochs else i})
    run = read(tmp_path / "scalars.json", "\n".join(map(json.dumps, rows)))
    assert run.names.get("step") == "iter"
    cells = run.table.series("val/loss")
    assert [run.x_at(int(row)) for row in cells.rows] == [4, 8, 12, 16, 20]
    assert run.table.values("epoch").max() == 5
    assert run.restarts() == ()


def test_two_runs_in_one_wandb_export(tmp_path: Path) -> None:
    header = (
        '"Step","a - train/loss","a - train/loss__MIN","a - train/loss__MAX","b - train/loss","b - train/loss__MIN"\n'
    )
    (tmp_path / "wandb.csv").write_text(header + "".join(f'"{i}","{1 / (i + 1)}","0","9","{i}",""\n' for i in range(5)))
    a, b = open_log(tmp_path / "wandb.csv")
    assert a.origin.format == "wandb_csv"
    assert [s.name for s in a.series] == ["train/loss"]
    assert b.table.values("train/loss").tolist() == [0, 1, 2, 3, 4]
    assert a.name != b.name


def write_events(folder: Path, tags: dict[str, list[float]]) -> None:
    """An event file by the TensorBoard package's own writer."""
    event_pb2 = pytest.importorskip("tensorboard.compat.proto.event_pb2")
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(folder))
    for tag, values in tags.items():
        for step, value in enumerate(values):
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            writer.add_event(event_pb2.Event(wall_time=1.6e9 + step, step=step, summary=summary))
    writer.close()


def test_tensorboard_files_and_folders(tmp_path: Path) -> None:
    write_events(tmp_path / "a", {"loss": FALLING, "lr": [0.1] * 6})
    write_events(tmp_path / "b", {"loss": FALLING[:3]})
    runs = open_log(tmp_path)
    assert {run.name.rpartition(": ")[2]: run.table.count("loss") for run in runs} == {"a": 6, "b": 3}
    (file,) = (tmp_path / "a").iterdir()
    (run,) = open_log(file)
    assert (run.origin.format, run.x) == ("tensorboard_events", "step")
    assert run.table.values("loss").tolist() == pytest.approx(FALLING)
    whole = file.read_bytes()
    cut = tmp_path / "cut.tfevents"
    cut.write_bytes(whole[:-7])
    assert open_log(cut)[0].table.count("loss") >= 5


@pytest.mark.parametrize(
    ("training", "validation", "names"),
    [
        ("train", "validation", ("train/loss", "validation/loss")),
        ("a/train", "a/val", ("train/loss", "val/loss")),
        ("a", "a/eval", ("loss", "eval/loss")),
        ("a", "a/eval_held-out", ("loss", "eval_held-out/loss")),
        ("fold 1/train", "fold 1/test", ("train/loss", "test/loss")),
    ],
)
def test_event_folders_of_training_and_validation_are_one_run(
    training: str, validation: str, names: tuple[str, str], tmp_path: Path
) -> None:
    write_events(tmp_path / training, {"loss": FALLING})
    write_events(tmp_path / validation, {"loss": FALLING[:3]})
    write_events(tmp_path / "zz other run", {"loss": FALLING[:4]})
    run, other = open_log(tmp_path)
    assert [(s.name, s.partner) for s in run.series] == [(names[0], None), (names[1], names[0])]
    assert [run.table.count(name) for name in names] == [6, 3]
    assert other.name.endswith("zz other run")


def records_of(data: bytes) -> list[int]:
    """The places of an event file's records."""
    places, at = [], 0
    while at < len(data):
        places.append(at)
        at += 16 + int.from_bytes(data[at : at + 8], "little")
    return places


@pytest.mark.parametrize("damage", ["a value", "a length", "its checksum", "many bytes", "missing bytes"])
def test_a_damaged_record_hides_no_later_ones(damage: str, tmp_path: Path) -> None:
    write_events(tmp_path, {"loss": [2.0 / (i + 1) for i in range(50)]})
    (path,) = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    at = records_of(data)[20]
    if damage == "missing bytes":
        del data[at + 5 : at + 25]
    for i in {"a value": (30,), "a length": (1,), "its checksum": (9,), "many bytes": range(2, 25)}.get(damage, ()):
        data[at + i] ^= 0xFF
    path.write_bytes(data)
    (run,) = open_log(path)
    steps = run.table.values("step").tolist()
    assert steps == [s for s in range(50) if s != 50 - len(steps) + 18] or damage == "missing bytes"
    assert len(steps) >= 48
    assert steps[-1] == 49
    assert [w.what.value for w in run.warnings] == ["damaged_records"]


@pytest.mark.parametrize("cut", [1, 7, 20, 30])
def test_an_unfinished_last_record_is_no_damage(cut: int, tmp_path: Path) -> None:
    write_events(tmp_path, {"loss": FALLING})
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-cut])
    (run,) = open_log(path)
    assert run.table.count("loss") == 5
    assert run.warnings == []


def test_mlflow_folders(tmp_path: Path) -> None:
    metrics = tmp_path / "0" / "run1" / "metrics"
    (metrics / "val").mkdir(parents=True)
    (metrics.parent / "meta.yaml").write_text("run_id: run1\n")
    (metrics / "loss").write_text(
        "".join(f"{1600000000000 + i * 1000} {value} {i}\n" for i, value in enumerate(FALLING))
    )
    (metrics / "val" / "loss").write_text("1600000000000 0.7 0\n1600000005000 nan 5\n")
    for folder in (metrics.parent, metrics.parent.parent):
        (run,) = open_log(folder)
        assert run.origin.format == "mlflow_run"
        assert run.table.values("loss").tolist() == FALLING
        assert run.table.values("time").tolist() == [0, 1, 2, 3, 4, 5]
        assert run.table.series("val/loss").rows.tolist() == [0, 5]


def test_an_mlflow_store(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE runs (run_uuid TEXT, name TEXT, start_time BIGINT)")
        store.execute(
            "CREATE TABLE metrics (key TEXT, value DOUBLE, timestamp BIGINT, run_uuid TEXT, step BIGINT, is_nan BOOLEAN)"
        )
        store.execute("INSERT INTO runs VALUES ('r1', 'first', 1), ('r2', 'empty', 2)")
        rows = [("loss", value, 1600000000000 + i, "r1", i, 0) for i, value in enumerate(FALLING)] + [
            ("loss", 0, 1600000009000, "r1", 6, 1)
        ]
        store.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    store.close()
    (run,) = open_log(path)
    assert run.origin.format == "mlflow_store"
    assert run.table.values("loss")[:6].tolist() == FALLING
    assert str(run.table.values("loss")[6]) == "nan"


def test_a_lightning_version_folder(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(TABLES["lightning_csv"][0])
    (tmp_path / "hparams.yaml").write_text("lr: 0.1\n")
    (run,) = open_log(tmp_path)
    assert run.origin.format == "lightning_csv"


CONFIGS = {"config.json": '{"hidden": [1, 2, 3]}', "README.md": "loss: 0.5\n" * 5, "notes.txt": "a text\n"}


def test_a_folder_is_looked_into_whatever_its_files_are_called(tmp_path: Path) -> None:
    """Every kind of log under a name of its own, beside files that are no logs."""
    for number, name in enumerate(TABLES):
        (tmp_path / f"out_{number:02d}.txt").write_text(TABLES[name][0])
    for name, text in CONFIGS.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "data.csv").write_text("height,width\n" + lines("{s},{l}"))
    runs = open_log(tmp_path)
    assert [run.name.rpartition(": ")[2] for run in runs] == [f"out_{i:02d}.txt" for i in range(len(TABLES))]
    for run, (_, column, _) in zip(runs, TABLES.values(), strict=True):
        assert run.table.values(column).tolist() == pytest.approx(FALLING, rel=1e-6)


def test_a_mixed_folder_has_event_files_too(tmp_path: Path) -> None:
    write_events(tmp_path / "a", {"loss": FALLING})
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "metrics.csv").write_text(TABLES["lightning_csv"][0])
    assert sorted(run.name.rpartition(": ")[2] for run in open_log(tmp_path)) == ["a", "b"]


CASES = Path(__file__).resolve().parents[2] / "data" / "formats"
STORED = ("wandb-*/log/*.wandb", "swanlab-*/log/*.swanlab", "trackio-*/log/*.gz", "optuna-*-journal/log/*.log")


@pytest.mark.parametrize("per_kind", [1, 4])
def test_a_folder_of_many_kinds_opens_as_all_their_runs(per_kind: int, tmp_path: Path) -> None:
    """Tables, documents, stores and event files, several of each, in one folder and in folders of their own."""
    stored = [path for pattern in STORED for path in CASES.glob(pattern)]
    events = next(CASES.glob("torch-*-plain/log/*"))
    for i in range(per_kind):
        for name in TABLES:
            (tmp_path / f"{name}-{i}.txt").write_text(TABLES[name][0])
        for path in stored:
            (tmp_path / f"run-{i}{''.join(path.suffixes[-2:])}").write_bytes(path.read_bytes())
        (tmp_path / f"events {i}").mkdir()
        (tmp_path / f"events {i}" / events.name).write_bytes(events.read_bytes())
    runs = open_log(tmp_path)
    names = {run.name.partition(": ")[2].partition(": ")[0] for run in runs}
    assert names == {p.name for p in tmp_path.iterdir()}
    assert len(runs) == per_kind * (len(TABLES) + 1 + 1 + 2 + 2 + 1)


def test_what_a_folder_says_twice_is_one_run(tmp_path: Path) -> None:
    """The event files beside a log, and a checkpoint's copy of its beginning."""
    write_events(tmp_path / "run" / "tb", {"loss": FALLING})
    (tmp_path / "run" / "progress.csv").write_text("step,loss\n" + lines("{s},{l}"))
    (tmp_path / "run" / "copy").mkdir()
    (tmp_path / "run" / "copy" / "progress.csv").write_text(
        "step,loss\n" + "".join(lines("{s},{l}").splitlines(True)[:4])
    )
    assert [run.name.rpartition(": ")[2] for run in open_log(tmp_path)] == ["run/progress.csv"]


def test_the_last_checkpoint_has_the_longest_history(tmp_path: Path) -> None:
    for step in (2, 4, 10):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        history = [{"step": i, "loss": 2.0 / i} for i in range(1, step + 1)]
        (folder / "trainer_state.json").write_text(json.dumps({"log_history": history}))
    (run,) = open_log(tmp_path)
    assert run.table.count("loss") == 10


def test_ray_trials_are_read_from_the_complete_file(tmp_path: Path) -> None:
    for trial in ("trial_1", "trial_2"):
        write_events(tmp_path / trial, {"ray/tune/loss": FALLING[:4]})
        values = [*FALLING[:4], float("nan"), float("nan")]
        rows = [{"loss": v, "training_iteration": i + 1, "config": {"lr": 0.1}} for i, v in enumerate(values)]
        (tmp_path / trial / "result.json").write_text("".join(json.dumps(row) + "\n" for row in rows))
    runs = open_log(tmp_path)
    assert [run.name.rpartition(": ")[2] for run in runs] == ["trial_1", "trial_2"]
    assert [run.table.count("loss") for run in runs] == [6, 6]
    assert [run.settings["lr"] for run in runs] == [0.1, 0.1]
    assert (runs[0].origin.format, runs[0].names.get("step")) == ("ray_tune", "training_iteration")


def test_a_folder_of_results(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "results.csv").write_text(TABLES["ultralytics_csv"][0])
    assert [run.name.rpartition(": ")[2] for run in open_log(tmp_path)] == ["one/results.csv", "two/results.csv"]


def test_names_and_texts_of_formats() -> None:
    for name, kind in all_formats().items():
        assert kind.__module__.rpartition(".")[2] == name
        assert kind.title
        assert kind.about


def test_every_format_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"nothing to see\n")
    from engine.logs import ReadOptions

    for name in all_formats():
        with pytest.raises(LogError):
            open_log(tmp_path / "a", ReadOptions(format=name))


def test_a_folder_has_the_logs_whose_likeliest_format_does_not_read_them(tmp_path: Path) -> None:
    boosted = "".join(f"[{i}]\ttraining's l2: {2 / i:.4f}\tvalid_1's l2: {2.2 / i:.4f}\n" for i in range(1, 9))
    begun = "{'config': 1}\n" + "".join(f"Epoch {i}: loss={2 / i:.4f}\n" for i in range(1, 9))
    table = "step,loss\n" + "".join(f"{i},{2 / i:.4f}\n" for i in range(1, 9))
    for name, text in (("boosted.log", boosted), ("begun.log", begun), ("table.csv", table)):
        (tmp_path / name).write_text(text)
    names = {run.name for run in open_log(tmp_path)}
    assert names == {f"{tmp_path.name}: {name}" for name in ("boosted.log", "begun.log", "table.csv")}
