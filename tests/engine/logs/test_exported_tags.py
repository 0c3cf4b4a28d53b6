"""CSV exports of TensorBoard: the tags of one training and its validation are one run, whoever named the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.logs import open_log
from engine.run import Run
from engine.series import Role

HELD_OUT = ("validation", "val", "eval", "test")
SEEDS = range(4)
# How the file of a tag is named: in the folder of its run, by TensorBoard, and by TensorBoard of a run in a folder.
PLACES = {
    "folder": "{role}/{tag}.csv",
    "folder and name": "{role}/run-{role}-tag-{tag}.csv",
    "name": "run_{role}-tag-{tag}.csv",
    "name with hyphens": "run-{role}-tag-{tag}.csv",
    "name of a folder": "run_logs_fit_{role}-tag-{tag}.csv",
    "within": "logs/fit/{role}/{tag}.csv",
    "only the role": "{role}.csv",
}


def export(file: Path, steps: list[int], values: list[float]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{1.7e9 + 3 * step},{step},{value}" for step, value in zip(steps, values, strict=True)]
    file.write_text("\n".join(["Wall time,Step,Value", *rows]) + "\n")


def points(run: Run, name: str) -> list[tuple[float, float]]:
    cells = run.table.series(name)
    return [(run.x_at(int(row)), float(v)) for row, v in zip(cells.rows, cells.values, strict=True)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("seed", SEEDS)
def test_training_and_validation_are_one_run(tmp_path: Path, place: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, every, held_out = int(rng.integers(10, 60)), int(rng.integers(1, 5)), HELD_OUT[seed]
    tag = "loss" if place == "only the role" else ("epoch_loss", "loss", "Loss_total", "mse")[seed]
    wanted = {}
    for role, steps in (("train", list(range(n))), (held_out, list(range(0, n, every)))):
        values = [round(float(v), 6) for v in rng.uniform(0.1, 3.0, len(steps))]
        export(tmp_path / PLACES[place].format(role=role, tag=tag), steps, values)
        wanted[role] = list(zip(map(float, steps), values, strict=True))
    (run,) = open_log(tmp_path)
    trained, tested = sorted(run.series, key=lambda s: s.role is Role.VALIDATION)
    assert (trained.role, tested.role, tested.partner) == (Role.TRAINING, Role.VALIDATION, trained.name)
    assert points(run, trained.name) == wanted["train"]
    assert points(run, tested.name) == wanted[held_out]
    assert run.names.get(run.x or "", run.x) == "step"


def test_other_tags_of_the_run_are_no_losses_and_other_runs_stay_apart(tmp_path: Path) -> None:
    for run in ("a", "b"):
        for role in ("train", "validation"):
            for tag in ("epoch_loss", "epoch_accuracy"):
                export(tmp_path / run / role / f"{tag}.csv", [0, 1, 2], [3.0, 2.0, 1.0 + (run == "b")])
    runs = open_log(tmp_path)
    assert [[s.name for s in run.series] for run in runs] == [["train/epoch_loss", "validation/epoch_loss"]] * 2
    assert [float(run.table.values("train/epoch_loss")[-1]) for run in runs] == [1.0, 2.0]
    assert all("validation/epoch_accuracy" in run.table for run in runs)


def test_files_named_after_runs_are_runs_of_their_own(tmp_path: Path) -> None:
    for role in ("train", "validation"):
        for i, name in enumerate(("lr_low", "lr_high")):
            export(tmp_path / role / f"{name}.csv", [0, 1, 2], [3.0 + i, 2.0, 1.0])
    runs = open_log(tmp_path)
    assert sorted(float(run.table.values(run.series[0].name)[0]) for run in runs) == [3.0, 4.0]
    assert [[s.role for s in run.series] for run in runs] == [[Role.TRAINING, Role.VALIDATION]] * 2


def test_exports_without_a_counterpart_stay_runs(tmp_path: Path) -> None:
    for i, name in enumerate(("first.csv", "second.csv", "train/loss.csv")):
        export(tmp_path / name, [0, 1, 2], [3.0 + i, 2.0, 1.0])
    assert [[s.name for s in run.series] for run in open_log(tmp_path)] == [["Value"]] * 3
