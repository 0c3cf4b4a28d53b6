# /// script
# requires-python = ">=3.11"
# dependencies = ["ultralytics==8.4.190", "timm==1.0.31", "torch==2.14.1", "torchvision==0.29.1"]
# ///
"""Ultralytics' results.csv and console from a training on four small pictures, and timm's summary.csv."""

import csv
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from printing import printed
from truth import fresh, run, series, write

EPOCHS = 5


def pictures():
    import numpy as np
    from PIL import Image

    folder, draw = Path(tempfile.mkdtemp()), np.random.default_rng(0)
    for part in ("train", "val"):
        (folder / "images" / part).mkdir(parents=True)
        (folder / "labels" / part).mkdir(parents=True)
        for i in range(4):
            pixels = draw.integers(0, 255, (64, 64, 3), dtype=np.uint8)
            pixels[16:48, 16:48] = (255, 0, 0)
            Image.fromarray(pixels).save(folder / "images" / part / f"{i}.png")
            (folder / "labels" / part / f"{i}.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (folder / "data.yaml").write_text(f"path: {folder}\ntrain: images/train\nval: images/val\nnames: {{0: red}}\n")
    return folder


def ultralytics():
    os.environ["YOLO_OFFLINE"] = "1"
    from ultralytics import YOLO

    number, folder = version("ultralytics"), pictures()
    case = f"ultralytics-{number}-console"
    shown = []
    with printed(case):
        net = YOLO("yolo11n.yaml")
        net.add_callback("on_train_epoch_end", lambda trainer: shown.append([float(v) for v in trainer.tloss.values()]))
        net.train(data=str(folder / "data.yaml"), epochs=EPOCHS, imgsz=64, batch=2, workers=0, project=str(folder),
                  name="run", plots=False, device="cpu", seed=0, amp=False)  # fmt: skip
    table = next(folder.rglob("results.csv"))
    parts = ("box_loss", "cls_loss", "dfl_loss")
    found = {name: series([float(f"{v[i]:.4g}") for v in shown], range(1, EPOCHS + 1)) for i, name in enumerate(parts)}
    write(case, f"ultralytics {number}", run(found, "Epoch", warnings=["redraws"]), file="train.log")
    case = f"ultralytics-{number}-csv"
    shutil.copy(table, fresh(case) / "results.csv")
    rows = list(csv.DictReader(table.open()))
    assert [len(shown), len(rows)] == [EPOCHS, EPOCHS]
    found = {}
    for name in parts:
        at = [int(row["epoch"]) for row in rows]
        found[f"train/{name}"] = series([row[f"train/{name}"] for row in rows], at)
        found[f"val/{name}"] = series([row[f"val/{name}"] for row in rows], at, "validation", f"train/{name}")
    write(case, f"ultralytics {number}", run(found, "epoch"), file="results.csv")


def timm():
    from timm.utils import update_summary

    number = version("timm")
    case = f"timm-{number}-summary"
    path = fresh(case) / "summary.csv"
    trained = [2.0 * 0.8**i for i in range(10)]
    held_out = [2.1 * 0.85**i for i in range(10)]
    for epoch in range(10):
        update_summary(
            epoch, {"loss": trained[epoch]}, {"loss": held_out[epoch], "top1": 5.0 * epoch, "top5": 8.0 * epoch},
            str(path), lr=0.1, write_header=epoch == 0,
        )  # fmt: skip
    found = {
        "train_loss": series(trained),
        "eval_loss": series(held_out, role="validation", pair="train_loss"),
    }
    write(case, f"timm {number}", run(found, "epoch"), file="summary.csv")


for chosen in sys.argv[1:] or ("ultralytics", "timm"):
    globals()[chosen]()
