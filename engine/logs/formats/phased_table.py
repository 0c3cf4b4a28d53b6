"""Tables in which a column says whether a row is of training or of validation."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.logs.dialect import Dialect, sniff
from engine.logs.errors import Cancelled, LogError
from engine.logs.formats.delimited import DelimitedText
from engine.logs.formats.long_table import data_rows
from engine.logs.json_rows import PHASES, with_role
from engine.logs.names import loss_columns
from engine.logs.numbers import MISSING, parse
from engine.logs.options import ReadOptions
from engine.logs.pairs import ROLE
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.run_warnings import RunWarning, WarningKind

SAMPLE_LINES = 50
LEAST_ROLES = 2
REPORTED_EVERY = 50_000


class PhasedTable(DelimitedText):
    """``epoch,phase,loss``: the rows of each phase have columns of their own."""

    name = "phased_table"
    title = N_("Table with a column for the phase")
    about = N_("one row for each epoch and phase: epoch, phase (train, val), loss")

    def fit(self, dialect: Dialect, source: Source) -> float:
        return 0.96 if phase_column(dialect, source) is not None else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        dialect = sniff(source.head_text, options)
        phase = phase_column(dialect, source) if dialect is not None else None
        if dialect is None or phase is None:
            raise LogError(_("{path}: not a table of numbers").format(path=source.given))
        collector = RowCollector()
        short: list[int] = []
        for count, cells in enumerate(data_rows(source, dialect, short=short)):
            if progress is not None and count % REPORTED_EVERY == 0 and not progress(0.5):
                raise Cancelled
            collector.add(with_role(_numbers(cells, dialect), cells[phase]))
        sheet = collector.sheet()
        sheet.warnings += [RunWarning.about_lines(WarningKind.SKIPPED_LINES, short)] if short else []
        return [sheet]


def _numbers(cells: list[str], dialect: Dialect) -> dict[str, float]:
    parsed = ((name, parse(cell, dialect.has_decimal_comma_in(name))) for name, cell in zip(dialect.names, cells))
    return {name: number for name, number in parsed if number is not None}


def phase_column(dialect: Dialect, source: Source) -> int | None:
    """The column whose every cell is a word for training, validation or test, and not always the same one."""
    phases = [j for j, name in enumerate(dialect.names) if name.lower() in PHASES]
    if not phases or not dialect.are_names_given or not loss_columns(dialect.names):
        return None
    rows = [row for row, _count in zip(data_rows(source, dialect, source.head_text), range(SAMPLE_LINES))]
    for j in phases:
        words = {row[j].lower() for row in rows if row[j].lower() not in MISSING}
        if len(words) >= LEAST_ROLES and all(map(ROLE.fullmatch, words)):
            return j
    return None
