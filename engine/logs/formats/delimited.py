"""Delimited text: CSV, TSV and similar in any dialect."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.dialect import Dialect, sniff
from engine.logs.drawn_lines import is_bar
from engine.logs.errors import LogError
from engine.logs.feeds import RowFeed, TableFeed
from engine.logs.losses import varying_columns
from engine.logs.names import Likeness, likeness, loss_columns
from engine.logs.options import ReadOptions
from engine.logs.plain_table import read_plain_table
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.run_warnings import RunWarning, WarningKind


def _named_by_file(sheet: Sheet, file: str) -> Sheet:
    """A table without a header and with one column of values, which the file is named after: ``loss.csv``."""
    stem = file.split(".")[0]
    values = () if sheet.are_names_given or likeness(stem) < Likeness.BARE_ROLE else varying_columns(sheet)
    if len(values) != 1 or len(sheet.columns) == 1:
        return sheet
    sheet.columns = {stem if name == values[0] else name: cells for name, cells in sheet.columns.items()}
    sheet.losses = (stem,)
    return sheet


def dialect_of(source: Source, options: ReadOptions) -> Dialect | None:
    """The dialect by a person's choices; that which the source knows already where there are none."""
    choices = options.delimiter, options.has_header, options.has_decimal_comma
    is_known = choices == (None, None, None) and not source.is_binary
    return source.dialect if is_known else sniff(source.head_text, options)


class DelimitedText(LogFormat):
    """A table with one row per line; base of the special tables."""

    name = "delimited"
    title = N_("Delimited text")
    about = N_("CSV, TSV and columns separated by semicolons, bars or spaces, with or without a header")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        if source.head_text.lstrip()[:2] in ('{"', "{'", "[{", "[["):
            return 0.0
        dialect = source.dialect
        if dialect is not None and dialect.delimiter == "|" and is_bar(source.head_text):
            return 0.0  # the parts of progress bars are no cells
        return self.fit(dialect, source) if dialect else 0.0

    def fit(self, dialect: Dialect, source: Source) -> float:
        """How well a table of this dialect fits the format, 0 to 1."""
        knows_losses = not dialect.are_names_given or bool(loss_columns(dialect.names))
        return min(dialect.fit, 0.9) * (0.8 if knows_losses else 0.5) * (0.5 if dialect.has_nameless_words else 1.0)

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        dialect = dialect_of(source, options)
        if dialect is None:
            raise LogError(_("{path}: not a table of numbers").format(path=source.given))
        sheet = read_plain_table(source, dialect)
        if sheet is None:
            # loads polars, which would slow down the list of formats
            from engine.logs.delimited import read_table

            sheet = read_table(source, dialect, progress)
        if self.name == DelimitedText.name:  # a special format knows its columns, such as those of loss.dat
            sheet = _named_by_file(sheet, source.name)
        if dialect.thousands or dialect.has_doubtful_commas:
            names = tuple(sorted(dialect.thousands))
            sheet.warnings.append(RunWarning(WarningKind.DECIMAL_COMMAS, max(len(names), 1), names=names))
        return self.refine(sheet, dialect)

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        sheets = self.read(source, options)
        dialect = dialect_of(source, options)
        is_plain = dialect is not None and len(sheets) == 1 and sheets[0].columns.keys() <= set(dialect.names)
        return sheets, TableFeed(dialect) if dialect is not None and is_plain else None

    def refine(self, sheet: Sheet, dialect: Dialect) -> list[Sheet]:
        """Convert the plain table for a special format."""
        return [sheet]
