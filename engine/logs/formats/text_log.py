"""Printed output of any training program."""

from __future__ import annotations

from dataclasses import replace

from engine.i18n import N_
from engine.logs.bare_roles import with_word, without_word
from engine.logs.bare_values import with_name
from engine.logs.base import LogFormat
from engine.logs.decimal_commas import has_commas, points_for_commas, with_points
from engine.logs.drawn_lines import DrawnLines, drawn_lines
from engine.logs.errors import Cancelled
from engine.logs.evaluations import with_numbered_sets
from engine.logs.feeds import RowFeed, TextFeed
from engine.logs.folds import parts_of
from engine.logs.line_ranks import with_ranks
from engine.logs.memory import MemorySource
from engine.logs.options import ReadOptions
from engine.logs.rank_columns import of_processes
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text_rows import LineReader
from engine.logs.wrapped_lines import joined
from engine.role_words import role_words
from engine.run_warnings import RunWarning, WarningKind

PORTION = 20_000
LONG_BYTES = 1 << 20
LOOKED_AT = 30_000
LEAST_POINTS = 3
LEAST_OF_SEVERAL = 2  # rows of each training in a log of several


class TextLog(LogFormat):
    """The generic reader of printed logs, used if no special format fits."""

    name = "text_log"
    title = N_("Text log")
    most = 0.5
    about = N_(
        "any printed training output: key=value, key: value and “loss 0.123” in lines of the same form, progress bars"
    )

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        reader = LineReader()
        reader.feed(drawn_lines(with_points(source.head_text[:LOOKED_AT]))[:-1])
        # A printed configuration may be longer than the part examined: 0.2 is a last resort.
        return self.most if reader.points >= LEAST_POINTS else 0.2

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        return _trainings(source, progress) or [_at_once(source.text) or _read_lines(source, progress)[0]]

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        if several := _trainings(source):
            return several, None
        sheet, reader = _read_lines(source)
        return [sheet], None if reader is None else TextFeed(reader, has_commas(source.text))


def _trainings(source: Source, progress: Progress | None = None) -> list[Sheet]:
    """A sheet for each training that the log says it is of; none if one of them has no course."""
    sheets = []
    for name, text in parts_of(source.text):
        sheet = _read_lines(MemorySource(source.name, text.encode()), progress)[0]
        if not sheet.losses or sheet.rows < LEAST_OF_SEVERAL:
            return []
        sheets.append(replace(sheet, title=name, warnings=[*map(_without_lines, sheet.warnings)]))
    return sheets


def _at_once(text: str) -> Sheet | None:
    """The sheet of a long log of few forms, which needs polars, so that it is loaded for no other."""
    if len(text) < LONG_BYTES or has_commas(text) or with_ranks(text) is not None:
        return None
    from engine.logs.line_forms import read_forms

    return read_forms(text)


def _read_lines(source: Source, progress: Progress | None = None) -> tuple[Sheet, LineReader | None]:
    """The sheet of all lines, and the reader that knows them, if it can go on with those that are appended."""
    if (whole := joined(source.text)) is not None:
        sheet = _read_lines(MemorySource(source.name, whole[0].encode()), progress)[0]
        return replace(sheet, warnings=[*map(_without_lines, sheet.warnings), _joined(whole[1])]), None
    if (labelled := with_ranks(source.text)) is not None:
        return of_processes(_read_text(labelled, progress)[0]), None
    sheet, reader = _read_text(source.text, progress)
    if not sheet.losses and (named := with_word(source.text) or with_name(source.text)) is not None:
        return without_word(_read_text(named, progress)[0]), None
    if not sheet.losses:  # what is in it instead
        taken = _read_text(source.text, progress, is_any_taken=True)[0]
        if not taken.columns:
            taken = _read_text(source.text, progress, is_any_taken=True, needs_counter=False)[0]
        has_roles = any(role_words(name.lower()) for name in taken.columns)  # of a measure that is named elsewhere
        return taken if has_roles else replace(taken, losses=None), None
    ordered = of_processes(sheet)
    return with_numbered_sets(ordered), reader if ordered is sheet else None


def _without_lines(warning: RunWarning) -> RunWarning:
    return replace(warning, lines=())


def _joined(count: int) -> RunWarning:
    return RunWarning(WarningKind.JOINED_LINES, count)


def _read_text(
    text: str, progress: Progress | None, is_any_taken: bool = False, needs_counter: bool = True
) -> tuple[Sheet, LineReader]:
    has_decimal_commas = has_commas(text)
    reader, drawing = LineReader(is_any_taken, needs_counter), DrawnLines()
    lines = [*drawing.lines_of(points_for_commas(text) if has_decimal_commas else text), *drawing.finish()]
    for start in range(0, len(lines), PORTION):
        if progress is not None and not progress(start / len(lines)):
            raise Cancelled
        reader.feed(lines[start : start + PORTION])
    sheet = reader.sheet()
    if len(lines) != text.count("\n") + 1:  # the numbers are those of lines that a terminal would have left
        sheet.warnings = list(map(_without_lines, sheet.warnings))
    if drawing.left_out:
        sheet.warnings.append(RunWarning(WarningKind.REDRAWS, drawing.left_out))
    if has_decimal_commas:
        sheet.warnings.append(RunWarning(WarningKind.DECIMAL_COMMAS))
    return sheet, reader
