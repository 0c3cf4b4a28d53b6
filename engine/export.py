"""A run's table as a file that other programs read: CSV or Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

from engine.table import MetricTable


def to_frame(table: MetricTable) -> pl.DataFrame:
    """The published rows; a missing cell is null, NaN stays NaN."""
    length = len(table)
    columns = []
    for name in table.columns:
        series = table.series(name, 0, length)
        if len(series) == length:
            columns.append(pl.Series(name, series.values))
            continue
        values, is_missing = np.zeros(length), np.ones(length, bool)
        values[series.rows], is_missing[series.rows] = series.values, False
        columns.append(pl.select(pl.when(pl.Series(~is_missing)).then(pl.Series(values)).alias(name)).to_series())
    return pl.DataFrame(columns)


def write_table(table: MetricTable, path: Path | str) -> None:
    """Write a table as Parquet when the name ends so, else as CSV (``-``: CSV to standard output).

    An empty cell is a missing value; ``NaN`` and ``inf`` are numbers that training produced. Numbers are written with
    all their digits, so reading them back gives the same table.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    frame = to_frame(table)
    if str(path) == "-":
        sys.stdout.write(frame.write_csv())
    elif Path(path).suffix.lower() == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
