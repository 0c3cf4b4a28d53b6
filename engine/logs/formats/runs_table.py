"""Tables in which a column says which run a row is of."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.logs.dialect import Dialect, sniff
from engine.logs.errors import Cancelled, LogError
from engine.logs.formats.delimited import DelimitedText
from engine.logs.formats.long_table import MOST_RUNS, data_rows
from engine.logs.json_rows import RUNS
from engine.logs.names import loss_columns
from engine.logs.numbers import MISSING, parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

SAMPLE_LINES = 2000
LEAST_RUNS = 2
LEAST_ROWS = 2  # of a run, on average
REPORTED_EVERY = 50_000


class RunsTable(DelimitedText):
    """``run,epoch,loss``: the rows of each run, fold or seed are a run of their own."""

    name = "runs_table"
    title = N_("Table with a column for the run")
    about = N_("one row for each run and epoch: run (fold, seed, trial), epoch, loss")

    def fit(self, dialect: Dialect, source: Source) -> float:
        return 0.955 if run_column(dialect, source) is not None else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        dialect = sniff(source.head_text, options)
        run = run_column(dialect, source) if dialect is not None else None
        if dialect is None or run is None:
            raise LogError(_("{path}: not a table of numbers").format(path=source.given))
        runs: dict[str, RowCollector] = {}
        further: set[str] = set()
        short: list[int] = []
        for count, cells in enumerate(data_rows(source, dialect, short=short)):
            if progress is not None and count % REPORTED_EVERY == 0 and not progress(0.5):
                raise Cancelled
            name = clean_name(cells[run])
            if name in runs or len(runs) < MOST_RUNS:
                runs.setdefault(name, RowCollector()).add(_numbers(cells, dialect, run))
            else:
                further.add(name)
        warnings = [RunWarning(WarningKind.MORE_RUNS, len(further))] if further else []
        warnings += [RunWarning.about_lines(WarningKind.SKIPPED_LINES, short)] if short else []
        return [_titled(collector.sheet(), name, dialect.names[run], warnings) for name, collector in runs.items()]


def _titled(sheet: Sheet, name: str, column: str, warnings: list[RunWarning]) -> Sheet:
    sheet.title = f"{column} {name}" if parse(name) is not None else name
    sheet.warnings += warnings
    return sheet


def _numbers(cells: list[str], dialect: Dialect, run: int) -> dict[str, float]:
    parsed = (
        (name, parse(cell, dialect.has_decimal_comma_in(name)))
        for j, (name, cell) in enumerate(zip(dialect.names, cells))
        if j != run
    )
    return {name: number for name, number in parsed if number is not None}


def run_column(dialect: Dialect, source: Source) -> int | None:
    """The column that names the run of each row, if there are several and each has rows."""
    names = [name.lower() for name in dialect.names]
    if not dialect.are_names_given or not RUNS & set(names) or not loss_columns(dialect.names):
        return None
    rows = [row for row, _count in zip(data_rows(source, dialect, source.head_text), range(SAMPLE_LINES))]
    for j, name in enumerate(names):
        found = [row[j] for row in rows if row[j].lower() not in MISSING] if name in RUNS else []
        several = set(found)
        if len(several) >= LEAST_RUNS and len(found) == len(rows) >= LEAST_ROWS * len(several):
            return j
    return None
