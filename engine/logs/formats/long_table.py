"""Long tables: one measurement a row, with the name of the metric in a column of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.i18n import N_, _
from engine.logs.dialect import COMMENTS, Dialect, cells
from engine.logs.dialect import SAMPLE_LINES as LINES_OF_DIALECT
from engine.logs.errors import Cancelled, LogError
from engine.logs.formats.delimited import DelimitedText, dialect_of
from engine.logs.json_rows import PHASES, RUNS
from engine.logs.names import Likeness, clocks, likeness
from engine.logs.numbers import MISSING, is_number, parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind
from engine.values import dataclass

METRICS = frozenset(
    ("metric", "metrics", "name", "key", "tag", "variable", "measure", "metric_name", "metricname", "series", "path")
)
VALUES = frozenset(("value", "values", "val", "metric_value", "metricvalue"))
SETS = PHASES | {"data"}
SAMPLE_LINES = 50
FEWEST_ROWS = 4
WITHOUT_NAMES = 3  # columns: what it is, its count and its value
MOST_RUNS = 200
MOST_CELLS = 20
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

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        return 0.97 if _laid_out(source, ReadOptions()) is not None else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        laid_out = _laid_out(source, options)
        if laid_out is None:
            raise LogError(_("{path}: not a table of numbers").format(path=source.given))
        dialect, layout = laid_out
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
        sheet = self._collector.sheet()
        if not self._dialect.are_names_given:
            sheet.x = next((column for _j, column in self._layout.counters if column in sheet.columns), None)
        return sheet


def _laid_out(source: Source, options: ReadOptions) -> tuple[Dialect, Layout] | None:
    """The dialect and the layout; columns set apart by blanks are tried last, since prose has blanks too."""
    for delimiter in dict.fromkeys((options.delimiter, options.delimiter or " ")):
        if delimiter != options.delimiter and not _has_blanks(source):
            continue
        dialect = dialect_of(source, replace(options, delimiter=delimiter))
        layout = layout_of(dialect, source) if dialect is not None else None
        if dialect is not None and layout is not None:
            return dialect, layout
    return None


def _has_blanks(source: Source) -> bool:
    """Whether blanks set anything apart in the lines that show the dialect, as few cells as a long table has."""
    lines = source.head_text.splitlines()[:LINES_OF_DIALECT]
    if len("\n".join(lines).split()) == len(list(filter(None, map(str.strip, lines)))):  # none, as in most tables
        return False
    return any(1 < len(line.split(None, MOST_CELLS)) <= MOST_CELLS for line in lines)


def layout_of(dialect: Dialect, source: Source) -> Layout | None:
    """The layout of a long table; None if it is none."""
    if not dialect.are_names_given:
        return _without_names(dialect, source)
    names = [name.lower() for name in dialect.names]
    metric, value = _first(names, METRICS), _first(names, VALUES)
    if metric is None or value is None:
        return None
    rows = _sample(dialect, source)
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


def _without_names(dialect: Dialect, source: Source) -> Layout | None:
    """The layout of ``train_loss,1,2.31``: a word that names a loss, a whole number that counts, and the value."""
    width = len(dialect.names)
    if width != WITHOUT_NAMES or dialect.delimiter in (None, " "):
        return None
    rows = [row for row in _sample(dialect, source) if len(row) == width]
    texts = [j for j in range(width) if _is_text(rows, j)]
    if len(rows) < FEWEST_ROWS or len(texts) != 1:
        return None
    words = {row[texts[0]] for row in rows}
    numbers = [j for j in range(width) if j not in texts and all(is_number(row[j]) for row in rows)]
    counting = [j for j in numbers if all(row[j].isdecimal() for row in rows)]
    values = [j for j in numbers if j not in counting]
    is_repeated = len(words) <= len(rows) / 2 and any(likeness(word) >= Likeness.MEASURE for word in words)
    if not is_repeated or len(counting) != 1 or len(values) != 1:
        return None
    return Layout(texts[0], values[0], None, None, ((counting[0], dialect.names[counting[0]]),))


def _sample(dialect: Dialect, source: Source) -> list[list[str]]:
    return [row for row, _count in zip(data_rows(source, dialect, source.head_text), range(SAMPLE_LINES))]


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
