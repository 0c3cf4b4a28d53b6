"""Sheets, the result of the readers: columns of numbers under the names in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.run import Change, Value
from engine.run_warnings import RunWarning
from engine.table import Floats, Sparse


@dataclass
class Sheet:
    """The numbers of one run in a file, before losses and x are chosen.

    Attributes
    ----------
    columns : dict of str to array or Sparse
        Every array has `rows` values; a `Sparse` has the values of the non-empty cells.
    rows : int
    title : str or None
        Name of this run in the file if there are several.
    losses : tuple of str or None
        The loss columns, if known by the format.
    x : str or None
        The x column, if known by the format.
    own_name : str or None
        Name of the run by its own word, in place of the file's.
    changes : list of Change
        Settings turned during the run.
    are_names_given : bool
        Whether the names are from the file and thus meaningful.
    chosen_names : tuple of str
        The columns that a person has named.
    setting_sources : mapping of str to str
        The file that a setting is from, or ``log``.
    pairs : tuple of (str, str)
        Validation column and its training column, if the format knows what their names do not show.
    """

    columns: dict[str, Floats | Sparse]
    rows: int
    title: str | None = None
    losses: tuple[str, ...] | None = None
    x: str | None = None
    are_names_given: bool = True
    chosen_names: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    settings: Mapping[str, Value] = field(default_factory=dict)
    setting_sources: Mapping[str, str] = field(default_factory=dict)
    own_name: str | None = None
    changes: list[Change] = field(default_factory=list)
    warnings: list[RunWarning] = field(default_factory=list)

    def count(self, name: str) -> int:
        """Number of non-empty cells of a column."""
        column = self.columns[name]
        return len(column.values if isinstance(column, Sparse) else column)

    def cells(self, name: str) -> Sparse:
        """The rows and values of a column."""
        column = self.columns[name]
        return column if isinstance(column, Sparse) else Sparse(np.arange(len(column), dtype=np.int64), column)


class RowCollector:
    """Gathers rows with any names into a sheet."""

    def __init__(self) -> None:
        self.rows = 0
        self._columns: dict[str, tuple[list[int], list[float]]] = {}

    def add(self, row: Mapping[str, float]) -> None:
        """Append a row; missing names become empty cells."""
        for name, value in row.items():
            rows, values = self._columns.setdefault(name, ([], []))
            rows.append(self.rows)
            values.append(value)
        self.rows += 1

    def add_all(self, rows: Iterable[Mapping[str, float]]) -> None:
        for row in rows:
            self.add(row)

    def sheet(self) -> Sheet:
        """The sheet gathered so far; columns without empty cells are plain arrays."""
        columns: dict[str, Floats | Sparse] = {}
        for name, (rows, values) in self._columns.items():
            numbers = np.array(values, np.float64)
            is_dense = len(values) == self.rows
            columns[name] = numbers if is_dense else Sparse(np.array(rows, np.int64), numbers)
        return Sheet(columns, self.rows)
