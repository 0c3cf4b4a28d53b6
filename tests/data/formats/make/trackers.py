# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "wandb==0.31.0", "trackio==0.43.0", "swanlab==0.10.3", "visualdl==2.5.3", "sacred==0.8.7", "clearml==2.1.12",
#     "optuna==5.0.0", "mlflow-skinny==3.17.2", "sqlalchemy", "alembic", "numpy==2.4.6",
#     "comet-ml==3.58.8", "neptune==1.14.0.post2", "aim==3.29.1",
# ]
# ///
"""Runs kept by trackers without their servers (``trackers.py NAME ...`` for some; they agree on few dependencies).

The older versions were run with Python 3.9: mlflow-skinny 2.3.2, wandb 0.13.11, optuna 2.10.1 and aim 3.17.5.
"""

import gzip
import math
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from truth import fresh, run, series, write

NAN, INF = float("nan"), float("inf")
TRAIN = [2.0 * 0.9**i for i in range(20)]
TRAIN[12], TRAIN[13] = NAN, INF
VALIDATION = [2.2 * 0.8**i + 0.02 * i * i for i in range(20)]
AT = [4, 9, 14, 19]
SETTINGS = {"lr": 0.1, "optimizer": {"name": "adam"}}


def both(train="train/loss", val="val/loss", values=TRAIN):
    return {
        train: series(values),
        val: series([VALIDATION[i] for i in AT], AT, "validation", train),
    }


def packed(path, folder):
    """The file compressed: a database has large empty pages."""
    with gzip.open(folder / f"{path.name}.gz", "wb", 9) as stream:
        stream.write(path.read_bytes())
    return f"{path.name}.gz"


def wandb():
    import wandb

    number = version("wandb")
    case = f"wandb-{number}"
    folder = fresh(case)
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=tempfile.mkdtemp())
    prefix = "x_" if hasattr(wandb.Settings(), "x_disable_stats") else "_"
    quiet = {f"{prefix}disable_stats": True, f"{prefix}disable_meta": True}
    settings = wandb.Settings(disable_git=True, disable_code=True, console="off", **quiet)
    wandb.init(project="p", name="first", config=SETTINGS, settings=settings)
    for i in range(20):
        more = {"val": {"loss": VALIDATION[i]}} if i in AT else {}
        wandb.log({"train/loss": TRAIN[i], "note": "text", **more})
    wandb.finish()
    wandb.teardown()  # until then its process has the end of the file
    (file,) = Path(os.environ["WANDB_DIR"]).glob("wandb/offline-run-*/run-*.wandb")
    shutil.copy(file, folder / "run-abcdefgh.wandb")
    found = run(both(), settings={"lr": 0.1, "optimizer": "adam"})
    write(case, f"wandb {number}", found, file="run-abcdefgh.wandb")


def trackio():
    number = version("trackio")
    case = f"trackio-{number}"
    folder = fresh(case)
    os.environ.update(TRACKIO_DIR=tempfile.mkdtemp(), HF_HUB_OFFLINE="1")
    import trackio

    for name, values in ("first", TRAIN), ("second", VALIDATION):
        trackio.init(project="p", name=name, config=SETTINGS, auto_log_cpu=False, auto_log_gpu=False)
        for i in range(20):
            more = {"val": {"loss": VALIDATION[i]}} if i in AT else {}
            trackio.log({"train/loss": values[i], **more})
        trackio.finish()
    (file,) = Path(os.environ["TRACKIO_DIR"]).glob("*.db")
    runs = [
        run(both(values=values), name=name, settings={"lr": 0.1, "optimizer": "adam"})
        for name, values in (("first", TRAIN), ("second", VALIDATION))
    ]
    write(case, f"trackio {number}", *runs, file=packed(file, folder))


def swanlab():
    import swanlab

    number = version("swanlab")
    case = f"swanlab-{number}"
    folder = fresh(case)
    work = Path(tempfile.mkdtemp())
    swanlab.init(project="p", experiment_name="e", mode="offline", logdir=str(work), config=SETTINGS)
    for i in range(20):
        more = {"val/loss": VALIDATION[i]} if i in AT else {}
        swanlab.log({"train/loss": TRAIN[i], **more})
    swanlab.finish()
    (file,) = work.glob("run-*/run-*.swanlab")
    shutil.copy(file, folder / "run-abcdefgh.swanlab")
    write(case, f"swanlab {number}", run(both()), file="run-abcdefgh.swanlab")


