"""What is read column by column is what is read record by record."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from engine.logs import json_rows
from engine.logs.json_documents import sheets_of
from engine.logs.json_rows import plain_numbers, sheet_of_records
from engine.logs.sheet import Sheet
from engine.logs.tags import TaggedNumber, sheet_of_tags

SEEDS = range(20)


def spelled(sheet: Sheet) -> dict[str, list[tuple[int, str]]]:
    """The cells of a sheet, not-a-number included."""
    cells = {name: sheet.cells(name) for name in sheet.columns}
    return {n: [(int(r), repr(float(v))) for r, v in zip(c.rows, c.values, strict=True)] for n, c in cells.items()}


def records(draw: random.Random) -> list[dict[str, Any]]:
    """Records of a few shapes, some with a single summary, null or a text among them."""
    found: list[dict[str, Any]] = []
    for i in range(draw.randint(1, 60)):
        found.append({"step": i, "loss": draw.choice((0.5 / (i + 1), 3, math.nan, math.inf))})
        if i % 5 == 4:
            found.append({"step": i, "eval_loss": 0.9, "lr": 1e-4})
    more = ({"total": 3.0}, {}, {"step": 1, "loss": None}, {"step": 1, "loss": "0.25"}, {"loss": 10**400}, {"a": True})
    for extra in draw.sample(more, draw.randint(0, 3)):
        found.insert(draw.randrange(len(found) + 1), extra)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_records_read_by_column_are_those_read_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    held = records(random.Random(seed))
    at_once = sheet_of_records(held)
    monkeypatch.setattr(json_rows, "MOST_SHAPES", 0)
    one_by_one = sheet_of_records(held)
    assert spelled(at_once) == spelled(one_by_one)
    assert at_once.settings == one_by_one.settings
    assert at_once.rows == one_by_one.rows


def test_some_records_are_read_by_column() -> None:
    held = [{"step": i, "loss": 0.5} for i in range(20)]
    assert json_rows._sheet_of_plain(held) is not None
    assert json_rows._sheet_of_plain([*held, {"loss": None}] * 3) is None


def test_null_is_not_a_number_in_a_list_and_a_text_is_read() -> None:
    assert plain_numbers([1, None, 10**400]) is None
    (sheet,) = sheets_of({"loss": [1, None, 0.5], "val_loss": ["1", "2", 0.5]})
    assert spelled(sheet)["loss"] == [(0, "1.0"), (1, "nan"), (2, "0.5")]
    assert spelled(sheet)["val_loss"] == [(0, "1.0"), (1, "2.0"), (2, "0.5")]


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_with_tags_get_a_row_for_each_step_repetition_and_restart(seed: int) -> None:
    draw = random.Random(seed)
    found, step, time = [], {"loss": 0, "val": 0}, 0.0
    for _ in range(draw.randint(0, 80)):
        tag = draw.choice(("loss", "loss", "val"))
        step[tag] = max(0, step[tag] + draw.choice((1, 1, 1, 0, -4)))
        time += 1
        found.append(TaggedNumber(time, float(step[tag]), tag, draw.random()))
    sheet = sheet_of_tags(found)
    rows = {row for name in ("loss", "val") if name in sheet.columns for row in sheet.cells(name).rows.tolist()}
    assert rows == set(range(sheet.rows))
    for name in ("loss", "val"):
        own = [n for n in found if n.tag == name]
        if own:
            cells = sheet.cells(name)
            assert sorted(cells.values.tolist()) == sorted(n.value for n in own)
            at = {n.value: n.step for n in own}
            assert [at[v] for v in cells.values.tolist()] == sheet.columns["step"][cells.rows].tolist()
    assert np.isfinite(sheet.columns["step"]).all()
