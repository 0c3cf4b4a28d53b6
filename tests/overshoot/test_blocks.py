"""Rows survive the way into blocks and back, whatever columns they have."""

from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from engine.logs.run_blocks import Blocks, joined
from engine.logs.sheet import Sheet
from overshoot.blocks import MOST_ROWS, encode, encode_plain
from overshoot.plain_rows import PlainRows

names = st.sampled_from(["loss", "val_loss", "accuracy", "grad_norm/conv.1", "ä"])
numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)
tables = st.lists(st.dictionaries(names, numbers, min_size=1), min_size=1, max_size=30)


@given(tables)
def test_rows_come_back_bit_for_bit(rows: list[dict[str, float]]) -> None:
    text = encode([(i + 1, 0.1 * i, 0.01, row) for i, row in enumerate(rows)])
    count, columns = joined(Blocks().feed(text.split("\n")))
    assert count == len(rows)
    sheet = Sheet(columns, count)
    for name in {n for row in rows for n in row}:
        cells = sheet.cells(name)
        assert cells.rows.tolist() == [i for i, row in enumerate(rows) if name in row]
        wanted = [row[name] for row in rows if name in row]
        assert all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(cells.values, wanted, strict=True))


@given(
    st.lists(st.tuples(st.integers(0, 1 << 50) | numbers, st.floats(0, 1e6), numbers, numbers, numbers), min_size=1),
    st.booleans(),
)
def test_plain_rows_are_written_as_any_others(given: list[tuple[float, ...]], has_rate: bool) -> None:
    plain = PlainRows(("loss", "accuracy"), has_rate)
    rows = [(step, s, rate if has_rate else None, {"loss": a, "accuracy": b}) for step, s, rate, a, b in given]
    for step, seconds, rate, own in rows:
        plain.add((step, seconds, rate, *own.values()))
    assert len(plain) == len(rows)
    assert encode_plain(plain) == encode(rows)


def test_long_logs_are_cut_into_lines_of_bounded_length() -> None:
    text = encode([(i, 0.0, None, {"loss": 1.0}) for i in range(2 * MOST_ROWS + 5)])
    assert [len(json.loads(line)["rows"]["step"]) for line in text.splitlines()] == [MOST_ROWS, MOST_ROWS, 5]
    plain = PlainRows(("loss",), has_rate=False)
    for i in range(2 * MOST_ROWS + 5):
        plain.add((i, 0.0, None, 1.0))
    assert encode_plain(plain) == text


def test_damaged_lines_are_counted_and_cost_only_themselves() -> None:
    good = encode([(1, 0.0, None, {"loss": 1.0})])
    bad = [
        '{"rows": {"step": [1, 2], "loss": [1]}}',
        '{"rows": {"step": [1], "loss": [[5], [1.0]]}}',
        '{"rows": {"step": [[1, 2]], "loss": ["x"]}}',
        '{"rows": 3}',
        "{half",
        '{"change": {"step": 1}}',
        "7",
    ]
    blocks = Blocks()
    found = blocks.feed([*good.split("\n"), *bad, *good.split("\n")])
    assert len(found) == 2
    assert blocks.bad == [2, 3, 4, 5, 6, 7, 8]
