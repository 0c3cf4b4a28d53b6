"""Output of CatBoost."""

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

_LINE = pattern(r"^(\d+):\t(.*\b(?:learn|test\d*): *[-+.\w]+.*)$", re.MULTILINE)
_VALUE = pattern(r"\b(learn|test\d*|best): *([-+.\w]+)")
LEAST_LINES = 2
BEST = "best"


class CatboostConsole(LogFormat):
    """``10:<tab>learn: 0.36<tab>test: 0.46<tab>best: 0.46 (10)<tab>total: 102ms``: the objective by iteration."""

    name = "catboost_console"
    clues = ("learn", "test")
    title = N_("CatBoost output")
    about = N_("iteration, objective of the training and test sets, the best so far, times")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        return 0.9 if len(_LINE.findall(source.head_text)) >= LEAST_LINES else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        collector = RowCollector()
        for match in _LINE.finditer(source.text):
            found = ((name, parse(text)) for name, text in _VALUE.findall(match[2]))
            collector.add({"iteration": float(match[1])} | {n: value for n, value in found if value is not None})
        if not collector.rows:
            raise LogError(_("{path}: no line has an iteration and an objective").format(path=source.given))
        sheet = collector.sheet()
        sheet.x = "iteration"
        sheet.losses = () if _grows(sheet) else tuple(n for n in sheet.columns if n not in ("iteration", BEST))
        sheet.pairs = tuple((name, "learn") for name in sheet.losses if name != "learn" and "learn" in sheet.losses)
        return [sheet]


def _grows(sheet: Sheet) -> bool:
    """Whether larger is better: the best objective so far never falls, and rises."""
    if BEST not in sheet.columns:
        return False
    best = sheet.cells(BEST).values
    return len(best) > 1 and best[-1] > best[0]
