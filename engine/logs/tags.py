"""Converts numbers with tag, step and time, as trackers store them, to a table by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.logs.sheet import RowCollector, Sheet
from engine.table import Floats, Sparse


class TaggedNumber(NamedTuple):
    """A logged number; `wall_time` in seconds."""

    wall_time: float
    step: float
    tag: str
    value: float


def sheet_of_tags(found: Sequence[TaggedNumber]) -> Sheet:
    """Make a sheet with one row per step; if steps decrease in a tag, in the order of writing to keep restarts.

    Examples
    --------
    >>> sheet = sheet_of_tags([TaggedNumber(9.0, 1, "loss", 0.5), TaggedNumber(9.5, 2, "loss", 0.4)])
    >>> sheet.columns["loss"], sheet.columns["time"]
    (array([0.5, 0.4]), array([0. , 0.5]))
    """
    by_tag: dict[str, list[TaggedNumber]] = defaultdict(list)
    for number in found:
        by_tag[number.tag].append(number)
    goes_back = any(b.step <= a.step for numbers in by_tag.values() for a, b in pairwise(numbers))
    sheet = _in_order(found) if goes_back else _by_step(by_tag)
    sheet.x = "step" if found else None
    return sheet


def _by_step(by_tag: dict[str, list[TaggedNumber]]) -> Sheet:
    steps = np.array(sorted({n.step for numbers in by_tag.values() for n in numbers}), np.float64)
    times = np.full(len(steps), np.inf)
    columns: dict[str, Floats | Sparse] = {"step": steps, "time": times}
    for tag, numbers in by_tag.items():
        rows = np.searchsorted(steps, np.array([n.step for n in numbers], np.float64)).astype(np.int64)
        np.minimum.at(times, rows, np.array([n.wall_time for n in numbers]))
        values = np.array([n.value for n in numbers], np.float64)
        columns[_column(tag)] = values if len(values) == len(steps) else Sparse(rows, values)
    if len(times):
        times -= times[0]
    return Sheet(columns, len(steps))


def _in_order(found: Sequence[TaggedNumber]) -> Sheet:
    collector = RowCollector()
    row: dict[str, float] = {}
    for number in found:
        tag = _column(number.tag)
        if row and (row["step"] != number.step or tag in row):
            collector.add(row)
            row = {}
        row = {"step": number.step, "time": number.wall_time - found[0].wall_time, **row, tag: number.value}
    if row:
        collector.add(row)
    return collector.sheet()


def _column(tag: str) -> str:
    return f"{tag} (tag)" if tag in ("step", "time") else tag
