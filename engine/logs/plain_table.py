"""Reads a short table whose cells are all plain numbers or empty, without polars, which takes longer to import."""

from __future__ import annotations

import numpy as np

from engine.logs.dialect import Dialect
from engine.logs.numbers import PLAIN, plain_rows
from engine.logs.sheet import Sheet
from engine.logs.source import Source
from engine.table import Floats, Sparse

NULLS = ("", "NA", "N/A", "null", "None", "NULL")


def read_plain_table(source: Source, dialect: Dialect) -> Sheet | None:
    """The table, or None if it is long, or anything in it is not plain: a word, a quote, a row of another length."""
    if source.is_cut or dialect.has_decimal_comma or '"' in source.head_text:
        return None
    lines = source.head_text.splitlines()[dialect.first_line :]
    if (whole := _without_gaps(lines, dialect)) is not None:
        return Sheet(
            dict(zip(dialect.names, whole, strict=True)), whole.shape[1], are_names_given=dialect.are_names_given
        )
    columns: list[list[float]] = [[] for _name in dialect.names]
    for line in lines:
        if not line.strip():
            continue
        row = _numbers(line, dialect)
        if row is None:
            return None
        if any(value is not None for value in row):
            for column, value in zip(columns, row, strict=True):
                column.append(_EMPTY if value is None else value)
    return Sheet(_filled(dialect, columns), len(columns[0]), are_names_given=dialect.are_names_given)


def _without_gaps(lines: list[str], dialect: Dialect) -> Floats | None:
    """The columns of a table without an empty cell or anything else but numbers; None if it is not known to be one."""
    if not dialect.delimiter or dialect.delimiter == " ":
        return None
    text = "\n".join(lines)
    if not plain_rows(dialect.delimiter, len(dialect.names)).fullmatch(text):
        return None
    cells = text.replace("\n", dialect.delimiter).rstrip(dialect.delimiter).split(dialect.delimiter)
    return np.fromiter(map(float, cells), np.float64, len(cells)).reshape(-1, len(dialect.names)).T.copy()


_EMPTY = float("nan")  # no plain number, so it is free to mark an empty cell


def _numbers(line: str, dialect: Dialect) -> list[float | None] | None:
    """The cells of a row as numbers, None for an empty one; None if the row is not plain."""
    cells = line.split() if dialect.delimiter == " " else line.split(dialect.delimiter) if dialect.delimiter else [line]
    if len(cells) != len(dialect.names):
        return None
    row: list[float | None] = []
    for cell in cells:
        text = cell.strip(" \t")
        if text in NULLS:
            row.append(None)
        elif PLAIN.fullmatch(text):
            row.append(float(text))
        else:
            return None
    return row


def _filled(dialect: Dialect, columns: list[list[float]]) -> dict[str, Floats | Sparse]:
    found: dict[str, Floats | Sparse] = {}
    for name, cells in zip(dialect.names, columns, strict=True):
        values = np.array(cells, np.float64)
        rows = np.flatnonzero(~np.isnan(values))
        if len(rows):
            found[name] = values if len(rows) == len(values) else Sparse(rows, values[rows])
    return found
