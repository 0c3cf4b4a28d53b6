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
    {"rows":{"step":[1,2],"time":[0.5,1.0],"loss":[2.0,1.0],"accuracy":[[1],[0.5]]}}
    """
    pieces = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    return "".join(line({"rows": columns_of(piece)}) for piece in pieces)


def line(record: Mapping[str, Any]) -> str:
    """One record as a line."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"


def columns_of(rows: Sequence[Row]) -> dict[str, list]:
    """The columns of some rows in the form of a block."""
    count = len(rows)
    columns: dict[str, list] = {"step": [r[0] for r in rows], "time": [round(r[1], 6) for r in rows]}
    rates = [r[2] for r in rows]
    _put(columns, "lr", [i for i, rate in enumerate(rates) if rate is not None], rates, count)
    names = tuple(rows[0][3])
    if all(tuple(r[3]) == names for r in rows):  # the usual case, several times faster
        for name, values in zip(names, zip(*(r[3].values() for r in rows))):
            columns[name] = list(values)
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


def _put(columns: dict[str, list], name: str, at: list[int], values: list, count: int) -> None:
    if len(at) == count:
        columns[name] = values
    elif at:
        columns[name] = [at, [values[i] for i in at]]


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
