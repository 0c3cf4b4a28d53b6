"""``overshoot read``: print what was read of a log, number for number."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.commands.base import Command, Exit
from engine.commands.records import position, to_json
from engine.commands.series_records import role_name, x_name
from engine.events import MarkKind
from engine.i18n import N_, _, ngettext
from engine.logs import LogError, NoLossError, ReadOptions, open_log
from engine.run import Run
from engine.run_warnings import warning_record
from engine.table import Floats

OTHER = "other"
LARGEST_INTEGER = 2.0**53


class Read(Command):
    """Prints one record per column of numbers; an error in one file does not stop the others."""

    name = "read"
    about = N_("read logs and print their columns of numbers")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=_("a log, a folder or an address"))
        parser.add_argument("--json", action="store_true", help=_("one JSON object per line, one for each column"))

    def run(self, args: Namespace) -> int:
        exit_code = Exit.CLEAN
        for file in args.files:
            try:
                found = [record for run in runs_with_any_columns(file) for record in column_records(file, run)]
            except LogError as error:
                found = [{"file": file, "error": str(error)}]
            except Exception as error:  # an error in one file must not stop the others
                found = [{"file": file, "error": f"{type(error).__name__}: {error}"}]
            for record in found:
                show(record, args.json)
            exit_code = Exit.FAILED if any("error" in record for record in found) else exit_code
        return exit_code


def runs_with_any_columns(file: str) -> list[Run]:
    """The runs of a log; without series where it has no loss.

    Raises
    ------
    LogError
        If it cannot be read or has no numbers.
    """
    try:
        return open_log(file)
    except NoLossError as error:
        if not error.columns:
            raise
        return open_log(file, ReadOptions(columns=()))


def column_records(file: str, run: Run) -> Iterator[dict[str, Any]]:
    """Yield the record of each column: its role, x and values by row, null where the row has none."""
    series = {s.name: s for s in run.series}
    xs = x_values(run)
    restarts = [position(run, mark.row) for mark in run.marks() if mark.kind is MarkKind.RESTART]
    warnings = [warning_record(warning) for warning in run.warnings]
    for column in sorted(run.table.columns, key=lambda name: name not in series):
        loss = series.get(column)
        yield {
            "file": file,
            "run": run.name,
            "series": run.names.get(column, column),
            "role": OTHER if loss is None else role_name(loss),
            "pair": None if loss is None else loss.partner,
            "x": x_name(run),
            "points": run.table.count(column),
            "x_values": xs,
            "values": by_row(run, column),
            "restarts": restarts,
            "warnings": warnings,
        }


def x_values(run: Run) -> list[float | None]:
    """The x of each row; where a row has none, that of the last row before it, and None before the first."""
    if run.x is None:
        return list(range(len(run.table)))
    cells = run.table.series(run.x)
    at = np.searchsorted(cells.rows, np.arange(len(run.table)), "right") - 1
    values = plain(cells.values)
    return [values[i] if i >= 0 else None for i in at.tolist()]


def by_row(run: Run, column: str) -> list[float | None]:
    """The values of a column by row; None where the row has no value."""
    cells = run.table.series(column)
    values: list[float | None] = [None] * len(run.table)
    for row, value in zip(cells.rows.tolist(), plain(cells.values)):
        values[row] = value
    return values


def plain(values: Floats) -> list[float]:
    """Numbers for JSON; integers where they are whole."""
    return [int(v) if abs(v) < LARGEST_INTEGER and v.is_integer() else v for v in values.tolist()]


def show(record: dict[str, Any], as_json: bool) -> None:
    """Print a record as JSON, or a line about it."""
    if as_json:
        print(to_json(record), flush=True)
    elif "error" in record:
        print(record["error"], file=sys.stderr)
    else:
        points = ngettext("{count} point", "{count} points", record["points"]).format(count=record["points"])
        print(f"{record['file']}  {record['run']}  {record['series']}  {record['role']}  {points}")
