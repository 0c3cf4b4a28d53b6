"""Converts numbers with tag, step and time, as trackers store them, to a table by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.logs.sheet import Sheet
from engine.table import Floats, Sparse
from engine.values import dataclass

Integers = NDArray[np.int64]


class TaggedNumber(NamedTuple):
    """A logged number; `wall_time` in seconds."""

    wall_time: float
    step: float
    tag: str
    value: float


@dataclass(frozen=True)
class TaggedColumns:
    """Logged numbers, column by column, each of shape (n,); `tags` are numbers of `names`."""

    wall_times: Floats
    steps: Floats
    tags: Integers
    values: Floats
    names: Sequence[str]


def sheet_of_tags(found: Sequence[TaggedNumber]) -> Sheet:
    """Make a sheet with one row per step.

    Where the step of a tag goes back, the training was restarted, and later numbers of all tags get rows below. A step
    that a tag has twice gets two rows.

    Examples
    --------
    >>> sheet = sheet_of_tags([TaggedNumber(9.0, 1, "loss", 0.5), TaggedNumber(9.5, 2, "loss", 0.4)])
    >>> sheet.columns["loss"], sheet.columns["time"]
    (array([0.5, 0.4]), array([0. , 0.5]))
    """
    codes: dict[str, int] = {}
    tags = np.array([codes.setdefault(n.tag, len(codes)) for n in found], np.int64)
    numbers = np.array([(n.wall_time, n.step, n.value) for n in found], np.float64).reshape(len(found), 3)
    return sheet_of_columns(TaggedColumns(numbers[:, 0], numbers[:, 1], tags, numbers[:, 2], list(codes)))


def sheet_of_columns(found: TaggedColumns) -> Sheet:
    """The same for numbers that are arrays already."""
    if not len(found.steps):
        return Sheet({"step": np.empty(0), "time": np.empty(0)}, 0)
    passes = _passes(found)
    keys = np.stack([passes, found.steps, _repetitions(found, passes)])
    order = np.lexsort(keys[::-1])
    is_new = np.concatenate([[True], (np.diff(keys[:, order]) != 0).any(axis=0)])
    rows = np.empty(len(found.steps), np.int64)
    rows[order] = np.cumsum(is_new) - 1
    sheet = _by_row(found, rows, int(np.count_nonzero(is_new)))
    sheet.x = "step"
    return sheet


def _by_row(found: TaggedColumns, rows: Integers, count: int) -> Sheet:
    row_steps, times = np.empty(count), np.full(count, np.inf)
    row_steps[rows] = found.steps
    np.fmin.at(times, rows, found.wall_times)
    times -= times[0]
    columns: dict[str, Floats | Sparse] = {"step": row_steps, "time": times}
    for tag, places in enumerate(_members(found.tags, len(found.names))):
        own = rows[places]
        order = np.argsort(own, kind="stable")
        values = found.values[places][order]
        name = _column(found.names[tag])
        columns[name] = values if len(values) == count else Sparse(own[order], values)
    return Sheet(columns, count)


def _members(tags: Integers, count: int) -> list[Integers]:
    """The places of each tag's numbers, in their order."""
    order = np.argsort(tags, kind="stable")
    return np.split(order, np.searchsorted(tags[order], np.arange(1, count)))


def _passes(found: TaggedColumns) -> Integers:
    """How often the training had been restarted when each number was logged, shape (n,)."""
    passes = np.zeros(len(found.steps), np.int64)
    if not _goes_back(found):
        return passes
    last: dict[int, float] = {}
    current = 0
    tags, steps = found.tags.tolist(), found.steps.tolist()
    for i in np.argsort(found.wall_times, kind="stable").tolist():
        if steps[i] < last.get(tags[i], -np.inf):
            current += 1
            last.clear()
        last[tags[i]] = steps[i]
        passes[i] = current
    return passes


def _goes_back(found: TaggedColumns) -> bool:
    order = np.argsort(found.tags, kind="stable")
    is_same = np.diff(found.tags[order]) == 0
    return bool((is_same & (np.diff(found.steps[order]) < 0)).any())


def _repetitions(found: TaggedColumns, passes: Integers) -> Integers:
    """How often the tag had this step before in the same pass, shape (n,)."""
    keys = np.stack([found.steps, found.tags, passes])
    order = np.lexsort(keys)
    is_new = np.concatenate([[True], (np.diff(keys[:, order]) != 0).any(axis=0)])
    if is_new.all():
        return np.zeros(len(order), np.int64)
    place = np.arange(len(order))
    counts = np.empty(len(order), np.int64)
    counts[order] = place - np.maximum.accumulate(np.where(is_new, place, 0))
    return counts


def _column(tag: str) -> str:
    return f"{tag} (tag)" if tag in ("step", "time") else tag
