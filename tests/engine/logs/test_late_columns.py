"""What a watched run logs late has the names and units that it has when the run is opened anew."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.logs.following import Follower
from engine.logs.reading import open_log
from engine.run import Run
from engine.table import Series

ROWS, EVERY = 60, 5
NAMES = ("acc", "accuracy", "valid/acc", "test accuracy", "grad norm", "learning rate", "f1", "val_loss")


def write(path: Path, name: str, top: float, first: int, start: int, stop: int) -> None:
    """Rows with a loss, and with another number in each fifth one from a first one on."""
    at = [row for row in range(start, stop) if row % EVERY == 0 and row >= first]
    rows = range(start, stop)
    columns: dict[str, object] = {"step": [row + 1 for row in rows], "loss": [1 / (row + 1) for row in rows]}
    if at:
        columns[name] = [[row - start for row in at], [top * (row + 2) / ROWS for row in at]]
    with path.open("a") as stream:
        stream.write(json.dumps({"rows": columns}) + "\n")


def told(run: Run) -> dict[str, tuple[list[int], list[float]]]:
    found: dict[str, Series] = {name: run.table.series(name) for name in run.table.columns}
    return {name: (series.rows.tolist(), np.round(series.values, 12).tolist()) for name, series in found.items()}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("top", [0.9, 90.0])
@pytest.mark.parametrize("first", [0, 20, 45])
def test_what_is_logged_late_is_named_and_scaled_as_when_opened_anew(
    name: str, top: float, first: int, tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps({"overshoot": 1, "name": "run", "optimizers": []}) + "\n")
    write(path, name, top, first, 0, 10)
    follower = Follower(path)
    for start in range(10, ROWS, 10):
        write(path, name, top, first, start, start + 10)
        assert follower.poll()
    (anew,) = open_log(path)
    assert told(follower.runs[0]) == told(anew)
    assert follower.runs[0].series == anew.series
    assert follower.runs[0].names == anew.names
