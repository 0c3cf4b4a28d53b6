"""Converts numbers with tag, step and time, as trackers store them, to a table by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.logs.sheet import Sheet
from engine.table import Floats, Sparse

Integers = NDArray[np.int64]


class TaggedNumber(NamedTuple):
    """A logged number; `wall_time` in seconds."""

    wall_time: float
    step: float
    tag: str
    value: float


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
    steps = np.array([n.step for n in found], np.float64)
    passes = _passes(found)
    keys = np.stack([passes, steps, _repetitions(found, passes)]) if len(found) else np.empty((3, 0))
    order = np.lexsort(keys[::-1])
    is_new = np.concatenate([[True], (np.diff(keys[:, order]) != 0).any(axis=0)]) if len(found) else np.empty(0, bool)
    rows = np.empty(len(found), np.int64)
    rows[order] = np.cumsum(is_new) - 1
    sheet = _by_row(found, steps, rows, int(np.count_nonzero(is_new)))
    sheet.x = "step" if found else None
    return sheet


def _by_row(found: Sequence[TaggedNumber], steps: Floats, rows: Integers, count: int) -> Sheet:
    row_steps, times = np.empty(count), np.full(count, np.inf)
    row_steps[rows] = steps
    np.fmin.at(times, rows, np.array([n.wall_time for n in found]))
    if count:
        times -= times[0]
    columns: dict[str, Floats | Sparse] = {"step": row_steps, "time": times}
    members: dict[str, list[int]] = defaultdict(list)
    for i, number in enumerate(found):
        members[number.tag].append(i)
    for tag, places in members.items():
        own = rows[places]
        order = np.argsort(own, kind="stable")
        values = np.array([found[i].value for i in places], np.float64)[order]
        columns[_column(tag)] = values if len(values) == count else Sparse(own[order], values)
    return Sheet(columns, count)


def _passes(found: Sequence[TaggedNumber]) -> Integers:
    """How often the training had been restarted when each number was logged, shape (n,)."""
    passes = np.zeros(len(found), np.int64)
    if not _goes_back(found):
        return passes
    last: dict[str, float] = {}
    current = 0
    for i in sorted(range(len(found)), key=lambda i: found[i].wall_time):
        number = found[i]
        if number.step < last.get(number.tag, -np.inf):
            current += 1
            last.clear()
        last[number.tag] = number.step
        passes[i] = current
    return passes


def _goes_back(found: Sequence[TaggedNumber]) -> bool:
    by_tag: dict[str, list[float]] = defaultdict(list)
    for number in found:
        by_tag[number.tag].append(number.step)
    return any(b < a for steps in by_tag.values() for a, b in pairwise(steps))


def _repetitions(found: Sequence[TaggedNumber], passes: Integers) -> Integers:
    """How often the tag had this step before in the same pass, shape (n,)."""
    seen: dict[tuple[int, str, float], int] = defaultdict(int)
    counts = np.empty(len(found), np.int64)
    for i, number in enumerate(found):
        key = int(passes[i]), number.tag, number.step
        counts[i] = seen[key]
        seen[key] += 1
    return counts


def _column(tag: str) -> str:
    return f"{tag} (tag)" if tag in ("step", "time") else tag
