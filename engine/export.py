"""Exports a run's table as CSV or Parquet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import polars as pl

from engine.replacing import replacing
from engine.table import MetricTable

CHUNK_ROWS = 1 << 18  # rows between two checks for cancellation: a tenth of a second
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Progress = Callable[[float], bool]


class ExportCancelled(Exception):
    """The export was cancelled; nothing was written."""


def to_frame(table: MetricTable) -> pl.DataFrame:
    """The published rows as a data frame, with null for missing cells; NaN is kept."""
    return _frame(table, table.columns, 0, len(table))


def _frame(table: MetricTable, names: Iterable[str], start: int, stop: int) -> pl.DataFrame:
    return pl.DataFrame([_column(table, name, start, stop) for name in names])


def _column(table: MetricTable, name: str, start: int, stop: int) -> pl.Series:
    series = table.series(name, start, stop)
    if len(series) == stop - start:
        return pl.Series(name, series.values)
    values, is_missing = np.zeros(stop - start), np.ones(stop - start, bool)
    values[series.rows - start], is_missing[series.rows - start] = series.values, False
    return pl.select(pl.when(pl.Series(~is_missing)).then(pl.Series(values)).alias(name)).to_series()


def write_table(table: MetricTable, path: Path | str, progress: Progress | None = None) -> None:
    """Write a table as Parquet for that suffix, else as CSV (``-``: CSV to standard output).

    An empty cell is a missing value; ``NaN`` and ``inf`` are values of the training. Numbers are written with all
    digits, so reading them back gives the same table. An existing file is replaced only after everything was written.
    In CSV, names that a spreadsheet would take for a formula are prefixed by an apostrophe.

    Parameters
    ----------
    progress : callable, optional
        Called with the share written, 0 to 1; returns whether to continue.

    Raises
    ------
    OSError
        If the file cannot be written.
    ExportCancelled
        If `progress` returned False.
    """
    if str(path) == "-":
        sys.stdout.write(_for_sheets(to_frame(table)).write_csv())
        return
    with replacing(Path(path)) as target:
        if Path(path).suffix.lower() == ".parquet":
            try:
                to_frame(table).write_parquet(target)
            except pl.exceptions.ComputeError as error:  # what polars makes of a full disk
                raise OSError(str(error)) from error
        else:
            _write_csv(table, target, progress or (lambda _share: True))


def _write_csv(table: MetricTable, path: Path, progress: Progress) -> None:
    rows, names = len(table), table.columns  # a live table grows meanwhile
    with path.open("wb") as file:
        for start in range(0, max(rows, 1), CHUNK_ROWS):
            if not progress(start / max(rows, 1)):
                raise ExportCancelled
            piece = _for_sheets(_frame(table, names, start, min(start + CHUNK_ROWS, rows)))
            piece.write_csv(file, include_header=start == 0)


def _for_sheets(frame: pl.DataFrame) -> pl.DataFrame:
    """Escape names that a spreadsheet would take for formulas, since logs are untrusted."""
    return frame.rename({name: f"'{name}" for name in frame.columns if name.startswith(FORMULA_STARTS)})
