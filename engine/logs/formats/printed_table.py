"""Tables that training programs print: names in the first line, often a rule below it, cells in columns of blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.dialect import unique
from engine.logs.drawn_lines import drawn_lines
from engine.logs.errors import LogError
from engine.logs.names import Likeness, clocks, likeness
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import without_terminal_codes
from engine.patterns import pattern
from engine.values import dataclass

LOOKED_AT = 60_000
LEAST_ROWS = 2
_RULE = pattern(r"\s*[-_=]{1,}(?:\s+[-_=]{1,})+\s*")
_GAP = pattern(r"\S(?:\t|[ ]{2,})[ \t]*\S|[-_=][ ]+[-_=]")  # between names, or the parts of a rule
_NAME = pattern(r"\S+(?: \S+)*")
_TOKEN = pattern(r"\S+")
_BAR = pattern(r":\s+\d+%\|.*")
_FIRST = pattern(r"[-+]?\d+(?:/\d+)?")
_TOTAL = pattern(r"/\d+$")
_GROUP = pattern(r"[-_=]+")
_COUNTER = "#"  # spaCy's name for the step
# YOLOv5 and its relatives call their losses by what they are of: Epoch gpu_mem box obj cls labels img_size
_TERMS = frozenset(("box", "obj", "cls", "dfl", "theta", "seg", "iou_loss", "l1"))
LEAST_TERMS = 2


@dataclass(frozen=True)
class Heading:
    """The names of the columns, and where each begins and ends in the lines; `is_ruled` if a rule says so."""

    names: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    is_ruled: bool

    def cells(self, line: str) -> dict[str, float] | None:
        """The numbers of a row; None if it is no row of this table."""
        tokens = list(_TOKEN.finditer(_BAR.sub("", line)))
        if not tokens or len(tokens) > len(self.names) or not _FIRST.fullmatch(tokens[0][0]):
            return None
        if len(tokens) == len(self.names):
            placed = zip(self.names, tokens)
        elif self.is_ruled:
            placed = zip([self._column(token) for token in tokens], tokens)
        else:
            return None
        return {name: number for name, token in placed if (number := parse(_TOTAL.sub("", token[0]))) is not None}

    def _column(self, token: re.Match[str]) -> str:
        """The column that a cell has most in common with, else the nearest."""
        start, end = token.span()
        shared = [min(end, b) - max(start, a) for a, b in self.spans]
        return self.names[shared.index(max(shared))]


class PrintedTable(LogFormat):
    """What skorch, spaCy, fastai, scikit-learn and MATLAB's trainnet print; a cell that is empty stays empty."""

    name = "printed_table"
    clues = (" ", "\t")
    title = N_("Printed table")
    about = N_("tables printed with blanks between the columns: skorch, spaCy, fastai, scikit-learn, MATLAB trainnet")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        text = source.head_text[:LOOKED_AT]
        if not _GAP.search(text):
            return 0.0
        rows = list(_rows(drawn_lines(text)))
        if len(rows) < LEAST_ROWS:
            return 0.0
        return 0.93 if rows[0][0].is_ruled else 0.65

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        collector = RowCollector()
        names: dict[str, None] = {}
        for heading, cells in _rows(drawn_lines(source.text)):
            names.update(dict.fromkeys(heading.names))
            collector.add(cells)
        if not collector.rows:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        sheet = collector.sheet()
        sheet.columns = {name: sheet.columns[name] for name in names if name in sheet.columns}
        sheet.x = _COUNTER if _COUNTER in sheet.columns else None
        terms = tuple(name for name in sheet.columns if name in _TERMS)
        if len(terms) >= LEAST_TERMS and not any(likeness(name) is Likeness.LOSS for name in sheet.columns):
            sheet.losses = (*terms, *(name for name in ("total",) if name in sheet.columns))
        return [sheet]


def _rows(lines: Iterable[str]) -> Iterator[tuple[Heading, dict[str, float]]]:
    """Yield the rows below every heading."""
    heading: Heading | None = None
    held: tuple[Heading, dict[str, float]] | None = None
    above = ""
    for raw in lines:
        line = without_terminal_codes(raw).expandtabs().rstrip()
        if not line:
            continue
        if (found := _heading(above, line)) is not None:
            heading = found
        elif heading is not None and (cells := heading.cells(line)):
            if held is not None and not (_BAR.search(line) and _is_drawn_again(held[1], cells)):
                yield held
            held = heading, cells
        above = line
    if held is not None:
        yield held


def _is_drawn_again(last: dict[str, float], cells: dict[str, float]) -> bool:
    """Whether a row with a bar behind it is that of the same epoch."""
    return next(iter(last.values())) == next(iter(cells.values()))


def _heading(above: str, line: str) -> Heading | None:
    """The heading that ends with this line: a rule below names, or names alone."""
    if above and line[-1] in "-_=" and _RULE.fullmatch(line):
        spans = [m.span() for m in _GROUP.finditer(line)]
        names = [_name_at(above, spans, i) for i in range(len(spans))]
        return Heading(unique(names), tuple(spans), True) if _has_loss(names) else None
    is_likely = "oss" in line or "LOSS" in line or "box" in line
    found = list(_NAME.finditer(line)) if is_likely else []
    names = [m[0] for m in found]
    if len(names) < 2 or not clocks(names[:1], "step") + clocks(names[:1], "epoch") or not _has_loss(names):
        return None
    return Heading(unique(names), tuple(m.span() for m in found), False) if not any(map(parse, names)) else None


def _name_at(line: str, spans: list[tuple[int, int]], i: int) -> str:
    """The words above a part of the rule, up to the middle of the gaps beside it."""
    start = 0 if i == 0 else (spans[i - 1][1] + spans[i][0]) // 2
    end = len(line) if i == len(spans) - 1 else (spans[i][1] + spans[i + 1][0]) // 2
    return " ".join(line[start : max(end, start)].split())


def _has_loss(names: list[str]) -> bool:
    return any(likeness(name) >= Likeness.MEASURE for name in names) or len(_TERMS & set(names)) >= LEAST_TERMS
