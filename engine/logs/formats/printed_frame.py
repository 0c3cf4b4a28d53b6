"""Data frames printed with a part left out: pandas folds wide ones, and leaves out the middle of long ones."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.names import loss_columns
from engine.logs.notebooks.frames import sheet_of_table
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import without_terminal_codes
from engine.patterns import pattern

LOOKED_AT = 100_000
LEAST_ROWS = 2
MOST_COLUMNS = 1000
_SIZE = pattern(r"\s{0,9}\[\d{1,12} rows? x \d{1,9} columns?\]\s*")
_DOTS = frozenset(("..", "...", "…", "."))
_INDEX = pattern(r"\d{1,12}")
_FOLD = "\\"
Cells = list[str]


class PrintedFrame(LogFormat):
    """What pandas prints of a frame that is too wide or too long for the screen; the columns are put together again."""

    name = "printed_frame"
    clues = ("\\\n", "..", " columns]")
    title = N_("Printed data frame")
    about = N_("data frames as pandas prints them: folded where they are wide, with dots where they are long")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        text = source.head_text[:LOOKED_AT]
        is_marked = any(_SIZE.fullmatch(line) or _is_fold(line) or _is_dots(line) for line in text.splitlines())
        return 0.95 if is_marked and _table(text) is not None else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        table = _table(source.text)
        sheet = sheet_of_table(table) if table is not None else None
        if sheet is None:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        return [sheet]


def _table(text: str) -> list[Cells] | None:
    """The rows of the frame with its header first; None if it has no loss or is not whole."""
    parts: list[list[Cells]] = []
    for line in map(without_terminal_codes, text.splitlines()):
        cells = line.split()
        if line[:1].isspace() and cells and not _INDEX.fullmatch(cells[0]) and not _SIZE.fullmatch(line):
            parts.append([[c for c in cells if c != _FOLD]])
        elif parts and _is_row(cells, len(parts[-1][0])):
            parts[-1].append([c for c in cells if c != _FOLD])
    parts = [part for part in parts if len(part) > LEAST_ROWS]
    if not parts or len({len(part) for part in parts}) > 1 or sum(len(p[0]) for p in parts) > MOST_COLUMNS:
        return None
    if len(parts) > 1 and len({tuple(row[0] for row in part[1:]) for part in parts}) > 1:
        return None
    header = ["", *(name for part in parts for name in part[0])]
    rows = [[rows[0][0], *(c for row in rows for c in row[1:])] for rows in zip(*(part[1:] for part in parts))]
    return [header, *(_as_cut(row) for row in rows)] if loss_columns(header) else None


def _is_row(cells: Cells, names: int) -> bool:
    own = [c for c in cells if c != _FOLD]
    return len(own) == names + 1 and bool(_INDEX.fullmatch(own[0]) or _is_dots(" ".join(own)))


def _as_cut(row: Cells) -> Cells:
    return ["..."] * len(row) if row[0] in _DOTS else row


def _is_dots(line: str) -> bool:
    cells = line.split()
    return len(cells) > 1 and all(c in _DOTS for c in cells)


def _is_fold(line: str) -> bool:
    return line.endswith(f"  {_FOLD}")
