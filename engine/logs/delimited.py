"""Read delimited text with polars: fast where cells are plain numbers, thorough where they are not."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import polars as pl

from engine.i18n import _, ngettext
from engine.logs.blocks import LineBlock, line_blocks, skip_lines
from engine.logs.dialect import COMMENTS, Dialect, cells
from engine.logs.numbers import MISSING, is_number, parse
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import decode
from engine.table import Floats, Rows, Sparse

_BLANKS = re.compile(rb"[ \t]+")
_EDGES = re.compile(rb"(?m)^[ \t]+|[ \t]+(?=\r?$)")
_NULLS = ["", "NA", "N/A", "null", "None", "NULL"]
# A column with more spellings of something that is no number than this is text.
MOST_ODD_CELLS = 5000
LISTED_LINES = 5


class TableReader:
    """Turns blocks of lines into numbers, column by column.

    Parameters
    ----------
    dialect : Dialect
    sample : list of str
        Some data lines, to see which columns are text.
    """

    def __init__(self, dialect: Dialect, sample: list[str]) -> None:
        self._dialect = dialect
        self._keys = [f"c{i}" for i in range(len(dialect.names))]
        self._text = _text_columns(dialect, sample)
        self._has_quotes = any('"' in line for line in sample)
        self._pieces: dict[str, list[Sparse]] = {key: [] for key in self._keys}
        self._counts = {key: [0, 0] for key in self._keys}  # numbers, cells that are none
        self._rows = 0
        self._skipped: list[int] = []

    def take(self, block: LineBlock) -> None:
        """Read the lines of a block."""
        data = block.data
        if self._dialect.delimiter == " ":
            data = _BLANKS.sub(b" ", _EDGES.sub(b"", data))
        try:
            frame = self._frame(data, pl.Float64)
        except (pl.exceptions.PolarsError, UnicodeError):
            self._take_odd(decode(data).encode("utf-8", "replace"), block.first_line)
            return
        is_filled = _filled_rows(frame, [k for k in self._keys if k not in self._text])
        frame = frame if is_filled is None else frame.filter(pl.Series(is_filled))
        for key in self._keys:
            if key in self._text:
                self._counts[key][1] += frame.height
            else:
                self._keep(key, frame[key])
        self._rows += frame.height

    def _frame(self, data: bytes, kind: type[pl.DataType]) -> pl.DataFrame:
        separator = self._dialect.delimiter or "\x1f"
        # polars takes the number of columns from the first line, which may be ragged: put one of full width first.
        start = separator.join("0" for _ in self._keys).encode() + b"\n"
        frame = pl.read_csv(
            BytesIO(start + data),
            has_header=False,
            separator=separator,
            quote_char='"' if self._has_quotes or kind is pl.String else None,
            schema={key: pl.String if key in self._text else kind for key in self._keys},
            null_values=_NULLS,
            truncate_ragged_lines=True,
            decimal_comma=kind is pl.Float64 and self._dialect.has_decimal_comma,
            raise_if_empty=False,
        )
        return frame.slice(1)

    def _keep(self, key: str, column: pl.Series) -> None:
        if column.null_count() == 0:
            values = column.to_numpy()
            rows: Rows = np.empty(0, np.int64)  # filled in only when the column turns out to be sparse
        else:
            rows = np.flatnonzero(column.is_not_null().to_numpy()).astype(np.int64) + self._rows
            values = column.drop_nulls().to_numpy()
        self._counts[key][0] += len(values)
        self._pieces[key].append(Sparse(rows if len(rows) else _Span(self._rows, len(values)), values))  # type: ignore[arg-type]

    def _take_odd(self, data: bytes, first_line: int) -> None:
        """A block with cells that are no plain numbers: read all as text and see what each cell says."""
        frame = self._text_frame(data)
        columns = {key: _numbers(frame[key], self._dialect.has_decimal_comma) for key in self._keys}
        has_text = np.zeros(frame.height, bool)
        has_number = np.zeros(frame.height, bool)
        for key, (values, is_text) in columns.items():
            has_text |= is_text.to_numpy()
            if key not in self._text:
                has_number |= values.is_not_null().to_numpy()
        is_comment = self._is_no_data(frame[self._keys[0]])
        is_row = has_number & ~is_comment
        self._skipped += (np.flatnonzero(has_text & ~is_row & ~is_comment)[:1000] + first_line + 1).tolist()
        keep = pl.Series(is_row)
        for key, (values, is_text) in columns.items():
            self._counts[key][1] += int(np.count_nonzero(is_text.to_numpy() & is_row))
            self._keep(key, values.filter(keep))
        self._rows += int(np.count_nonzero(is_row))

    def _is_no_data(self, first: pl.Series) -> np.ndarray:
        """Which rows are comments or the header once more, from their first cells."""
        cell = first.fill_null("").str.strip_chars(" \t\"'")
        is_known = cell.str.starts_with(COMMENTS[0])
        if self._dialect.header:
            is_known = is_known | (cell == cells(self._dialect.header, self._dialect.delimiter)[0])
        return is_known.to_numpy()

    def _text_frame(self, data: bytes) -> pl.DataFrame:
        text, self._text = self._text, frozenset(self._keys)
        try:
            return self._frame(data, pl.String)
        except pl.exceptions.PolarsError:
            # Quotes that are never closed: take them as ordinary characters.
            return self._frame(data.replace(b'"', b""), pl.String)
        finally:
            self._text = text

    def sheet(self) -> Sheet:
        """The numeric columns of what was read."""
        columns: dict[str, Floats | Sparse] = {}
        for key, name in zip(self._keys, self._dialect.names):
            pieces, (numbers, others) = self._pieces.pop(key), self._counts[key]
            if numbers > others:
                columns[name] = _joined(pieces, self._rows, numbers)
        sheet = Sheet(columns, self._rows, are_names_given=self._dialect.are_names_given)
        if self._skipped:
            sheet.warnings.append(_skipped_text(self._skipped))
        return sheet


class _Span:
    """The rows of a piece that has a value in every row, without writing them out."""

    def __init__(self, start: int, count: int) -> None:
        self.start, self.count = start, count

    def __len__(self) -> int:
        return self.count

    def rows(self) -> Rows:
        return np.arange(self.start, self.start + self.count, dtype=np.int64)


def _joined(pieces: list[Sparse], rows: int, count: int) -> Floats | Sparse:
    values = pieces[0].values if len(pieces) == 1 else np.concatenate([p.values for p in pieces])
    if count == rows:
        return values
    return Sparse(np.concatenate([p.rows.rows() if isinstance(p.rows, _Span) else p.rows for p in pieces]), values)


def _text_columns(dialect: Dialect, sample: list[str]) -> frozenset[str]:
    """Keys of the columns whose cells are mostly words."""
    rows = [cells(line, dialect.delimiter) for line in sample]
    rows = [row for row in rows if len(row) == len(dialect.names)] or rows
    text = set()
    for i in range(len(dialect.names)):
        filled = [row[i] for row in rows if i < len(row) and row[i].lower() not in MISSING]
        numbers = sum(parse(c, dialect.has_decimal_comma) is not None for c in filled)
        if filled and numbers < 0.5 * len(filled):
            text.add(f"c{i}")
    return frozenset(text)


def _filled_rows(frame: pl.DataFrame, keys: list[str]) -> np.ndarray | None:
    """Which rows have a number; None when all have."""
    if any(frame[key].null_count() == 0 for key in keys):
        return None
    is_filled = np.zeros(frame.height, bool)
    for key in keys:
        is_filled |= frame[key].is_not_null().to_numpy()
    return None if is_filled.all() else is_filled


def _numbers(column: pl.Series, has_decimal_comma: bool) -> tuple[pl.Series, pl.Series]:
    """The numbers of text cells, and which cells are neither a number nor empty."""
    text = column.str.strip_chars(" \t\r\"'")
    plain = text
    if has_decimal_comma:
        plain = text.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
    values = plain.cast(pl.Float64, strict=False)
    is_odd = values.is_null() & text.is_not_null() & (text != "")
    odd = text.filter(is_odd).unique()
    if 0 < len(odd) <= MOST_ODD_CELLS:
        said = {cell: number for cell in odd if (number := parse(cell, has_decimal_comma)) is not None}
        if said:
            values = values.fill_null(text.replace_strict(said, default=None, return_dtype=pl.Float64))
    is_text = values.is_null() & text.is_not_null() & ~text.str.to_lowercase().is_in(list(MISSING))
    return values, is_text.fill_null(False)


def _skipped_text(lines: list[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:LISTED_LINES])
    if len(lines) > LISTED_LINES:
        shown += ", …"
    text = ngettext(
        "{count} line that is no data was skipped: {lines}",
        "{count} lines that are no data were skipped: {lines}",
        len(lines),
    )
    return text.format(count=len(lines), lines=shown)


def read_table(source: Source, dialect: Dialect, progress: Progress | None = None) -> Sheet:
    """All rows of a delimited text.

    Raises
    ------
    Cancelled
        If `progress` answers False.
    """
    sample = [
        line for line in source.head_text.splitlines()[dialect.first_line : dialect.first_line + 200] if line.strip()
    ]
    reader = TableReader(dialect, sample)
    for block in line_blocks(source, progress):
        if block.first_line < dialect.first_line:
            rest = skip_lines(block.data, dialect.first_line - block.first_line)
            block = LineBlock(rest, dialect.first_line)
        if block.data:
            reader.take(block)
    sheet = reader.sheet()
    if not sheet.columns:
        sheet.warnings.append(_("no column holds numbers"))
    return sheet


__all__ = ["TableReader", "is_number", "read_table"]
