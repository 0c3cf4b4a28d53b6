"""Consoles of the YOLO family in the layouts of its versions, with every cell where its header says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.logs import open_log
from engine.run import Run

LAYOUTS = {
    "Epoch gpu_mem box obj cls labels img_size": ("box", "obj", "cls"),
    "Epoch gpu_mem box obj cls total labels img_size": ("box", "obj", "cls", "total"),
    "Epoch GPU_mem box_loss obj_loss cls_loss Instances Size": ("box_loss", "obj_loss", "cls_loss"),
    "Epoch GPU_mem box_loss cls_loss dfl_loss Instances Size": ("box_loss", "cls_loss", "dfl_loss"),
    "Epoch GPU_mem box_loss pose_loss kobj_loss cls_loss dfl_loss Instances Size": (
        "box_loss", "pose_loss", "kobj_loss", "cls_loss", "dfl_loss",
    ),
    "Epoch GPU_mem loss Instances Size": ("loss",),
}  # fmt: skip
SCORES = "Class Images Instances Box(P R mAP50 mAP50-95)"


def console(header: str, losses: tuple[str, ...], end: str, first: int, draws: int = 3) -> tuple[str, dict]:
    """What is printed in six epochs, and the values that stand last in each."""
    draw = random.Random(header)
    text, right = "Starting training for 6 epochs...\n", {name: [] for name in (*losses, "mAP50")}
    for epoch in range(first, first + 6):
        text += "".join(f"{word:>11}" for word in header.split()) + "\n"
        for k in range(draws):
            values = [f"{draw.random() * 3:.4g}" if (epoch, k) != (first + 4, draws - 1) else "nan" for _ in losses]
            cells = [
                f"{epoch}/{first + 5}",
                "2.13G",
                *values,
                *(["64"] if "Size" in header or "label" in header else []),
            ]
            row = "".join(f"{cell:>11}" for cell in [*cells, "640"])
            text += f"{row}: {100 * (k + 1) // draws}%|####      | {k + 1}/{draws} [00:01<00:01, 5.12it/s]{end}"
        text += "\n" + "".join(f"{word:>11}" for word in SCORES.split()) + ": 100%|####| 4/4 [00:01<00:00, 2.1it/s]\n"
        text += f"{'all':>11}{128:>11}{929:>11}{0.5:>11}{0.4:>11}{epoch / 20:>11}{0.2:>11}\n\n"
        for name, value in zip(losses, values, strict=True):
            right[name].append(float(value))
        right["mAP50"].append(epoch / 20)
    text += "6 epochs completed in 0.1 hours.\n" + "".join(f"{word:>11}" for word in SCORES.split()) + "\n"
    return text + f"{'all':>11}{128:>11}{929:>11}{0.9:>11}{0.9:>11}{0.9:>11}{0.9:>11}\nSpeed: 0.2ms loss\n", right


def read(path: Path, text: str) -> Run:
    path.write_text(text, encoding="utf-8", newline="")
    (run,) = open_log(path)
    return run


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("end", ["\r", "\n", "\x1b[K\r"], ids=["return", "line", "erase"])
@pytest.mark.parametrize("header", LAYOUTS)
def test_each_epoch_is_one_row_with_what_its_bar_showed_last(tmp_path: Path, header: str, end: str, first: int) -> None:
    losses = LAYOUTS[header]
    text, right = console(header, losses, end, first)
    run = read(tmp_path / "train.log", text)
    assert [series.name for series in run.series] == list(losses)
    for name, values in right.items():
        cells = run.table.series(name)
        assert [str(v) for v in cells.values] == [str(v) for v in values]
        assert [run.x_at(int(row)) for row in cells.rows] == list(range(first, first + 6))


def test_a_row_without_one_of_its_cells_is_left_out_and_said(tmp_path: Path) -> None:
    header, losses = next(iter(LAYOUTS.items()))
    text, right = console(header, losses, "\n", 1, draws=1)
    lines = text.split("\n")
    at = next(i for i, line in enumerate(lines) if " 3/6" in line)
    lines[at] = lines[at].replace("      2.13G", "", 1)
    run = read(tmp_path / "train.log", "\n".join(lines))
    assert list(run.table.series("box").values[:3]) == [right["box"][i] for i in (0, 1, 3)]
    (warning,) = run.warnings
    assert (warning.what.value, warning.lines) == ("skipped_lines", (at + 1,))
