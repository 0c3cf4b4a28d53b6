"""Output of Darknet when training a YOLO or a classifier."""

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

_LINE = pattern(r"^ *(\d+)(?:, ([\d.]+))?: ([-\w.]+), ([-\w.]+) avg(?: loss)?, ([\d.]+) rate,", re.MULTILINE)
LEAST_LINES = 2


class DarknetLog(LogFormat):
    """``100: 1.234567, 1.345678 avg loss, 0.001000 rate``: the numbers precede their names."""

    name = "darknet_log"
    clues = (" avg",)
    title = "Darknet"
    about = N_("iteration, loss, its moving mean and the learning rate, each number before its name")

    def matches(self, source: Source) -> float:
        return 0.86 if not source.is_folder and len(_LINE.findall(source.head_text)) >= LEAST_LINES else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        collector = RowCollector()
        for match in _LINE.finditer(source.text):
            cells = zip(
                ("iteration", "epoch", "loss", "avg loss", "rate"), (parse(text or "") for text in match.groups())
            )
            collector.add({name: value for name, value in cells if value is not None})
        if not collector.rows:
            raise LogError(_("{path}: no line has an iteration, a loss and its mean").format(path=source.given))
        return [collector.sheet()]