def visualdl():
    import numpy as np
    from visualdl import LogWriter

    number = version("visualdl")
    case = f"visualdl-{number}"
    folder = fresh(case)
    with LogWriter(logdir=str(folder)) as writer:
        for i in range(20):
            writer.add_scalar(tag="train/loss", step=i, value=TRAIN[i])
            if i in AT:
                writer.add_scalar(tag="val/loss", step=i, value=VALIDATION[i])
            writer.add_histogram(tag="weights", values=np.arange(9.0), step=i)
    write(case, f"visualdl {number}", run(both()))


def sacred():
    import numpy as np
    from sacred import Experiment
    from sacred.observers import FileStorageObserver

    number = version("sacred")
    case = f"sacred-{number}"
    folder = fresh(case)
    experiment = Experiment("e", save_git_info=False)
    experiment.observers.append(FileStorageObserver(str(folder)))
    experiment.add_config(SETTINGS)

    @experiment.main
    def main(_run):
        for i in range(20):
            _run.log_scalar("train.loss", np.float64(TRAIN[i]), i)
            if i in AT:
                _run.log_scalar("val.loss", VALIDATION[i], i)

    experiment.run()
    shutil.rmtree(folder / "_sources", ignore_errors=True)
    for name in ("run.json", "cout.txt"):
        (folder / "1" / name).unlink()
    write(case, f"sacred {number}", run(both("train.loss", "val.loss")), file="1/metrics.json")


def clearml():
    """It writes 0 for NaN and infinity, so here all is finite."""
    os.environ["HOME"] = tempfile.mkdtemp()
    from clearml import Task

    number = version("clearml")
    case = f"clearml-{number}"
    folder = fresh(case)
    Task.set_offline(True)
    task = Task.init("p", "t", auto_connect_frameworks=False, auto_resource_monitoring=False)
    task.connect(dict(SETTINGS))
    values = [v if math.isfinite(v) else 0.5 for v in TRAIN]
    for i in range(20):
        task.get_logger().report_scalar("loss", "train", values[i], i)
        if i in AT:
            task.get_logger().report_scalar("loss", "val", VALIDATION[i], i)
    task.close()
    shutil.copy(f"{task.get_offline_mode_folder()}.zip", folder / "session.zip")
    found = run(both("loss/train", "loss/val", values), settings={"lr": 0.1, "optimizer": "adam"})
    write(case, f"clearml {number}", found, file="session.zip")


def optuna():
    import optuna

    number = version("optuna")
    has_journal = hasattr(optuna.storages, "journal")
    values = TRAIN if has_journal else [v if math.isfinite(v) else 0.5 for v in TRAIN]  # version 2 cannot store others

    def objective(trial):
        trial.suggest_float("lr", 0.1, 0.1)
        trial.suggest_categorical("optimizer", ["adam"])
        for i, value in enumerate(values):
            trial.report(value + trial.number, i)
        return 1.0

    backend = optuna.storages.journal.JournalFileBackend if has_journal else None
    for kind, file in ("journal", "journal.log"), ("sqlite", "optuna.db"):
        if backend is None and kind == "journal":
            continue  # version 2 had none
        case = f"optuna-{number}-{kind}"
        folder = fresh(case)
        work = Path(tempfile.mkdtemp()) / file
        storage = optuna.storages.JournalStorage(backend(str(work))) if kind == "journal" else f"sqlite:///{work}"
        study = optuna.create_study(storage=storage, direction="minimize")
        study.optimize(objective, n_trials=2)
        opened = packed(work, folder) if kind == "sqlite" else file
        if kind == "journal":
            shutil.copy(work, folder / file)
        runs = [
            run(
                {"intermediate value": series([v + k for v in values])},
                name=f"trial {k}",
                settings={"lr": 0.1, "optimizer": "adam"},
            )
            for k in range(2)
        ]
        write(case, f"optuna {number}", *runs, file=opened)


