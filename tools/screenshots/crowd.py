"""A folder as people have them: hundreds of logs of a dozen kinds."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path

Course = list[float]


def _rows(head: str, line: str, name: str) -> Callable[[Path, Course, Course], None]:
    """Writes a file of lines with the epoch, the step, the training and the validation loss."""

    def write(folder: Path, trained: Course, held_out: Course) -> None:
        pairs = enumerate(zip(trained, held_out, strict=True))
        lines = [line.format(e=e, s=10 * e + 9, a=a, v=v, n=len(trained)) for e, (a, v) in pairs]
        (folder / name).write_text(head + "".join(lines), encoding="utf-8")

    return write


def _trainer(folder: Path, trained: Course, held_out: Course) -> None:
    records = []
    for e, (a, v) in enumerate(zip(trained, held_out, strict=True)):
        records += [{"loss": a, "epoch": e, "step": 10 * e}, {"eval_loss": v, "epoch": e, "step": 10 * e}]
    (folder / "trainer_state.json").write_text(json.dumps({"log_history": records, "global_step": len(records)}))


def _evaluations(folder: Path, trained: Course, held_out: Course) -> None:
    (folder / "evals.json").write_text(json.dumps({"train": {"rmse": trained}, "eval": {"rmse": held_out}}))


def _arrays(folder: Path, trained: Course, held_out: Course) -> None:
    import numpy as np

    np.savez(folder / "history.npz", loss=trained, val_loss=held_out)


def _frame(folder: Path, trained: Course, held_out: Course) -> None:
    import polars as pl

    frame = pl.DataFrame({"epoch": range(len(trained)), "loss": trained, "val_loss": held_out})
    frame.write_parquet(folder / "history.parquet")


_BOX = "epoch,train/box_loss,val/box_loss\n"
KINDS: dict[str, Callable[[Path, Course, Course], None]] = {
    "keras": _rows("epoch,loss,val_loss\n", "{e},{a},{v}\n", "history.csv"),
    "keras-console": _rows("", "Epoch {e}/{n}\n9/9 - 1s - loss: {a:.4f} - val_loss: {v:.4f}\n", "out.txt"),
    "lightning": _rows("epoch,step,train_loss,val_loss\n", "{e},{s},{a},\n{e},{s},,{v}\n", "metrics.csv"),
    "trainer": _trainer,
    "records": _rows("", '{{"step": {s}, "loss": {a}, "val_loss": {v}}}\n', "metrics.jsonl"),
    "loop": _rows("", "Epoch {e}: loss={a:.4f} val_loss={v:.4f}\n", "train.log"),
    "lightgbm": _rows("", "[{e}]\ttraining's l2: {a:.6f}\tvalid_1's l2: {v:.6f}\n", "boosting.log"),
    "xgboost": _evaluations,
    "numpy": _arrays,
    "parquet": _frame,
    "ultralytics": _rows(_BOX, "{e},{a},{v}\n", "results.csv"),
    "megatron": _rows("", " iteration {s:8d}/ 900 | lm loss: {a:.6E} | grad norm: 1.2 |\n", "pretraining.log"),
}


def write_crowd(folder: Path, count: int = 500) -> None:
    """Write so many logs into a new folder, one run in each folder below; some rise late, some diverge."""
    draw = random.Random(3)
    for i in range(count):
        name = list(KINDS)[i % len(KINDS)]
        place = folder / name / f"run-{i // len(KINDS):02d}-lr{draw.choice((1e-3, 3e-4, 1e-4)):g}"
        place.mkdir(parents=True)
        epochs, first = draw.choice((30, 60)), draw.uniform(2, 4)
        trained = [first * math.exp(-4 * e / epochs) + 0.3 + draw.uniform(-0.02, 0.02) for e in range(epochs)]
        if i % 17 == 3:
            trained = [v * (4 if e > 0.6 * epochs else 1) for e, v in enumerate(trained)]
        KINDS[name](place, trained, [1.05 * v + 0.05 for v in trained])
