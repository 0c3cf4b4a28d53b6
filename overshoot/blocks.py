"""Encodes rows as column blocks, lines of JSON, and decodes them.

A block is one line: ``{"rows": {"step": [1, 2], "loss": [0.5, 0.4], "grad_norm": [[1], [3.2]]}}``. A column with a
value in every row is a list; any other is a pair of lists, row numbers in the block and values. NaN and infinity are
written as Python's `json` does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

MOST_ROWS = 4096  # in a block, so that lines stay readable by tools that hold a line in memory

Row = tuple[float, float, float | None, Mapping[str, Any]]  # step, seconds, learning rate, numbers


def encode(rows: Sequence[Row]) -> str:
    """The lines of some rows, each of which ends with a line end.

    Examples
    --------
    >>> print(encode([(1, 0.5, None, {"loss": 2.0}), (2, 1.0, None, {"loss": 1.0, "accuracy": 0.5})]), end="")
    {"rows":{"step":[1,2],"time":[0.500000,1.000000],"loss":[2.0,1.0],"accuracy":[[1],[0.5]]}}
    """
    return "".join(_block(rows[start : start + MOST_ROWS]) for start in range(0, len(rows), MOST_ROWS))


def _block(rows: Sequence[Row]) -> str:
    """One line; microseconds are enough for the time, and a format of fixed width costs a quarter of the shortest."""
    times = ",".join(["%.6f"] * len(rows)) % tuple([row[1] for row in rows])
    steps = json.dumps([row[0] for row in rows], separators=(",", ":"))
    return f'{{"rows":{{"step":{steps},"time":[{times}],{line(_other_columns(rows))[1:-1]}}}\n'


def line(record: Mapping[str, Any]) -> str:
    """One record as a line."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"


def columns_of(rows: Sequence[Row]) -> dict[str, list]:
    """The columns of some rows in the form of a block."""
    return {"step": [r[0] for r in rows], "time": [round(r[1], 6) for r in rows], **_other_columns(rows)}


def _other_columns(rows: Sequence[Row]) -> dict[str, list]:
    count = len(rows)
    columns: dict[str, list] = {}
    rates, numbers = [row[2] for row in rows], [row[3] for row in rows]
    if (known := count - rates.count(None)) == count:
        columns["lr"] = rates
    elif known:
        at = [i for i, rate in enumerate(rates) if rate is not None]
        columns["lr"] = [at, [rates[i] for i in at]]
    names = numbers[0].keys()
    if all(own.keys() == names for own in numbers):  # the usual case, several times faster
        for name in names:
            columns[name] = [own[name] for own in numbers]
        return columns
    places: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        for name in row[3]:
            places.setdefault(name, []).append(i)
    for name, at in places.items():
        if len(at) == count:
            columns[name] = [row[3][name] for row in rows]
        else:
            columns[name] = [at, [rows[i][3][name] for i in at]]
    return columns


def decode(block: Mapping[str, Any]) -> tuple[int, dict[str, tuple[list[int] | None, list[float]]]]:
    """The number of rows of a block, and its columns as row numbers (None for all rows) and values.

    Raises
    ------
    ValueError
        If the lengths do not fit each other.

    Examples
    --------
    >>> decode({"step": [1, 2], "loss": [[1], [0.5]]})
    (2, {'step': (None, [1, 2]), 'loss': ([1], [0.5])})
    """
    dense = {name: values for name, values in block.items() if not _is_sparse(values)}
    lengths = {len(values) for values in dense.values()}
    if len(lengths) != 1:
        raise ValueError("the columns of a block must have one length")
    count = lengths.pop()
    found: dict[str, tuple[list[int] | None, list[float]]] = {name: (None, values) for name, values in dense.items()}
    for name, values in block.items():
        if name in dense:
            continue
        at, numbers = values
        rises = all(b > a for a, b in pairwise(at))
        if len(at) != len(numbers) or not rises or not 0 <= at[0] <= at[-1] < count:
            raise ValueError(f"the rows of column {name!r} do not fit the block")
        found[name] = at, numbers
    return count, found


def _is_sparse(values: Any) -> bool:
    return len(values) == 2 and isinstance(values[0], list) and bool(values[0])
