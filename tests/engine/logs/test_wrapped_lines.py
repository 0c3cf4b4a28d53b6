"""Lines cut at the width of a window are joined where they must be, and nothing else is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.logs import open_log
from engine.logs.wrapped_lines import joined

LAYOUTS = (
    "2026-11-30 10:00:{i:02d},123 - project.trainer - INFO - Epoch [{i}/30] train_loss: {a} train_acc: {c} "
    "val_loss: {b} val_acc: {c} lr: 0.000100",
    "epoch {i:2d} | time: {t}s | train_accuracy: {c} | train_loss {a} | val_loss {b} | val_accuracy {c}",
    "[2026-11-30 10:00:{i:02d}] INFO __main__: epoch={i} train_loss={a} accuracy={c} val_loss={b} lr=0.0001 time={t}s",
    "INFO:root:Epoch: {i}, learning rate: 0.0003, gradient norm: {t}, train loss: {a}, validation loss: {b}, best: no",
    "{{'epoch': {i}, 'learning_rate': 0.000312, 'train_loss': {a}, 'train_accuracy': {c}, 'val_loss': {b}}}",
)


def log(layout: str, seed: int) -> tuple[list[str], list[float], list[float]]:
    draw = random.Random(seed)
    trained = [round(3 * 0.9**i + draw.random() / 50, 5) for i in range(30)]
    held_out = [round(v + 0.1 + draw.random() / 50, 5) for v in trained]
    lines = [
        layout.format(
            i=i, a=f"{a:.5f}", b=f"{b:.5f}", c=f"0.{draw.randint(1000, 9999)}", t=f"{draw.random() * 200:.2f}"
        )
        for i, (a, b) in enumerate(zip(trained, held_out, strict=True), 1)
    ]
    return lines, trained, held_out


def cut(lines: list[str], width: int) -> str:
    return "".join(line[at : at + width] + "\n" for line in lines for at in range(0, len(line), width))


@pytest.mark.parametrize("layout", range(len(LAYOUTS)))
@pytest.mark.parametrize("width", [*range(45, 110, 5), 72, 79, 88])
def test_every_value_is_read_whatever_the_width(tmp_path: Path, layout: int, width: int) -> None:
    lines, trained, held_out = log(LAYOUTS[layout], width)
    path = tmp_path / "train.log"
    path.write_text(cut(lines, width), encoding="utf-8")
    (run,) = open_log(path)
    found = {s.role.value: list(run.table.series(s.name).values) for s in run.series}
    assert found == {"training": trained, "validation": held_out}


@pytest.mark.parametrize("layout", range(len(LAYOUTS)))
def test_lines_that_nobody_cut_stay_as_they_are(layout: int) -> None:
    lines, trained, _held_out = log(LAYOUTS[layout], 1)
    assert joined("\n".join(lines)) is None
    others = [
        f"{line}\nsaved the weights of epoch {i} with loss {a}" for i, (line, a) in enumerate(zip(lines, trained))
    ]
    assert joined("\n".join(others)) is None
    table = "\n".join(f"{i:>20} {a:>20.5f} {a / 2:>20.{4 + i % 2}f}" for i, a in enumerate(trained))
    assert joined(table) is None
