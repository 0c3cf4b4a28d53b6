"""Encodes rows as column blocks, lines of JSON, and decodes them.

A block is one line: ``{"rows": {"step": [1, 2], "loss": [0.5, 0.4], "grad_norm": [[1], [3.2]]}}``. A column with a
value in every row is a list; any other is a pair of lists, row numbers in the block and values. NaN and infinity are
written as Python's `json` does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from operator import itemgetter
from typing import Any

from overshoot.plain_rows import PlainRows, Row

MOST_ROWS = 4096  # in a block, so that lines stay readable by tools that hold a line in memory


def encode(rows: Sequence[Row]) -> str:
    """The lines of some rows, each of which ends with a line end.

    Examples
    --------
    >>> print(encode([(1, 0.5, None, {"loss": 2.0}), (2, 1.0, None, {"loss": 1.0, "accuracy": 0.5})]), end="")
    {"rows":{"step":[1,2],"time":[0.500000,1.000000],"loss":[2.0,1.0],"accuracy":[[1],[0.5]]}}
    """
    return "".join(_block(rows[start : start + MOST_ROWS]) for start in range(0, len(rows), MOST_ROWS))


def encode_plain(rows: PlainRows) -> str:
    """The lines of rows that have the same numbers.

    Examples
    --------
    >>> rows = PlainRows(("loss",), has_rate=True)
    >>> rows.add((1, 0.5, 0.1, 2.0)); rows.add((2, 1.0, 0.1, 1.5)); print(encode_plain(rows), end="")
    {"rows":{"step":[1,2],"time":[0.500000,1.000000],"lr":[0.1,0.1],"loss":[2.0,1.5]}}
    """
    if len(rows) > MOST_ROWS:
        return encode_plain(rows.taken(MOST_ROWS)) + encode_plain(rows)
    return _told(*rows.columns())


def _block(rows: Sequence[Row]) -> str:
    """One line."""
    steps, times, rates, numbers = _parts(rows)
    return _told(steps, times, rates, _columns(numbers))


def _told(
    steps: Sequence[Any], times: Sequence[float], rates: Sequence[float | None], columns: Mapping[str, Sequence]
) -> str:
    """One line; microseconds are enough for the time, and a format of fixed width costs a quarter of the shortest."""
    told_times = ",".join(["%.6f"] * len(times)) % tuple(times)
    rest = line(columns)[1:-2]
    return f'{{"rows":{{"step":{_list(steps)},"time":[{told_times}]{_rates(rates)}{"," if rest else ""}{rest}}}}}\n'


def _parts(rows: Sequence[Row]) -> tuple[Sequence, Sequence, Sequence, Sequence]:
    """Steps, times, rates and numbers; a rate that the script says itself goes before the optimizer's."""
    steps, times, rates, numbers = zip(*rows)
    if any("lr" in own for own in numbers):
        rates = tuple(own.get("lr", rate) for own, rate in zip(numbers, rates))
        numbers = tuple({name: value for name, value in own.items() if name != "lr"} for own in numbers)
    return steps, times, rates, numbers


def _list(values: Sequence[Any]) -> str:
    return json.dumps(values, separators=(",", ":"))


def _rates(rates: Sequence[float | None]) -> str:
    """The column of the learning rate, which usually is the same in all rows."""
    if rates.count(rates[0]) == len(rates):
        return "" if rates[0] is None else f',"lr":[{",".join([json.dumps(rates[0])] * len(rates))}]'
    return f',"lr":{_list(_rate_column(rates)["lr"])}'


def _rate_column(rates: Sequence[float | None]) -> dict[str, list]:
    known = [(i, rate) for i, rate in enumerate(rates) if rate is not None]
    if len(known) == len(rates):
        return {"lr": list(rates)}
    return {"lr": list(map(list, zip(*known)))} if known else {}


def line(record: Mapping[str, Any]) -> str:
    """One record as a line."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"


def columns_of(rows: Sequence[Row]) -> dict[str, list]:
    """The columns of some rows in the form of a block."""
    steps, times, rates, numbers = _parts(rows)
    return {"step": list(steps), "time": [round(t, 6) for t in times], **_rate_column(rates), **_columns(numbers)}


def _columns(numbers: Sequence[Mapping[str, Any]]) -> dict[str, list]:
    """The columns of some rows; what the row with the fewest numbers has is usually in all."""
    columns: dict[str, list] = {}
    for name in min(numbers, key=len):
        with suppress(KeyError):
            columns[name] = list(map(itemgetter(name), numbers))
    sparse: dict[str, list[list]] = {}
    for i, row in enumerate(numbers):
        if len(row) > len(columns):
            for name, value in row.items():
                if name not in columns:
                    at, values = sparse.setdefault(name, [[], []])
                    at.append(i)
                    values.append(value)
    return columns | sparse


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
