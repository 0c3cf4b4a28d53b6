"""The first lines of a table as they are understood with some choices; no Qt in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.logs.dialect import cells, sniff
from engine.logs.names import loss_columns
from engine.logs.options import ReadOptions
from engine.logs.source import Source

LINES = 40


@dataclass(frozen=True)
class LogPreview:
    """What the dialog shows of a file.

    Attributes
    ----------
    names : tuple of str
        The columns.
    rows : tuple of tuple of str
        Cells of the first data lines; the raw lines where the text is no table.
    losses : tuple of str
        The columns whose names sound like losses.
    """

    delimiter: str | None
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    losses: tuple[str, ...]


def preview(path: Path, options: ReadOptions) -> LogPreview:
    """Look at the start of a file.

    Raises
    ------
    LogError
        If it cannot be read.
    """
    source = Source(path)
    if source.is_folder:
        return LogPreview(None, (), (), ())
    text = "" if source.is_binary else source.head_text
    dialect = sniff(text, options) if text else None
    lines = text.splitlines()
    if dialect is None:
        return LogPreview(None, (), tuple((line[:200],) for line in lines[:LINES]), ())
    data = [line for line in lines[dialect.first_line : dialect.first_line + LINES] if line.strip()]
    rows = tuple(tuple(cells(line, dialect.delimiter)) for line in data)
    return LogPreview(dialect.delimiter, dialect.names, rows, tuple(loss_columns(list(dialect.names))))
