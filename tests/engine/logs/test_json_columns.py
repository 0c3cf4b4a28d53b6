"""JSON lines read column by column give the same as read object by object."""

from __future__ import annotations

import json
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.logs import json_columns
from engine.logs.json_columns import JsonGathering, plain_columns
from engine.logs.sheet import Sheet

NAMES = st.sampled_from(["step", "loss", "val/loss", "name", "mode", "note", "lr\u202e", "a b"])
NUMBERS = st.one_of(st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.one_of(NUMBERS, st.none(), st.booleans(), st.sampled_from(["0.5", "word", "val", "", "nan"]))
ITEMS = st.dictionaries(NAMES, st.one_of(VALUES, st.lists(VALUES, max_size=2), st.dictionaries(NAMES, VALUES)))


def text(items: list[dict]) -> bytes:
    return "".join(json.dumps(item) + "\n" for item in items).encode()


def gathered(data: bytes) -> Sheet:
    gathering = JsonGathering()
    gathering.feed(data)
    return gathering.sheet()


def test_plain_objects_become_columns_without_a_look_at_each() -> None:
    columns = plain_columns(text([{"step": 1, "loss": 0.5, "is": True}, {"step": 2, "eval": {"loss": 0.25}}]))
    assert columns is not None
    assert {name: values.to_list() for name, values in columns.items()} == {
        "step": [1.0, 2.0],
        "loss": [0.5, None],
        "eval/loss": [None, 0.25],
    }


@pytest.mark.parametrize(
    "line",
    [
        '{"loss": "0.5"}',
        '{"mode": "val", "loss": 1}',
        '{"name": "loss", "value": 1}',
        '{"loss": [0.5]}',
        '{"loss": NaN}',
        '{"lo\\"ss": 1}',
        "[1, 2]",
        "no object",
        '{"a":' * 1000 + "1" + "}" * 1000,
    ],
)
def test_what_is_not_plain_is_looked_at_one_by_one(line: str) -> None:
    assert plain_columns((line + "\n").encode()) is None


@settings(max_examples=300)
@example([{"note": "word"}, {"loss": 0, "note": [0]}])
@example([{"note": {"a b": 1}}, {"loss": 0, "note": "word"}])
@example([{"note": "word"}, {"loss": 0, "note": 1e40}])
@given(st.lists(ITEMS, min_size=1, max_size=12))
def test_both_ways_give_the_same_sheet(items: list[dict]) -> None:
    data = text(items)
    quick = gathered(data)
    with patch.object(json_columns, "plain_columns", lambda block: None):
        thorough = gathered(data)
    assert quick.rows == thorough.rows
    assert repr(quick.settings) == repr(thorough.settings)
    assert set(quick.columns) == set(thorough.columns)
    for name in quick.columns:
        assert np.array_equal(quick.cells(name).rows, thorough.cells(name).rows)
        assert np.array_equal(quick.cells(name).values, thorough.cells(name).values, equal_nan=True)


def test_blocks_join_where_a_column_begins_late() -> None:
    gathering = JsonGathering()
    for block in ([{"step": 1}, {"step": 2}], [{"step": 3, "loss": 0.5}, {"loss": "0.25"}], [{"loss": 0.125}]):
        gathering.feed(text(block))
    sheet = gathering.sheet()
    assert sheet.cells("step").rows.tolist() == [0, 1, 2]
    assert sheet.cells("loss").rows.tolist() == [2, 3, 4]
    assert sheet.cells("loss").values.tolist() == [0.5, 0.25, 0.125]


def test_names_of_every_line_anew_are_not_laid_out_as_a_table() -> None:
    assert plain_columns(text([{f"name {i}": i} for i in range(2000)])) is None


def test_a_lonely_number_above_many_records_is_a_setting() -> None:
    sheet = gathered(text([{"seed": 7}, *({"step": i, "loss": 1.0 / i} for i in range(1, 9))]))
    assert sheet.settings == {"seed": 7.0}
    assert sheet.rows == 8
    assert list(sheet.columns) == ["step", "loss"]
