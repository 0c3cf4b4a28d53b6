"""A long block read with polars equals the same block read with the standard library, bit for bit."""

from __future__ import annotations

import json
import random
import struct

import numpy as np
import pytest

from engine.logs.quick_blocks import SHORTEST, quick_block
from engine.logs.run_blocks import Blocks
from engine.table import Sparse
from overshoot.blocks import encode


def numbers(count: int, seed: int) -> list[float]:
    """Finite doubles of any size."""
    draw = random.Random(seed)
    found = [struct.unpack("d", struct.pack("Q", draw.getrandbits(64)))[0] for _ in range(2 * count)]
    return [value for value in found if np.isfinite(value)][:count]


def lines(count: int = 1000, sparse: bool = False) -> str:
    rows = []
    for i, value in enumerate(numbers(count, 1)):
        cells = {"loss": value, "größe": value / 3}
        if sparse and i % 7 == 3:
            cells["grad_norm"] = value
        rows.append((i + 1, i * 1e-3, 0.1, cells))
    return encode(rows)


def slowly(text: str) -> list:
    """Read in the usual way, since a blank keeps a line from the quick one."""
    return Blocks().feed([text.replace('{"rows":{', '{ "rows":{', 1)])


@pytest.mark.parametrize("sparse", [False, True])
def test_a_long_block_is_read_to_the_bit(sparse: bool) -> None:
    text = lines(sparse=sparse).strip()
    found = quick_block(text)
    assert found is not None
    assert len(text) > SHORTEST
    ((count, columns),) = slowly(text)
    assert found[0] == count == 1000
    assert set(found[1]) == set(columns) == {"step", "time", "lr", "loss", "größe", *(["grad_norm"] * sparse)}
    for name, cells in columns.items():
        own = found[1][name]
        assert isinstance(own, Sparse) == isinstance(cells, Sparse)
        if isinstance(own, Sparse):
            np.testing.assert_array_equal(own.rows, cells.rows)
            own, cells = own.values, cells.values
        np.testing.assert_array_equal(own, cells)


@pytest.mark.parametrize(
    "damage",
    [
        lambda block: block["loss"].__setitem__(500, float("nan")),
        lambda block: block["loss"].__setitem__(500, float("-inf")),
        lambda block: block["loss"].__setitem__(500, "much"),
        lambda block: block["loss"].__setitem__(500, [1.0]),
        lambda block: block["loss"].pop(),
        lambda block: block.__setitem__("late", [[5, 4], [1.0, 2.0]]),
        lambda block: block.__setitem__("late", [[5, 4000], [1.0, 2.0]]),
        lambda block: block.__setitem__("late", [[5, 6], [1.0]]),
        lambda block: block.__setitem__("late", [[[[5]]]]),
        lambda block: block.__setitem__("late", {"loss": [1.0]}),
        lambda block: block.__setitem__('a "name"', block["loss"]),
    ],
    ids=["nan", "inf", "text", "nested", "short", "falling", "outside", "unpaired", "deep", "object", "quotes"],
)
def test_what_is_not_plain_is_left_to_the_usual_way(damage) -> None:
    block = json.loads(lines())["rows"]
    damage(block)
    text = json.dumps({"rows": block}, separators=(",", ":"))
    assert quick_block(text) is None


def test_rows_of_a_long_and_of_a_broken_block_are_counted() -> None:
    blocks = Blocks()
    text = lines().strip()
    assert [count for count, _columns in blocks.feed([text, text[:-9], text])] == [1000, 1000]
    assert (blocks.rows, blocks.bad) == (2000, [2])
