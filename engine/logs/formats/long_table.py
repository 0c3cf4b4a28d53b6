"""Long tables: one measurement a row, with the name of the metric in a column of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.i18n import N_, _
from engine.logs.dialect import COMMENTS, Dialect, cells, sniff
from engine.logs.errors import Cancelled, LogError
from engine.logs.formats.delimited import DelimitedText
from engine.logs.json_rows import PHASES, RUNS
from engine.logs.names import clocks
from engine.logs.numbers import MISSING, is_number, parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

METRICS = frozenset(
    ("metric", "metrics", "name", "key", "tag", "variable", "measure", "metric_name", "metricname", "series", "path")
)
VALUES = frozenset(("value", "values", "val", "metric_value", "metricvalue"))
SETS = PHASES | {"data"}
SAMPLE_LINES = 50
MOST_RUNS = 200
REPORTED_EVERY = 50_000


@dataclass(frozen=True)
class Layout:
    """Which column holds what: the metric, the value, the set and the run, and the counters."""

    metric: int
    value: int
    set: int | None
    run: int | None
    counters: tuple[tuple[int, str], ...]


class LongTable(DelimitedText):
    """``set,metric,epoch,value``: rows that belong to one step become one row, each metric a column."""

    name = "long_table"
    title = N_("Long table")
    about = N_("one measurement per row: run or set, metric, step or epoch, value")

    def fit(self, dialect: Dialect, source: Source) -> float:
        return 0.97 if layout_of(dialect, source) is not None else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        dialect = sniff(source.head_text, options)
        layout = layout_of(dialect, source) if dialect is not None else None
        if dialect is None or layout is None:
            raise LogError(_("{path}: not a table of numbers").format(path=source.given))
        runs: dict[str, _Pivot] = {}
        further: set[str] = set()
        short: list[int] = []
        for count, row in enumerate(data_rows(source, dialect, short=short)):
            if progress is not None and count % REPORTED_EVERY == 0 and not progress(0.5):
                raise Cancelled
            name = clean_name(_cell(row, layout.run))
            if name in runs or len(runs) < MOST_RUNS:
                runs.setdefault(name, _Pivot(layout, dialect)).add(row)
            else:
                further.add(name)
        warnings = [RunWarning(WarningKind.MORE_RUNS, len(further))] if further else []
        warnings += [RunWarning.about_lines(WarningKind.SKIPPED_LINES, short)] if short else []
        sheets = []
        for name, pivot in runs.items():
            sheet = pivot.sheet()
            sheet.title = name if len(runs) > 1 else None
            sheet.warnings += warnings
            sheets.append(sheet)
        return sheets


class _Pivot:
    """Gathers the measurements of one run into rows by their counters."""

    def __init__(self, layout: Layout, dialect: Dialect) -> None:
        self._layout = layout
        self._dialect = dialect
        self._collector = RowCollector()
        names = [column for _j, column in layout.counters]
        self._steps = [column for kind in ("step", "epoch") for column in clocks(names, kind)]
        self._rows: dict[tuple[float | None, ...], dict[str, float]] = {}

    def add(self, row: list[str]) -> None:
        value = self._number(row, self._layout.value)
        name = clean_name(" ".join(part for part in (_cell(row, self._layout.set), row[self._layout.metric]) if part))
        if value is None or not name:
            return
        counters = {column: self._number(row, j) for j, column in self._layout.counters}
        # The time of each measurement is its own; those of one step belong together.
        place = tuple(counters[column] for column in self._steps) or tuple(counters.values())
        if name in self._rows.get(place, {}):
            self._flush()  # the counters have begun again
        known = {column: number for column, number in counters.items() if number is not None}
        self._rows.setdefault(place, known)[name] = value

    def _number(self, row: list[str], j: int) -> float | None:
        return parse(row[j], self._dialect.has_decimal_comma_in(self._dialect.names[j])) if j < len(row) else None

    def _flush(self) -> None:
        self._collector.add_all(self._rows.values())
        self._rows = {}

    def sheet(self) -> Sheet:
        self._flush()
        return self._collector.sheet()


def layout_of(dialect: Dialect, source: Source) -> Layout | None:
    """The layout of a long table; None if it is none."""
    names = [name.lower() for name in dialect.names]
    metric, value = _first(names, METRICS), _first(names, VALUES)
    if metric is None or value is None or not dialect.are_names_given:
        return None
    rows = [row for row, _count in zip(data_rows(source, dialect, source.head_text), range(SAMPLE_LINES))]
    words = [row[metric] for row in rows if metric < len(row)]
    if not words or any(is_number(word) or word.lower() in MISSING for word in words):
        return None
    kinds = ("step", "epoch", "other", "time")
    counting = {
        name for kind in kinds for name in clocks([n for n in dialect.names if n != dialect.names[value]], kind)
    }
    run = _first(names, RUNS)
    sets = next((j for j, n in enumerate(names) if n in SETS and j not in (metric, run) and _is_text(rows, j)), None)
    counters = tuple((j, n) for j, n in enumerate(dialect.names) if n in counting and j not in (metric, run, sets))
    return Layout(metric, value, sets, run, counters)


def data_rows(
    source: Source, dialect: Dialect, text: str | None = None, short: list[int] | None = None
) -> Iterator[list[str]]:
    """The cells of every row below the header; the lines with fewer cells than names are added to `short`."""
    lines = (source.text if text is None else text).splitlines()
    for number, line in enumerate(lines[dialect.first_line :], dialect.first_line + 1):
        row = cells(line, dialect.delimiter)
        if len(row) < len(dialect.names):
            if short is not None and line.strip() and not line.startswith(COMMENTS):
                short.append(number)
        elif line != dialect.header:
            yield row


def _first(names: list[str], wanted: frozenset[str]) -> int | None:
    return next((j for j, name in enumerate(names) if name in wanted), None)


def _is_text(rows: list[list[str]], j: int) -> bool:
    return all(j < len(row) and not is_number(row[j]) for row in rows)


def _cell(row: list[str], j: int | None) -> str:
    return row[j] if j is not None and j < len(row) else ""
