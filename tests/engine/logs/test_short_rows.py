"""Rows with fewer cells than the header are said, and none of their cells moves under another name."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.logs import open_log

NAMES = ("epoch", "train_loss", "val_loss", "lr")


def table(seed: int, delimiter: str, cells: int) -> tuple[str, dict[str, list[float]], list[int]]:
    """A table some of whose rows have fewer cells; the columns of the others, and the numbers of the short lines."""
    draw = random.Random(seed)
    rows = [[str(i), *(f"{draw.random():.4f}" for _ in NAMES[1:])] for i in range(1, 41)]
    short = sorted(draw.sample(range(2, 40), 3))
    for i in short:
        rows[i] = rows[i][:cells]
    kept = [row for row in rows if delimiter != " " or len(row) == len(NAMES)]
    columns = {name: [float(row[j]) for row in kept if j < len(row)] for j, name in enumerate(NAMES)}
    lines = [delimiter.join(row) for row in [list(NAMES), *rows]]
    return "\n".join(lines) + "\n", columns, [i + 2 for i in short]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cells", [2, 3])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", " "])
def test_short_rows_are_said_and_move_nothing(tmp_path: Path, delimiter: str, cells: int, seed: int) -> None:
    text, columns, lines = table(seed, delimiter, cells)
    path = tmp_path / "log.txt"
    path.write_text(text, encoding="utf-8")
    (run,) = open_log(path)
    for name in ("train_loss", "val_loss"):
        assert list(run.table.series(name).values) == columns[name]
    (warning,) = run.warnings
    assert (warning.what.value, list(warning.lines)) == ("unsure_rows" if delimiter == " " else "short_rows", lines)


@pytest.mark.parametrize("delimiter", [",", "\t", " "])
def test_a_last_row_that_is_still_written_is_no_fault(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "log.txt"
    rows = [delimiter.join(map(str, (i, 1 / i, 2 / i, 0.1))) for i in range(1, 30)]
    path.write_text("\n".join([delimiter.join(NAMES), *rows, f"30{delimiter}0.0"]), encoding="utf-8")
    (run,) = open_log(path)
    assert not run.warnings
