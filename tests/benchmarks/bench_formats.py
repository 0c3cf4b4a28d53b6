"""Reads a long course in each format and compares with the format's own library reading it back.

``python -m tests.benchmarks formats``. The bound: at most 1.5 times the library's processor time, which does not hang
on what else the machine does, and a moment; a text log of ``key=value`` lines at least 500 000 lines a second. What is
not installed here is left out, by name. W&B has nothing in Python that reads its files back.
"""

from __future__ import annotations

import importlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROUNDS = 5
TIMES = 1.5
PLUS_SECONDS = 0.03  # to recognise the format and choose the losses, whatever the file's length
LINES_PER_SECOND = 500_000
STEPS = np.arange(100_000)
FEWER = 20_000  # where writing them takes long
LOSS = 2 * np.exp(-STEPS / len(STEPS) * 3) * (1 + 0.1 * np.sin(STEPS))


class Case(NamedTuple):
    """A format: the module that reads it back, what writes a file, and what reads it to numbers."""

    module: str
    file: str
    write: Callable[[Path], None]
    read: Callable[[Path], object]


def _csv(path: Path) -> None:
    import polars as pl

    pl.DataFrame({"step": STEPS, "loss": LOSS}).write_csv(path)


def _read_csv(path: Path) -> object:
    import polars as pl

    return pl.read_csv(path)


def _parquet(path: Path) -> None:
    import polars as pl

    pl.DataFrame({"step": STEPS, "loss": LOSS}).write_parquet(path)


def _read_parquet(path: Path) -> object:
    import polars as pl

    return pl.read_parquet(path)


def _json_lines(path: Path) -> None:
    rows = zip(STEPS.tolist(), LOSS.tolist(), strict=True)
    path.write_text("".join(json.dumps({"step": s, "loss": v}) + "\n" for s, v in rows))


def _read_json_lines(path: Path) -> object:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _json(path: Path) -> None:
    path.write_text(json.dumps({"loss": LOSS.tolist()}))


def _read_json(path: Path) -> object:
    return json.loads(path.read_text())


def _trainer(path: Path) -> None:
    rows = [{"step": s, "epoch": s / 1000, "loss": v} for s, v in zip(STEPS.tolist(), LOSS.tolist(), strict=True)]
    path.write_text(json.dumps({"log_history": rows, "global_step": len(rows)}))


def _npz(path: Path) -> None:
    np.savez(path, step=STEPS, loss=LOSS)


def _read_npz(path: Path) -> object:
    with np.load(path) as held:
        return {name: held[name] for name in held.files}


def _events(path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(path), max_queue=10_000) as writer:
        for step, value in zip(STEPS[:20_000].tolist(), LOSS.tolist(), strict=False):
            writer.add_scalar("loss", value, step)


def _read_events(path: Path) -> object:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    held = EventAccumulator(str(path), {"scalars": 0})
    held.Reload()
    return held.Scalars("loss")


def _r(path: Path) -> None:
    import pandas
    import rdata

    rdata.write_rds(path, pandas.DataFrame({"step": STEPS, "loss": LOSS}))


def _read_r(path: Path) -> object:
    import rdata

    return rdata.read_rds(path)


def _store(path: Path) -> None:
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE runs (run_uuid TEXT, name TEXT, status TEXT, start_time INTEGER)")
    base.execute("CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT)")
    base.execute(
        "CREATE TABLE metrics (key TEXT, value REAL, timestamp INTEGER, run_uuid TEXT, step INTEGER, is_nan INTEGER)"
    )
    base.execute("INSERT INTO runs VALUES ('a', 'a', 'FINISHED', 0)")
    rows = (("loss", v, s, "a", s, 0) for s, v in zip(STEPS.tolist(), LOSS.tolist(), strict=True))
    base.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    base.commit()
    base.close()


def _read_store(path: Path) -> object:
    """The rows alone, without the objects that the tracker makes of them."""
    base = sqlite3.connect(path)
    rows = base.execute("SELECT step, value FROM metrics ORDER BY step").fetchall()
    base.close()
    return rows


