"""Reads delimited text with polars: fast for plain numbers, thorough otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import polars as pl

from engine.logs.blocks import BLOCK_BYTES, expected_rows, line_blocks, skip_lines
from engine.logs.dialect import COMMENTS, LONGEST_LINE, Dialect, cells
from engine.logs.gathering import Gathered
from engine.logs.numbers import MISSING, WRAPPED, parse
from engine.logs.plain_table import NULLS
from engine.logs.sheet import Sheet
from engine.logs.short_rows import ShortRows
from engine.logs.source import Progress, Source
from engine.logs.text import decode
from engine.patterns import pattern
from engine.run_warnings import LISTED_LINES, RunWarning, WarningKind
from engine.table import Floats, Sparse

_BLANKS = pattern(rb"[ \t]+")
_CODES = pattern(rb"\x1b\[[0-?]*[ -/]*[@-~]")
_EDGES = pattern(rb"(?m)^[ \t]+|[ \t]+(?=\r?$)")
_THOUSANDS = r"^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$"
# A comma that no thousands can have: behind a zero, or not before three digits.
_SURE_DECIMAL = r"^[-+]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))(?:[eE][-+]?\d+)?$"
# A column with more distinct non-numbers than this is text.
MOST_IRREGULAR_CELLS = 5000
SAMPLE_LINES = 200


def read_table(source: Source, dialect: Dialect, progress: Progress | None = None) -> Sheet:
    """Read all rows of a delimited text.

    Raises
    ------
    Cancelled
        If `progress` returns False.
    """
    lines = source.head_text.splitlines()[dialect.first_line : dialect.first_line + SAMPLE_LINES]
    reader = TableReader(dialect, [line for line in lines if line.strip()], expected_rows(source))
    with ThreadPoolExecutor(1) as parser:  # the next block is parsed while the numbers of this one are stored
        coming: Future | None = None
        for block in _below(line_blocks(source, progress), dialect.first_line):
            parsed, coming = coming, parser.submit(reader.parse, block)
            if parsed is not None:
                reader.store(*parsed.result())
        if coming is not None:
            reader.store(*coming.result())
    return reader.sheet()


def _below(blocks: Iterable[bytes], lines_above: int) -> Iterator[bytes]:
    """The blocks without the first `lines_above` lines."""
    for block in blocks:
        data = skip_lines(block, lines_above) if lines_above else block
        lines_above = max(0, lines_above - block.count(b"\n")) if lines_above else 0
        if data:
            yield data


class TableReader:
    """Converts blocks of lines to numbers, column by column.

    Parameters
    ----------
    dialect : Dialect
    sample : list of str
        Some data lines, to detect text columns.
    expected_rows : int
        Estimated number of rows, for which memory is reserved.
    """

    def __init__(self, dialect: Dialect, sample: list[str], expected_rows: int = 0) -> None:
        self._dialect = dialect
        self._separator = dialect.delimiter or "\x1f"
        self._keys = [f"c{i}" for i in range(len(dialect.names))]
        self._text = _text_columns(dialect, sample)
        self._columns = {key: Gathered(expected_rows) for key in self._keys}
        self._others = dict.fromkeys(self._keys, 0)  # number of non-numeric cells
        self._rows = 0
        self._line = dialect.first_line
        self._skipped: list[int] = []  # the first of each block
        self._skipped_count = 0
        self._short = ShortRows(dialect)

    def parse(self, block: bytes) -> tuple[bytes, pl.DataFrame | None]:
        """The rows of a block as they are read, and parsed, None if some cells are not plain numbers.

        To be called in the order of the blocks; may run concurrently with `store`.
        """
        data = self._short.kept(self._data(block))
        schema = {key: pl.String if key in self._text else pl.Float64 for key in self._keys}
        if self._dialect.thousands:
            return data, None
        try:
            return data, self._parsed(data, schema)
        except (pl.exceptions.PolarsError, UnicodeError):
            return data, None

    def _data(self, block: bytes) -> bytes:
        data = _without_endless_lines(block)
        data = _CODES.sub(b"", data) if b"\x1b" in data else data
        return _BLANKS.sub(b" ", _EDGES.sub(b"", data)) if self._dialect.delimiter == " " else data

    def store(self, data: bytes, frame: pl.DataFrame | None) -> None:
        """Append a result of `parse`; to be called in the order of the blocks."""
        if frame is None:
            self._store_text_block(decode(data).encode("utf-8", "replace"))
            self._line += data.count(b"\n")
            return
        self._line += frame.height
        is_filled = _filled_rows(frame, [k for k in self._keys if k not in self._text])
        frame = frame if is_filled is None else frame.filter(pl.Series(is_filled))
        for key in self._keys:
            if key in self._text:
                self._others[key] += frame.height
            else:
                self._columns[key].append_block(frame[key], self._rows)
        self._rows += frame.height

    def _parsed(self, data: bytes, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
        try:
            return pl.read_csv(
                data,
                has_header=False,
                separator=self._separator,
                quote_char='"' if b'"' in data else None,
                schema=schema,
                null_values=list(NULLS),
                truncate_ragged_lines=True,
                decimal_comma=self._dialect.has_decimal_comma,
                raise_if_empty=False,
            )
        except pl.exceptions.PanicException as panic:  # a single quote at the end; not an Exception
            raise pl.exceptions.ComputeError(str(panic)) from None

    def _store_text_block(self, data: bytes) -> None:
        """Store a block with cells that are not plain numbers, by parsing each cell."""
        frame = self._text_frame(data)
        columns = {
            key: _numbers(frame[key], self._dialect.has_decimal_comma_in(name), self._separator != ",")
            for key, name in zip(self._keys, self._dialect.names)
        }
        has_text = np.zeros(frame.height, bool)
        has_number = np.zeros(frame.height, bool)
        for key, (values, is_text) in columns.items():
            has_text |= is_text.to_numpy()
            if key not in self._text:
                has_number |= values.is_not_null().to_numpy()
        is_known = self._is_no_data(frame[self._keys[0]])
        is_row = has_number & ~is_known
        skipped = np.flatnonzero(has_text & ~is_row & ~is_known)
        self._skipped += (skipped[:LISTED_LINES] + self._line + 1).tolist()
        self._skipped_count += len(skipped)
        keep = pl.Series(is_row)
        for key, (values, is_text) in columns.items():
            self._others[key] += int(np.count_nonzero(is_text.to_numpy() & is_row))
            self._columns[key].append_block(values.filter(keep), self._rows)
        self._rows += int(np.count_nonzero(is_row))

    def _text_frame(self, data: bytes) -> pl.DataFrame:
        # polars takes the number of columns from the first line, which may be short: prepend one of full width.
        start = self._separator.join("0" for _ in self._keys).encode() + b"\n"
        schema = dict.fromkeys(self._keys, pl.String)
        try:
            return self._parsed(start + data, schema).slice(1)
        except pl.exceptions.PolarsError:
            # Unclosed quotes: treat them as ordinary characters.
            return self._parsed(start + data.replace(b'"', b""), schema).slice(1)

    def _is_no_data(self, first: pl.Series) -> np.ndarray:
        """Which rows are comments or repeated headers, by their first cells; shape (rows,)."""
        cell = first.fill_null("").str.strip_chars(" \t\"'")
        is_known = cell.str.starts_with(COMMENTS[0])
        if self._dialect.header:
            is_known = is_known | (cell == cells(self._dialect.header, self._dialect.delimiter)[0])
        return is_known.to_numpy()

    def sheet(self) -> Sheet:
        """The numeric columns read so far."""
        columns: dict[str, Floats | Sparse] = {}
        for key, name in zip(self._keys, self._dialect.names):
            column = self._columns.pop(key)
            if column.count > self._others[key]:
                columns[name] = column.cells(self._rows)
        sheet = Sheet(columns, self._rows, are_names_given=self._dialect.are_names_given)
        if self._skipped:
            warning = RunWarning.about_lines(WarningKind.SKIPPED_LINES, self._skipped, self._skipped_count)
            sheet.warnings.append(warning)
        sheet.warnings += self._short.warnings()
        return sheet


def _without_endless_lines(block: bytes) -> bytes:
    """Empty the lines that are too long for a table, which would become millions of columns."""
    if len(block) <= BLOCK_BYTES + LONGEST_LINE:
        return block
    return b"\n".join(line if len(line) <= LONGEST_LINE else b"" for line in block.split(b"\n"))


def _text_columns(dialect: Dialect, sample: list[str]) -> frozenset[str]:
    """Keys of the columns whose cells are mostly words."""
    rows = [cells(line, dialect.delimiter) for line in sample]
    rows = [row for row in rows if len(row) == len(dialect.names)] or rows
    text = set()
    for i in range(len(dialect.names)):
        filled = [row[i] for row in rows if i < len(row) and row[i].lower() not in MISSING]
        numbers = sum(parse(c, dialect.has_decimal_comma_in(dialect.names[i])) is not None for c in filled)
        if filled and numbers < 0.5 * len(filled):
            text.add(f"c{i}")
    return frozenset(text)


def _filled_rows(frame: pl.DataFrame, keys: list[str]) -> np.ndarray | None:
    """Which rows have a number, shape (rows,); None if all do."""
    if any(frame[key].null_count() == 0 for key in keys):
        return None
    is_filled = np.zeros(frame.height, bool)
    for key in keys:
        is_filled |= frame[key].is_not_null().to_numpy()
    return None if is_filled.all() else is_filled


def _numbers(column: pl.Series, has_decimal_comma: bool, may_be_decimal: bool = False) -> tuple[pl.Series, pl.Series]:
    """Parse text cells to numbers, and flag the cells that are neither a number nor empty.

    Where commas delimit no cells, one that cannot separate thousands is that of decimals even in other columns.
    """
    values = column.cast(pl.Float64, strict=False)
    if values.null_count() == column.null_count():
        return values, pl.Series([False]).new_from_index(0, len(values))
    text = column.str.strip_chars(" \t\r\"'")
    if text.str.ends_with(")").any():
        text = text.str.replace(WRAPPED, "$1")
    plain = text
    if text.str.contains(",", literal=True).any():
        is_decimal = text.str.contains("," if has_decimal_comma else _SURE_DECIMAL) & (
            has_decimal_comma or may_be_decimal
        )
        is_separated = text.str.contains(_THOUSANDS) & (not has_decimal_comma)
        turned = text.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
        plain = turned.zip_with(is_decimal.fill_null(False), text)
        plain = text.str.replace_all(",", "", literal=True).zip_with(is_separated.fill_null(False), plain)
    values = plain.cast(pl.Float64, strict=False)
    is_irregular = values.is_null() & text.is_not_null() & (text != "")
    irregular = text.filter(is_irregular).unique()
    if 0 < len(irregular) <= MOST_IRREGULAR_CELLS:
        parsed = {cell: number for cell in irregular if (number := parse(cell, has_decimal_comma)) is not None}
        if parsed:
            values = values.fill_null(text.replace_strict(parsed, default=None, return_dtype=pl.Float64))
    is_text = values.is_null() & text.is_not_null() & ~text.str.to_lowercase().is_in(list(MISSING))
    return values, is_text.fill_null(False)
