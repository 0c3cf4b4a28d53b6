"""What a reader hands over: columns of numbers with the names that the file gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.run import Value
from engine.run_warnings import RunWarning
from engine.table import Floats, Sparse


@dataclass
class Sheet:
    """The numbers of one run as a file has them, before losses and the x column are chosen.

    Attributes
    ----------
    columns : dict of str to array or Sparse
        Every array has `rows` values; a `Sparse` has a value where the cell was not empty.
    rows : int
    title : str or None
        What the file calls this run where it holds several.
    losses : tuple of str or None
        The loss columns, where the format knows them better than their names tell.
    x : str or None
        The x column, where the format knows it.
    are_names_given : bool
        False when the file has no header, so that names tell nothing.
    """

    columns: dict[str, Floats | Sparse]
    rows: int
    title: str | None = None
    losses: tuple[str, ...] | None = None
    x: str | None = None
    are_names_given: bool = True
    settings: Mapping[str, Value] = field(default_factory=dict)
    warnings: list[RunWarning] = field(default_factory=list)

    def count(self, name: str) -> int:
        """How many cells of a column are not empty."""
        column = self.columns[name]
        return len(column.values if isinstance(column, Sparse) else column)

    def cells(self, name: str) -> Sparse:
        """The rows and values of a column."""
        column = self.columns[name]
        return column if isinstance(column, Sparse) else Sparse(np.arange(len(column), dtype=np.int64), column)


class RowCollector:
    """Gathers rows of named numbers, whichever names each row has, into a sheet."""

    def __init__(self) -> None:
        self.rows = 0
        self._columns: dict[str, tuple[list[int], list[float]]] = {}

    def add(self, row: Mapping[str, float]) -> None:
        """Append one row; a name that is not in it has an empty cell there."""
        for name, value in row.items():
            rows, values = self._columns.setdefault(name, ([], []))
            rows.append(self.rows)
            values.append(value)
        self.rows += 1

    def add_all(self, rows: Iterable[Mapping[str, float]]) -> None:
        for row in rows:
            self.add(row)

    def sheet(self) -> Sheet:
        """What was gathered; columns that every row has are plain arrays."""
        columns: dict[str, Floats | Sparse] = {}
        for name, (rows, values) in self._columns.items():
            numbers = np.array(values, np.float64)
            is_dense = len(values) == self.rows
            columns[name] = numbers if is_dense else Sparse(np.array(rows, np.int64), numbers)
        return Sheet(columns, self.rows)