def _optuna(path: Path) -> None:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    store = optuna.storages.JournalStorage(JournalFileBackend(str(path)))
    study = optuna.create_study(storage=store, study_name="s")
    trial = study.ask()
    for step, value in enumerate(LOSS[: FEWER // 10].tolist()):
        trial.report(value, step)
    study.tell(trial, 0.1)


def _read_optuna(path: Path) -> object:
    import optuna
    from optuna.storages.journal import JournalFileBackend

    store = optuna.storages.JournalStorage(JournalFileBackend(str(path)))
    return [t.intermediate_values for t in optuna.load_study(storage=store, study_name="s").trials]


def _excel(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("history")
    sheet.append(["step", "loss"])
    for row in zip(STEPS[:FEWER].tolist(), LOSS.tolist(), strict=False):
        sheet.append(row)
    book.save(path)


def _read_excel(path: Path) -> object:
    import openpyxl

    return list(openpyxl.load_workbook(path, read_only=True)["history"].iter_rows(values_only=True))


def _trackio(path: Path) -> None:
    from trackio.sqlite_storage import SQLiteStorage

    _in_its_folder(path)
    metrics = [{"train/loss": value} for value in LOSS[:FEWER].tolist()]
    SQLiteStorage.bulk_log("p", "run1", metrics, steps=list(range(FEWER)))
    path.write_bytes(SQLiteStorage.get_project_db_path("p").read_bytes())


def _read_trackio(path: Path) -> object:
    from trackio.sqlite_storage import SQLiteStorage

    return SQLiteStorage.get_logs("p", "run1", max_points=None)


def _in_its_folder(path: Path) -> None:
    import trackio.sqlite_storage

    trackio.sqlite_storage.TRACKIO_DIR = path.parent / "trackio"


def _mlflow(path: Path) -> None:
    from mlflow import MlflowClient
    from mlflow.entities import Metric

    client = MlflowClient(f"sqlite:///{path}")
    run = client.create_run(client.create_experiment("e")).info.run_id
    metrics = [Metric("loss", v, s, s) for s, v in zip(STEPS[:FEWER].tolist(), LOSS.tolist(), strict=False)]
    for start in range(0, len(metrics), 1000):
        client.log_batch(run, metrics[start : start + 1000])


def _read_mlflow(path: Path) -> object:
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{path}")
    (run,) = client.search_runs([e.experiment_id for e in client.search_experiments()])
    return client.get_metric_history(run.info.run_id, "loss")


CASES = {
    "CSV": Case("polars", "a.csv", _csv, _read_csv),
    "Parquet": Case("polars", "a.parquet", _parquet, _read_parquet),
    "JSON lines": Case("json", "a.jsonl", _json_lines, _read_json_lines),
    "JSON history": Case("json", "history.json", _json, _read_json),
    "Trainer": Case("json", "trainer_state.json", _trainer, _read_json),
    "NumPy": Case("numpy", "a.npz", _npz, _read_npz),
    "TensorBoard": Case("tensorboard", "events", _events, _read_events),
    "R": Case("rdata", "a.rds", _r, _read_r),
    "MLflow's database, its rows alone": Case("sqlite3", "rows.db", _store, _read_store),
    "MLflow": Case("mlflow", "mlflow.db", _mlflow, _read_mlflow),
    "Optuna": Case("optuna", "journal.log", _optuna, _read_optuna),
    "Excel": Case("openpyxl", "history.xlsx", _excel, _read_excel),
    "Trackio": Case("trackio", "p.db", _trackio, _read_trackio),
}


def main() -> int:
    """The exit code: 1 if a format is slower than its bound."""
    with tempfile.TemporaryDirectory() as name:
        slow = [title for title, case in CASES.items() if not is_quick(title, case, Path(name))]
        return int(bool(slow) | (not reads_text_quickly(Path(name))))


def is_quick(title: str, case: Case, folder: Path) -> bool:
    """Print how a format compares; whether it is within its bound."""
    from engine.logs import open_log

    try:
        importlib.import_module(case.module)
        path = folder / case.file
        case.write(path)
    except ImportError as error:
        print(f"{title}: left out, {error}")
        return True
    own, ours = seconds(lambda: case.read(path)), seconds(lambda: open_log(path))
    allowed = TIMES * own + PLUS_SECONDS
    print(f"{title}: {ours:.3f} s (at most {allowed:.3f} s), {case.module} {own:.3f} s: {ours / own:.2f} x")
    return ours <= allowed


def reads_text_quickly(folder: Path) -> bool:
    """Print how many lines of a text log are read in a second; whether they are enough."""
    from engine.logs import open_log

    path = folder / "train.log"
    rows = zip(STEPS.tolist(), LOSS.tolist(), strict=True)
    path.write_text("".join(f"step={s} loss={v:.6f} lr=0.001\n" for s, v in rows) * 5)
    rate = 5 * len(STEPS) / seconds(lambda: open_log(path))
    print(f"key=value lines: {rate:,.0f} a second (at least {LINES_PER_SECOND:,})")
    return rate >= LINES_PER_SECOND


def seconds(work: Callable[[], object]) -> float:
    """Processor time of the fastest of some rounds; the first loads what is needed and does not count."""
    found = []
    for _ in range(1 + ROUNDS):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found[1:])


if __name__ == "__main__":
    raise SystemExit(main())
