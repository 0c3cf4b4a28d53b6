"""Reads JSON lines column by column: with polars for plain objects, one by one otherwise."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.logs.gathering import Gathered
from engine.logs.json_rows import DEEPEST, FEW_ROWS, PHASES, TAGS, as_number, as_object, row_of
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.text import clean_name, decode
from engine.patterns import pattern
from engine.table import Floats, Sparse

MOST_OPENINGS = 32  # brackets per line; the parser crashes on deep nesting
LONGEST_FIRST = 1 << 16
_DIGITS = pattern(r"-?\d+(\.\d+)?")
_KEY = pattern(rb'"([^"]*)"\s*:')


class JsonGathering:
    """Gathers the numbers of JSON lines from blocks of whole lines, and counts lines that are not objects.

    Parameters
    ----------
    expected_rows : int
        Estimated number of rows, for which memory is reserved.
    """

    def __init__(self, expected_rows: int = 0) -> None:
        self._expected = expected_rows
        self._columns: dict[str, Gathered] = {}
        self._rows = 0
        self._lines = 0
        self.bad: list[int] = []

    def feed(self, block: bytes) -> None:
        """Read the lines of a block."""
        columns = plain_columns(block)
        if columns is None:
            self._store_objects(block)
        else:
            self._store_columns(columns)
        self._lines += block.count(b"\n")

    def _store_columns(self, columns: dict[str, pl.Series]) -> None:
        is_filled = np.zeros(max(map(len, columns.values()), default=0), bool)
        for values in columns.values():
            is_filled |= values.is_not_null().to_numpy()
        keep = None if is_filled.all() else pl.Series(is_filled)
        for name, values in columns.items():
            self._column(name).append_block(values if keep is None else values.filter(keep), self._rows)
        self._rows += int(np.count_nonzero(is_filled))

    def _store_objects(self, block: bytes) -> None:
        collector = RowCollector()
        for number, line in enumerate(decode(block).split("\n"), self._lines + 1):
            text = line.strip()
            item = as_object(text) if text else {}
            if item is None:
                self.bad.append(number)
            elif row := row_of(item):
                collector.add(row)
        sheet = collector.sheet()
        for name in sheet.columns:
            cells = sheet.cells(name)
            self._column(name).append_at(cells.rows + self._rows, cells.values)
        self._rows += sheet.rows

    def _column(self, name: str) -> Gathered:
        return self._columns.setdefault(name, Gathered(self._expected))

    def sheet(self) -> Sheet:
        """The sheet gathered so far; a number in a single record above many others is a setting."""
        columns = {name: column.cells(self._rows) for name, column in self._columns.items() if column.count}
        if self._rows < FEW_ROWS:
            return Sheet(columns, self._rows)
        single = {n: c for n, c in columns.items() if isinstance(c, Sparse) and len(c.rows) == 1}
        sheet = _without_empty_rows({n: c for n, c in columns.items() if n not in single}, self._rows)
        sheet.settings = {n: float(c.values[0]) for n, c in single.items() if c.rows[0] < 2}
        return sheet


def _without_empty_rows(columns: dict[str, Floats | Sparse], rows: int) -> Sheet:
    if any(not isinstance(column, Sparse) for column in columns.values()):
        return Sheet(columns, rows)
    sparse = {name: column for name, column in columns.items() if isinstance(column, Sparse)}
    is_filled = np.zeros(rows, bool)
    for column in sparse.values():
        is_filled[column.rows] = True
    new: NDArray[np.int64] = np.cumsum(is_filled) - 1
    count = int(np.count_nonzero(is_filled))
    moved = {
        n: c.values if len(c.values) == count else Sparse(new[c.rows].astype(np.int64), c.values)
        for n, c in sparse.items()
    }
    return Sheet(moved, count)


def plain_columns(block: bytes) -> dict[str, pl.Series] | None:
    """The numbers of lines that are plain objects, by column; None if they are not plain."""
    schema = _plain_schema(block)
    if schema is None and not _is_tame(block):
        return None
    try:
        # Without a schema, polars would have to infer it from all lines.
        frame = pl.read_ndjson(block, schema=schema, infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, UnicodeError, RecursionError):
        return None
    found: dict[str, pl.Series] = {}
    return found if frame.height and _gather(frame, "", 0, found) else None


def _plain_schema(block: bytes) -> dict[str, type[pl.Float64]] | None:
    """The schema of lines with the same names and a number or null for each; None if they have not.

    In such a line every quotation mark belongs to a name, so the marks can be counted instead of parsed: two lines of
    ``{"step": 1, "loss": 0.5}`` have 2 × 2 names and 8 marks.
    """
    first = as_object(decode(block[:LONGEST_FIRST].split(b"\n", 1)[0]).strip())
    lines = block.count(b"{")
    if not first or b"[" in block or b"true" in block or b"false" in block:
        return None
    names = [json.dumps(name, ensure_ascii=False).encode("utf-8", "replace") for name in first]
    if block.count(b'"') != 2 * len(names) * lines or any(block.count(name) != lines for name in names):
        return None
    return dict.fromkeys(first, pl.Float64)


def _is_tame(block: bytes) -> bool:
    """Whether objects are shallow and have few enough names for a table of all rows."""
    if b'\\"' in block or not block.lstrip().startswith(b"{"):
        return False
    lines = block.count(b"\n") + 1
    if len(set(_KEY.findall(block))) * lines > len(block):
        return False
    data = np.frombuffer(block, np.uint8)
    opens = np.flatnonzero((data == ord("{")) | (data == ord("[")))
    ends = np.searchsorted(opens, np.flatnonzero(data == ord("\n")))
    return bool(np.diff(ends, prepend=0, append=len(opens)).max() <= MOST_OPENINGS)


def _gather(frame: pl.DataFrame, prefix: str, depth: int, found: dict[str, pl.Series]) -> bool:
    """Collect a frame's numbers in `found`; False if texts or lists may contain numbers or name them."""
    for column in frame:
        name = f"{prefix}{column.name}"
        if column.dtype.is_numeric():
            if clean_name(name) in found:
                return False
            found[clean_name(name)] = column.cast(pl.Float64)
        elif isinstance(column.dtype, pl.Struct):
            if depth < DEEPEST and not _gather(column.struct.unnest(), f"{name}/", depth + 1, found):
                return False
        elif not _is_idle(column, depth):
            return False
    return True


def _is_idle(column: pl.Series, depth: int) -> bool:
    """Whether a non-numeric column is irrelevant to the numbers."""
    if column.dtype == pl.String:
        is_word = depth == 0 and column.name.lower() in PHASES | TAGS
        return not is_word and not any(_may_be_number(text) for text in column.unique())
    if isinstance(column.dtype, pl.List):
        return not (column.list.len() == 1).any()
    return column.dtype in (pl.Boolean, pl.Null)


def _may_be_number(text: str | None) -> bool:
    """Whether a text may be a number; the parser returns lists and objects as JSON texts too."""
    if text is None:
        return False
    return text.startswith(("[", "{")) or as_number(text) is not None or bool(_DIGITS.fullmatch(text))