def comet():
    os.environ["HOME"] = tempfile.mkdtemp()
    import comet_ml

    number = version("comet-ml")
    case = f"comet-{number}"
    folder = fresh(case)
    work = Path(tempfile.mkdtemp())
    experiment = comet_ml.OfflineExperiment(
        project_name="p",
        workspace="w",
        offline_directory=str(work),
        **dict.fromkeys(("log_code", "log_graph", "auto_param_logging", "log_env_details", "parse_args"), False),
    )
    experiment.log_parameters(SETTINGS)
    for i in range(20):
        experiment.log_metric("train/loss", TRAIN[i], step=i)
        if i in AT:
            experiment.log_metric("val/loss", VALIDATION[i], step=i)
    experiment.end()
    (file,) = work.glob("*.zip")
    shutil.copy(file, folder / "experiment.zip")
    found = run(both(), settings={"lr": 0.1, "optimizer": "adam"})
    write(case, f"comet-ml {number}", found, file="experiment.zip")


def neptune():
    """It refuses NaN and infinity, so here all is finite."""
    import neptune

    number = version("neptune")
    case = f"neptune-{number}"
    folder = fresh(case)
    os.chdir(tempfile.mkdtemp())
    quiet = dict.fromkeys(("capture_hardware_metrics", "capture_stdout", "capture_stderr", "capture_traceback"), False)
    held = neptune.init_run(mode="offline", source_files=[], **quiet)
    held["parameters"] = {"lr": 0.1, "optimizer": "adam"}
    values = [v if math.isfinite(v) else 0.5 for v in TRAIN]
    for i in range(20):
        held["train/loss"].append(values[i], step=i)
        if i in AT:
            held["val/loss"].append(VALIDATION[i], step=i)
    held.stop()
    (place,) = Path(".neptune/offline").iterdir()
    shutil.copytree(place, folder / "run__a")
    found = run(both(values=values), settings={"lr": 0.1, "optimizer": "adam"})
    write(case, f"neptune {number}", found, file="run__a")


def aim():
    import aim

    number = version("aim")
    case = f"aim-{number}"
    folder = fresh(case)
    work = tempfile.mkdtemp()
    held = aim.Run(repo=work, experiment="e", system_tracking_interval=None, log_system_params=False)
    held["hparams"] = SETTINGS
    for i in range(20):
        held.track(TRAIN[i], "loss", step=i, context={"subset": "train"})
        if i in AT:
            held.track(VALIDATION[i], "loss", step=i, context={"subset": "val"})
    held.close()
    skipped = shutil.ignore_patterns("LOG", "LOCK", "locks", "check_ins", "progress", "run_metadata.sqlite")
    shutil.copytree(Path(work) / ".aim", folder / ".aim", ignore=skipped)
    found = run(both("train/loss", "val/loss"), settings={"lr": 0.1, "optimizer": "adam"})
    write(case, f"aim {number}", found, needs="aim")


def mlflow():
    """One step is logged twice, which stays two points."""
    import mlflow

    number = version("mlflow-skinny")
    for kind in ("sqlite", "files"):
        case = f"mlflow-{number}-{kind}"
        folder = fresh(case)
        work = Path(tempfile.mkdtemp())
        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        mlflow.set_tracking_uri(f"sqlite:///{work}/mlflow.db" if kind == "sqlite" else (work / "mlruns").as_uri())
        experiment = mlflow.create_experiment("e", artifact_location=str(work / "artifacts"))
        with mlflow.start_run(experiment_id=experiment, run_name="first"):
            mlflow.log_params({"lr": 0.1, "optimizer": "adam"})
            for i in range(20):
                mlflow.log_metric("train_loss", TRAIN[i], step=i)
                if i == 7:
                    mlflow.log_metric("train_loss", 0.25, step=i)
                if i in AT:
                    mlflow.log_metric("val_loss", VALIDATION[i], step=i)
        values = [*TRAIN[:8], 0.25, *TRAIN[8:]]
        found = both("train_loss", "val_loss")
        found["train_loss"] = series(values, [*range(8), *range(7, 20)])
        settings = {"lr": 0.1, "optimizer": "adam"}
        if kind == "sqlite":
            opened = packed(work / "mlflow.db", folder)
        else:
            (metrics,) = (work / "mlruns").glob("*/*/metrics")
            shutil.copytree(metrics.parent, folder / "run")
            for name in ("tags", "artifacts"):
                shutil.rmtree(folder / "run" / name, ignore_errors=True)
            opened = "run"
        write(case, f"mlflow {number}", run(found, settings=settings), file=opened)


ALL = (
    *("wandb", "trackio", "swanlab", "visualdl", "sacred", "clearml", "optuna", "mlflow", "comet", "neptune", "aim"),
)
for chosen in sys.argv[1:] or ALL:
    globals()[chosen]()
