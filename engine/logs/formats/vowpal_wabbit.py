"""Progress of Vowpal Wabbit."""

from __future__ import annotations

import re

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.patterns import pattern

_HEADING = pattern(r"^average\s+since\s+example\s+example\s+", re.MULTILINE)
_ROW = pattern(r"^\s*([-+.\w]+)\s+([-+.\w]+)\s+(\d+)\s+([\d.]+)\s+\S+\s+\S+\s+\d+(?:[ \t]+(h)\b|\s|$)", re.MULTILINE)
HELD_OUT = "holdout "  # from the second pass on, the rows that end with an h
NAMES = ("average loss", "loss since last", "example counter", "example weight")


class VowpalWabbit(LogFormat):
    """``average  since  example  example`` above ``loss  last  counter  weight``: a row at doubling distances."""

    name = "vowpal_wabbit"
    clues = ("average",)
    title = "Vowpal Wabbit"
    about = N_("the progress table: the average loss so far, and that since the row before")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        return 0.9 if _HEADING.search(source.head_text) and len(_ROW.findall(source.head_text)) > 1 else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        collector = RowCollector()
        for match in _ROW.finditer(source.text):
            *numbers, is_held_out = match.groups()
            losses = tuple(HELD_OUT + name for name in NAMES[:2]) if is_held_out else NAMES[:2]
            cells = zip((*losses, *NAMES[2:]), map(parse, numbers))
            collector.add({name: value for name, value in cells if value is not None})
        if not collector.rows:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        sheet = collector.sheet()
        sheet.losses, sheet.x = tuple(name for name in sheet.columns if name not in NAMES[2:]), NAMES[2]
        return [sheet]
