"""The sheets of what a notebook's cells show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.i18n import _
from engine.logs.base import LogFormat
from engine.logs.names import loss_columns
from engine.logs.notebooks.frames import sheet_of_table, table_in_text
from engine.logs.notebooks.html_tables import tables_in
from engine.logs.notebooks.outputs import Shown
from engine.logs.options import ReadOptions
from engine.logs.parts import has_losses, read_part
from engine.logs.sheet import Sheet
from engine.patterns import pattern

ROUNDING = 1e-3  # of numbers printed with four digits
# Scalars and arrays of NumPy and others within a printed dictionary.
_WRAPPED = pattern(r"\b(?:np\.|numpy\.)?(?:float\d+|int\d+|array|tensor)\(([^()]*?)(?:, dtype=\w+)?\)")


def sheets_of_cell(cell: Shown, formats: Sequence[LogFormat], options: ReadOptions, name: str) -> list[Sheet]:
    """The sheets with losses of one cell, titled by it."""
    found = [*_of_tables(cell), *_of_texts(cell, formats, options, name)]
    if cell.printed.strip():
        found += read_text(cell.printed, formats, options, name)
    for line in filter(_is_history, cell.printed.splitlines()):
        found += read_text(line, formats, options, name)
    sheets = [sheet for sheet in found if has_losses(sheet)]
    for place, sheet in enumerate(sheets, 1):
        sheet.title = _("cell {number}").format(number=cell.number) + (f" ({place})" if len(sheets) > 1 else "")
    return sheets


def _is_history(line: str) -> bool:
    """Whether a printed line is a dictionary of lists."""
    return line.startswith("{") and ": [" in line


def _of_tables(cell: Shown) -> Iterator[Sheet]:
    for html in cell.tables:
        for table in tables_in(html):
            sheet = sheet_of_table(table)
            if sheet is not None:
                yield sheet


def _of_texts(cell: Shown, formats: Sequence[LogFormat], options: ReadOptions, name: str) -> Iterator[Sheet]:
    for text in cell.texts:
        if table := table_in_text(text):
            sheet = sheet_of_table(table)
            if sheet is not None:
                yield sheet
        elif text.lstrip().startswith(("{", "[")):
            yield from read_text(text, formats, options, name)


def read_text(text: str, formats: Sequence[LogFormat], options: ReadOptions, name: str) -> list[Sheet]:
    """Read a text as if it were a file; no sheets if no format fits."""
    if text.lstrip().startswith(("{", "[")):
        text = _WRAPPED.sub(r"\1", text)
    return read_part(text.encode("utf-8", "replace"), name, formats, options)


def without_shown_again(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without those that show the numbers of an earlier one again, as a history after its training."""
    kept: list[Sheet] = []
    for sheet in sheets:
        if not any(_says(earlier, sheet) for earlier in kept):
            kept.append(sheet)
    return kept


def _says(earlier: Sheet, sheet: Sheet) -> bool:
    """Whether each loss of a sheet is one of the earlier, apart from rounding."""
    known = [earlier.cells(name).values for name in _losses(earlier)]
    own = [sheet.cells(name).values for name in _losses(sheet)]
    return all(any(len(a) == len(b) and np.allclose(a, b, ROUNDING, 0.0, equal_nan=True) for b in known) for a in own)


def _losses(sheet: Sheet) -> tuple[str, ...]:
    names = sheet.losses if sheet.losses is not None else loss_columns(list(sheet.columns))
    return tuple(name for name in names if name in sheet.columns and sheet.count(name))
