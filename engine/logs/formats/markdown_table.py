"""Tables in Markdown, as people keep their results in notes and model cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.names import Likeness, clocks, likeness
from engine.logs.notebooks.frames import sheet_of_table
from engine.logs.numbers import MISSING, is_number
from engine.logs.options import ReadOptions
from engine.logs.parts import has_losses
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.patterns import pattern

LOOKED_AT = 100_000
LEAST_ROWS = 3
MOST_COLUMNS = 200
WITHOUT_LOSS = 0.6
_RULE = pattern(r"[ \t]*\|?(?:[ \t]*:?-{1,200}:?[ \t]*\|)+[ \t]*(?::?-{1,200}:?[ \t]*)?")
_GRID = pattern(r"[ \t]*\+(?:[-=]{1,200}\+)+[ \t]*")  # +-------+------+ between rows
_BAR = pattern(r"(?<!\\)\|")
_MARKS = "*_`~ \t"
# What rich, polars and others draw tables with.
_CROSSINGS = "┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋┡┩╇╞╡╪╔╗╚╝╠╣╦╩╬╭╮╰╯"
_DRAWN = str.maketrans(dict.fromkeys("│┃║┆┊╎", "|") | dict.fromkeys("─━═╌", "-") | dict.fromkeys(_CROSSINGS, "+"))
_TYPES = pattern(r"(?:[iu](?:8|16|32|64)|f32|f64|str|bool|cat|date|null|---|datetime\[\wµ]{1,2}\])")


class Table(NamedTuple):
    """A table: its rows of cells, the header first, and the heading of the section that it stands in."""

    heading: str
    rows: list[list[str]]


class MarkdownTable(LogFormat):
    """``| Epoch | Train Loss | Val Loss |`` with a rule below it; each table is a run."""

    name = "markdown_table"
    clues = ("--", "──", "━━", "══")
    title = N_("Markdown table")
    about = N_("tables in Markdown: notes, model cards, answers of chats")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        text = source.head_text[:LOOKED_AT]
        has_rules = ("|" in text and "--" in text) or any(clue in text for clue in self.clues[1:])
        found = list(tables(text)) if has_rules else []
        if any(map(_is_course, found)):
            return 0.94
        return WITHOUT_LOSS if any(_is_course(table, needs_loss=False) for table in found) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        found = [(table, sheet_of_table(table.rows)) for table in tables(source.text) if _is_course(table, False)]
        courses = [(table, sheet) for table, sheet in found if sheet is not None]
        sheets = [(table, sheet) for table, sheet in courses if has_losses(sheet) and _is_course(table)] or courses
        if not sheets:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        if len(sheets) > 1:
            for place, (table, sheet) in enumerate(sheets, 1):
                sheet.title = table.heading or str(place)
        return [sheet for _table, sheet in sheets]


def tables(text: str) -> Iterator[Table]:
    """Yield the tables of a text.

    Examples
    --------
    >>> list(tables("# A\\n| step | loss |\\n|---:|:---:|\\n| 1 | **0.5** |\\n"))
    [Table(heading='A', rows=[['step', 'loss'], ['1', '0.5']])]
    """
    heading = above = ""
    rows: list[list[str]] = []
    for drawn in text.splitlines():
        written = drawn if drawn.isascii() else drawn.translate(_DRAWN)
        if not drawn.isascii() and "|" in written and all(map(_TYPES.fullmatch, _cells(written))):
            continue  # polars says the types of the columns below their names
        is_rule = _GRID.fullmatch(written) is not None
        if is_rule and len(rows) > 1:
            continue
        line = written.replace("+", "|").replace("=", "-") if is_rule else written
        if rows and "|" in line:
            rows.append(_cells(line))
            continue
        if rows:
            yield Table(heading, rows)
            rows = []
        if line.startswith("#"):
            heading = clean_name(line.strip("# \t"))
        names = _cells(above) if "|" in above and "-" in line and _RULE.fullmatch(line) else []
        rows = [names] if 1 < len(names) == len(_cells(line)) <= MOST_COLUMNS else []
        above = line
    if rows:
        yield Table(heading, rows)


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip(_MARKS) for cell in _BAR.split(inner)]


def _is_course(table: Table, needs_loss: bool = True) -> bool:
    """Whether a table says how a loss went, rather than the last losses of several models.

    Without a loss it is a course if it counts anything.
    """
    names, *rows = table.rows
    rows = [row for row in rows if len(row) == len(names)]
    has_loss = any(likeness(name) >= Likeness.MEASURE for name in names)
    counting = [n for kind in ("step", "epoch", "other") for n in clocks(names, kind)]
    if len(rows) < LEAST_ROWS or not (has_loss or (counting and not needs_loss)):
        return False
    first = names.index(counting[0]) if counting else 0
    return sum(is_number(row[first]) for row in rows if row[first].lower() not in MISSING) >= LEAST_ROWS
