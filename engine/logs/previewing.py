"""Preview of a log for the import dialog: format, columns, first rows, warnings."""

from __future__ import annotations

from pathlib import Path

from engine.i18n import _
from engine.logs.assembling import assemble
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.naming import named
from engine.logs.options import ROW, ReadOptions
from engine.logs.reading import fitting_formats, unknown
from engine.logs.sheet import Sheet
from engine.logs.source import Source
from engine.run import Origin, OriginKind, Run
from engine.run_warnings import RunWarning
from engine.series import Role
from engine.values import dataclass

FIRST_ROWS = 50
# Larger files are previewed from their start; compressed bytes expand about tenfold.
WHOLE_BYTES = 4 << 20
PACKED_BYTES = 1 << 20


@dataclass(frozen=True)
class ColumnPreview:
    """A numeric column: its name in the file, its number of cells, and its detected role."""

    name: str
    count: int
    is_loss: bool
    is_x: bool
    role: Role | None = None
    partner: str | None = None


@dataclass(frozen=True)
class Preview:
    """The result of reading a log with some options.

    Attributes
    ----------
    format : str
        Name of the format; `title` is for people.
    delimiter : str or None
        For delimited text.
    columns : tuple of ColumnPreview
    rows : tuple of tuple
        The first rows, one cell per column; None for an empty cell.
    row_count : int
        Rows read; all of them unless `is_cut`.
    runs : int
        Number of runs in the file.
    error : str
        Why these options give no run; empty if they do.
    """

    format: str
    title: str
    delimiter: str | None
    has_header: bool | None
    columns: tuple[ColumnPreview, ...]
    rows: tuple[tuple[float | None, ...], ...]
    row_count: int
    is_cut: bool
    x: str
    runs: int
    restarts: int
    warnings: tuple[RunWarning, ...]
    first_lines: str
    error: str = ""


def preview(path: str | Path, options: ReadOptions | None = None) -> Preview:
    """Preview a log with some options, fast for large files too.

    Raises
    ------
    LogError
        If no format fits.
    """
    options = options or ReadOptions()
    whole = Source(path)
    limit = PACKED_BYTES if whole.compression else WHOLE_BYTES
    is_large = not (whole.is_folder or whole.is_remote) and whole.path.stat().st_size > limit
    source = Source(path, limit) if is_large else whole
    first: LogError | None = None
    for chosen in fitting_formats(source, options):
        try:
            return _described(source, chosen, named(chosen.read(source, options), options), options, is_large)
        except LogError as error:
            first = first or error
    raise first or unknown(source)


def first_lines(path: str | Path) -> str:
    """The raw text at the start of a file; empty if there is none."""
    try:
        return _text(Source(path))
    except LogError:
        return ""


def _text(source: Source) -> str:
    return "" if source.is_folder or source.is_binary else source.head_text[:2000]


def _described(source: Source, chosen: LogFormat, sheets: list[Sheet], options: ReadOptions, is_cut: bool) -> Preview:
    runs: list[Run] = []
    error = ""
    origin = Origin(OriginKind.LOG, source.path, chosen.name)
    for sheet in sheets:
        try:
            runs += assemble(sheet, options, origin, source.name)
        except LogError as problem:
            error = error or str(problem)
    if not sheets or not any(sheet.columns for sheet in sheets):
        raise LogError(_("{path}: no numbers were found").format(path=source.given))
    sheet = next(sheet for sheet in sheets if sheet.columns)
    run = runs[0] if runs else None
    dialect = None if source.is_folder else source.dialect
    return Preview(
        format=chosen.name,
        title=_(chosen.title),
        delimiter=(options.delimiter or dialect.delimiter) if dialect else None,
        has_header=dialect.are_names_given if dialect else None,
        columns=_columns(sheet, run),
        rows=_first_rows(sheet),
        row_count=sum(s.rows for s in sheets),
        is_cut=is_cut,
        x=ROW if run is None or run.x is None else run.names.get(run.x, run.x),
        runs=len(runs),
        restarts=len(run.restarts()) if run else 0,
        # Those of a run tell the guesses of its losses too.
        warnings=tuple(dict.fromkeys(w for read in (runs or sheets) for w in read.warnings)),
        first_lines=_text(source),
        error="" if runs else error,
    )


def _columns(sheet: Sheet, run: Run | None) -> tuple[ColumnPreview, ...]:
    series = {s.name: s for s in run.series} if run else {}
    x = None if run is None or run.x is None else run.names.get(run.x, run.x)
    return tuple(
        ColumnPreview(
            name,
            sheet.count(name),
            name in series,
            name == x,
            series[name].role if name in series else None,
            series[name].partner if name in series else None,
        )
        for name in sheet.columns
    )


def _first_rows(sheet: Sheet) -> tuple[tuple[float | None, ...], ...]:
    count = min(FIRST_ROWS, sheet.rows)
    table: list[list[float | None]] = [[None] * len(sheet.columns) for _ in range(count)]
    for j, name in enumerate(sheet.columns):
        cells = sheet.cells(name)
        for row, value in zip(cells.rows[:count], cells.values[:count]):
            if row < count:
                table[row][j] = float(value)
    return tuple(tuple(row) for row in table)
