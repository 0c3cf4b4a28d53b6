"""Parses lines appended to a log since it was read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import numpy as np

from engine.logs.decimal_commas import points_for_commas
from engine.logs.dialect import COMMENTS, Dialect, cells
from engine.logs.drawn_lines import DrawnLines
from engine.logs.json_rows import as_object, row_of
from engine.logs.names import auxiliary
from engine.logs.numbers import parse
from engine.logs.percentages import AppendedAccuracies, is_accuracy
from engine.logs.text_rows import LineReader
from engine.run import Run


class RowFeed(ABC):
    """Converts appended lines to rows with the column names of the first reading."""

    @cached_property
    def accuracies(self) -> AppendedAccuracies:
        """The unit of the appended accuracies."""
        return AppendedAccuracies()

    @property
    def is_over(self) -> bool:
        """Whether the log says that its run has ended; few do."""
        return False

    @abstractmethod
    def rows_of(self, lines: Sequence[str]) -> list[dict[str, float]]:
        """Parse whole lines to rows, column name to value."""

    def extend(self, run: Run, lines: Sequence[str], chosen: Mapping[str, str] = MappingProxyType({})) -> bool:
        """Append whole lines to the table of a run and return whether there was anything in them.

        `chosen` has the names that a person gave to columns, by their names in the file.
        """
        found = [{chosen.get(name, name): value for name, value in row.items()} for row in self.rows_of(lines)]
        name_late(run, dict.fromkeys(name for row in found for name in row))
        own = {name: column for column, name in run.names.items()}
        rows = [{own.get(name, name): value for name, value in row.items()} for row in found]
        for column in sorted({column for row in rows for column in row if is_accuracy(column)}):
            with_it = [row for row in rows if column in row]
            values = self.accuracies.scaled(run, column, np.array([row[column] for row in with_it]))
            for row, value in zip(with_it, values.tolist(), strict=True):
                row[column] = value
        for row in rows:
            run.table.append(row)
        return bool(rows)


def name_late(run: Run, named: Collection[str]) -> None:
    """Give columns that appear late the program's own names, as a new reading would."""
    known = {*run.table.columns, *run.names.values()}
    for name in [name for name in named if name not in known]:
        own = auxiliary(name)
        if own is not None and own not in {*known, *named, *run.names}:
            run.names = {**run.names, own: name}


class TableFeed(RowFeed):
    """Lines of a delimited text."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def rows_of(self, lines: Sequence[str]) -> list[dict[str, float]]:
        rows = (self._row(line) for line in lines if line.strip() and not line.lstrip().startswith(COMMENTS))
        return [row for row in rows if row]

    def _row(self, line: str) -> dict[str, float]:
        dialect = self._dialect
        found = zip(dialect.names, cells(line.rstrip("\r\n"), dialect.delimiter))
        numbers = ((name, parse(cell, dialect.has_decimal_comma_in(name))) for name, cell in found)
        return {name: number for name, number in numbers if number is not None}


class JsonFeed(RowFeed):
    """JSON lines."""

    def rows_of(self, lines: Sequence[str]) -> list[dict[str, float]]:
        items = (as_object(line.strip()) for line in lines)
        return [row for item in items if item is not None and (row := row_of(item))]


class TextFeed(RowFeed):
    """Lines of a printed log, continued by the same reader."""

    def __init__(self, reader: LineReader, has_commas: bool = False) -> None:
        self._reader = reader
        self._has_commas = has_commas
        self._drawing = DrawnLines()
        self._taken = reader.points

    def rows_of(self, lines: Sequence[str]) -> list[dict[str, float]]:
        text = "\n".join(lines)
        self._reader.feed(self._drawing.lines_of(points_for_commas(text) if self._has_commas else text))
        rows = self._reader.rows_since(self._taken)
        self._taken = self._reader.points
        return rows
