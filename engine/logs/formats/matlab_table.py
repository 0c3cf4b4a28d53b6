"""What MATLAB's trainNetwork prints: a table between bars, with names in two lines."""

from __future__ import annotations

from collections.abc import Iterable

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.dialect import unique
from engine.logs.errors import LogError
from engine.logs.names import Likeness, likeness
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.patterns import pattern

_RULE = pattern(r"\|=+\|?\s*")
_UNIT = pattern(r"\s*\(hh:mm:ss\)")
LEAST_ROWS = 2


class MatlabTable(LogFormat):
    """``|  Epoch  |  Iteration  | … |  Mini-batch  | Validation |`` and ``|  Loss  | Loss |`` below it."""

    name = "matlab_table"
    clues = ("|===",)
    title = "MATLAB trainNetwork"
    about = N_("the table between bars that trainNetwork prints, with names in two lines")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary or "|===" not in source.head_text:
            return 0.0
        return 0.9 if table(source.head_text.splitlines()).rows >= LEAST_ROWS else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        sheet = table(source.text.splitlines())
        if not sheet.rows:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        return [sheet]


def table(lines: Iterable[str]) -> Sheet:
    """The rows below headings that name a loss."""
    collector = RowCollector()
    names: tuple[str, ...] = ()
    heading: list[list[str]] | None = None
    for line in lines:
        if _RULE.fullmatch(line):
            names = _names(heading) if heading else names
            heading = [] if not heading else None
        elif not line.startswith("|"):
            heading, names = None, ()
        elif heading is not None and parse(_cells(line)[0]) is None:
            heading.append(_cells(line))
        elif names:
            numbers = zip(names, map(parse, _cells(line)))
            collector.add({name: number for name, number in numbers if number is not None})
    return collector.sheet()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _names(heading: list[list[str]]) -> tuple[str, ...]:
    width = max(map(len, heading))
    parts = ([line[j] for line in heading if j < len(line)] for j in range(width))
    names = [_UNIT.sub("", " ".join(" ".join(part).split())) for part in parts]
    return unique(names) if any(likeness(name) >= Likeness.MEASURE for name in names) else ()
