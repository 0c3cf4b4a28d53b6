"""Rows that all have the same numbers, which nearly all rows of a training are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = tuple[float, float, float | None, Mapping[str, Any]]  # step, seconds, learning rate, numbers


class PlainRows:
    """Step, seconds, learning rate and numbers of each row in one tuple.

    The training adds to them in every step, so that they keep nothing for a row but its numbers. Adding is one
    operation: another thread may take rows meanwhile.

    Parameters
    ----------
    names : tuple of str
        Of the numbers.
    has_rate : bool
        Whether rows have a learning rate; it is None otherwise.

    Attributes
    ----------
    name : str or None
        The only number's.
    began, tensor
        The time that seconds are counted from, and torch's class: what adding needs lies together.

    Examples
    --------
    >>> rows = PlainRows(("loss",), has_rate=False)
    >>> rows.add((1, 0.5, None, 2.0)); rows.add((2, 1.0, None, 1.5)); rows.taken(1).rows()
    [(1, 0.5, None, {'loss': 2.0})]
    >>> len(rows)
    1
    """

    __slots__ = ("add", "began", "cells", "count", "has_rate", "name", "names", "tensor")

    def __init__(self, names: tuple[str, ...], has_rate: bool, cells: list[tuple] | None = None) -> None:
        self.began = 0.0
        self.tensor: Any = None
        self.names, self.has_rate = names, has_rate
        self.count, self.name = len(names), names[0] if len(names) == 1 else None
        self.cells: list[tuple] = [] if cells is None else cells
        self.add = self.cells.append

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def last_time(self) -> float:
        """Seconds of the last row."""
        return self.cells[-1][1]

    def taken(self, count: int) -> PlainRows:
        """Remove and return the first rows."""
        found = PlainRows(self.names, self.has_rate, self.cells[:count])
        del self.cells[:count]
        return found

    def columns(self) -> tuple[Sequence[float], Sequence[float], Sequence[float | None], dict[str, Sequence[float]]]:
        """Steps, seconds, learning rates, and the numbers by name."""
        steps, seconds, rates, *numbers = zip(*self.cells)
        return steps, seconds, rates, dict(zip(self.names, numbers))

    def rows(self) -> list[Row]:
        """The rows, one by one."""
        return [(step, seconds, rate, dict(zip(self.names, own))) for step, seconds, rate, *own in self.cells]
