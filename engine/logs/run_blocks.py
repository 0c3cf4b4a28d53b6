"""Reads the column blocks that watched and brought trainings write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.logs.feeds import RowFeed, name_late
from engine.logs.json_rows import as_object
from engine.logs.names import likeness, loss_columns
from engine.logs.percentages import is_accuracy
from engine.logs.quick_blocks import quick_block
from engine.logs.text import clean_name
from engine.run import Change, Run, Value
from engine.series import pair
from engine.table import Floats, Sparse
from overshoot.blocks import decode
from overshoot.optimizer_settings import settings_of as settings_of_optimizer

MARK = "overshoot"


class Blocks:
    """Collects the lines of a run's file.

    Attributes
    ----------
    head : dict
        The first line; empty before it was read.
    rows : int
    changes : list of (float, str, Value, Value)
        Step, setting, values before and after.
    end : str or None
        How the run ended; None while it is going on, or if its process was killed.
    bad : list of int
        Numbers of lines that are not what the program writes.
    """

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.rows = 0
        self.changes: list[tuple[float, str, Value, Value]] = []
        self.end: str | None = None
        self.bad: list[int] = []
        self._lines = 0

    def feed(self, lines: Iterable[str]) -> list[tuple[int, dict[str, Floats | Sparse]]]:
        """The blocks among some lines: number of rows and columns."""
        found = []
        for line in lines:
            text = line.strip()
            if not text:
                continue
            self._lines += 1
            if (block := quick_block(text)) is None:
                block = self._read(text)
            if block is not None:
                self.end = None  # a run that goes on after its end was resumed
                found.append(block)
                self.rows += block[0]
        return found

    def _read(self, text: str) -> tuple[int, dict[str, Floats | Sparse]] | None:
        try:
            item = as_object(text)
            if item is not None:
                return self._take(item)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            pass
        self.bad.append(self._lines)
        return None

    def _take(self, item: Mapping[str, Any]) -> tuple[int, dict[str, Floats | Sparse]] | None:
        if "rows" in item:
            count, columns = decode(item["rows"])
            return count, {clean_name(n): _cells(at, values, count) for n, (at, values) in columns.items()}
        if "change" in item:
            change = item["change"]
            known = float(change["step"]), str(change["key"]), _value(change["before"]), _value(change["after"])
            self.changes.append(known)
        elif MARK in item and not self.head:
            self.head = dict(item)
        elif "end" in item:
            self.end = str(item["end"])
        return None


def _cells(at: list[int] | None, values: list[float], count: int) -> Floats | Sparse:
    numbers = np.array(values, np.float64)
    if numbers.shape != (len(values),):
        raise ValueError("nested values")
    return numbers if at is None or len(at) == count else Sparse(np.array(at, np.int64), numbers)


def _value(value: Any) -> Value:
    return value if isinstance(value, (str, bool, int, float)) or value is None else str(value)


def joined(blocks: Sequence[tuple[int, dict[str, Floats | Sparse]]]) -> tuple[int, dict[str, Floats | Sparse]]:
    """Join blocks to one.

    Examples
    --------
    >>> two = {"a": np.array([2.0, 3.0]), "b": np.array([4.0, 5.0])}
    >>> rows, columns = joined([(1, {"a": np.array([1.0])}), (2, two)])
    >>> rows, columns["a"].tolist(), columns["b"].rows.tolist()
    (3, [1.0, 2.0, 3.0], [1, 2])
    """
    parts: dict[str, list[tuple[int, int, Floats | Sparse]]] = {}
    total = 0
    for count, columns in blocks:
        for name, cells in columns.items():
            parts.setdefault(name, []).append((total, count, cells))
        total += count
    return total, {name: _join(pieces, total) for name, pieces in parts.items()}


def _join(pieces: list[tuple[int, int, Floats | Sparse]], total: int) -> Floats | Sparse:
    values = np.concatenate([c.values if isinstance(c, Sparse) else c for _at, _count, c in pieces])
    if len(values) == total:
        return values
    rows = [(c.rows if isinstance(c, Sparse) else np.arange(count)) + at for at, count, c in pieces]
    return Sparse(np.concatenate(rows).astype(np.int64), values)


def settings_of(head: Mapping[str, Any]) -> dict[str, Value]:
    """The settings of the first optimizer under the program's keys, and what else the run declares."""
    optimizers = head.get("optimizers")
    first = optimizers[0] if isinstance(optimizers, list) and optimizers and isinstance(optimizers[0], dict) else {}
    groups = first.get("groups")
    group = groups[0] if isinstance(groups, list) and groups and isinstance(groups[0], dict) else {}
    found: dict[str, Value] = {}
    if "class" in first:
        found = {key: _value(value) for key, value in settings_of_optimizer(str(first["class"]), group).items()}
    declared = head.get("settings")
    found |= {str(k): _value(v) for k, v in declared.items()} if isinstance(declared, dict) else {}
    return found


def change_at(steps: Floats, change: tuple[float, str, Value, Value]) -> Change:
    """A change with the first row trained with it."""
    step, key, before, after = change
    return Change(int(step), int(np.searchsorted(steps, step, "left")), key, before, after)


class BlockFeed(RowFeed):
    """Appended blocks, which extend the table column by column."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks

    @property
    def is_over(self) -> bool:
        return self._blocks.end is not None

    def rows_of(self, lines: Sequence[str]) -> list[dict[str, float]]:
        raise NotImplementedError("blocks extend a run as a whole")

    def extend(self, run: Run, lines: Sequence[str], chosen: Mapping[str, str] = MappingProxyType({})) -> bool:
        known, was_over = len(self._blocks.changes), self.is_over
        count, columns = joined(self._blocks.feed(lines))
        if count:
            run.table.extend(self._named(run, columns, chosen), count)
            self._add_series(run)
        new = self._blocks.changes[known:]
        steps = run.table.values("step") if "step" in run.table else np.arange(1.0, len(run.table) + 1)
        run.changes.extend(change_at(steps, change) for change in new)
        return bool(count or new) or self.is_over is not was_over

    def _named(
        self, run: Run, columns: Mapping[str, Floats | Sparse], chosen: Mapping[str, str]
    ) -> dict[str, Floats | Sparse]:
        """Columns under their names in the run's table, accuracies as fractions."""
        named = {chosen.get(name, name): cells for name, cells in columns.items()}
        name_late(run, named)
        own = {column: name for name, column in run.names.items()}
        return {own.get(name, name): self._in_own_unit(run, own.get(name, name), c) for name, c in named.items()}

    def _in_own_unit(self, run: Run, own: str, cells: Floats | Sparse) -> Floats | Sparse:
        if not is_accuracy(own):
            return cells
        if isinstance(cells, Sparse):
            return Sparse(cells.rows, self.accuracies.scaled(run, own, cells.values))
        return self.accuracies.scaled(run, own, cells)

    @staticmethod
    def _add_series(run: Run) -> None:
        """Make columns that have appeared late series of their own: a first validation loss."""
        have = {series.name for series in run.series}
        if late := [n for n in run.table.columns if n not in have and likeness(n)]:
            known = [series.name for series in run.series]
            if len(wanted := [n for n in loss_columns([*known, *late]) if n not in have]):
                run.series = (*run.series, *(s for s in pair((*known, *wanted)) if s.name in wanted))
