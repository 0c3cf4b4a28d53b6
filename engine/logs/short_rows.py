"""Finds the rows of a table that have fewer cells than its header, without going through the others."""

from __future__ import annotations

import numpy as np

from engine.logs.dialect import Dialect
from engine.run_warnings import RunWarning, WarningKind

_NEWLINE = ord("\n")
_STARTS = frozenset(b"0123456789+-.")


class ShortRows:
    """Those of all blocks of a table.

    Where blanks separate the cells, a missing one cannot be told from the others, and the row is left out; else the
    cells that a row has are the first.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._delimiter = (dialect.delimiter or "").encode()
        self._width = len(dialect.names)
        self._above = dialect.first_line
        self._lines: list[int] = []

    def found_in(self, data: bytes) -> list[int]:
        """The numbers of the short rows in a block, from 0; a last line without its end may still be written."""
        if len(self._delimiter) != 1 or self._width < 2 or b'"' in data:
            return []
        if data.count(self._delimiter) == (self._width - 1) * data.count(b"\n"):
            return []
        codes = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(codes == _NEWLINE)
        starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
        counts = np.concatenate([[0], np.cumsum(codes == self._delimiter[0])])
        short = np.flatnonzero(counts[ends] - counts[starts] < self._width - 1)
        return [i for i in short.tolist() if self._is_row(data[starts[i] : ends[i]])]

    def _is_row(self, line: bytes) -> bool:
        text = line.strip()
        return bool(text) and text[0] in _STARTS and any(48 <= code <= 57 for code in text)

    def kept(self, data: bytes) -> bytes:
        """The next block of lines, with the rows emptied of which it is not known what is missing."""
        short = self.found_in(data)
        self._lines += [self._above + i + 1 for i in short]
        self._above += data.count(b"\n")
        if not short or self._delimiter != b" ":
            return data
        lines = data.split(b"\n")
        for i in short:
            lines[i] = b""
        return b"\n".join(lines)

    def warnings(self) -> list[RunWarning]:
        what = WarningKind.UNSURE_ROWS if self._delimiter == b" " else WarningKind.SHORT_ROWS
        return [RunWarning.about_lines(what, self._lines)] if self._lines else []
