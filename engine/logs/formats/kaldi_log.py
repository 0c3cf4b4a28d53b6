"""Output of Kaldi's neural network training: objectives, of which larger is better."""

from __future__ import annotations

import re

import numpy as np

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.patterns import pattern
from engine.table import Sparse

_LINE = pattern(
    r"^.*?[Aa]verage objective function for '([^'\n]{1,80})' for minibatches (\d+)-(\d+) is ([-+.\w]+)(.*)$",
    re.MULTILINE,
)
LEAST_LINES = 2
X = "minibatch"


class KaldiLog(LogFormat):
    """``Average objective function for 'output' for minibatches 0-99 is -2.9``: judged with its sign turned."""

    name = "kaldi_log"
    clues = ("objective",)
    title = "Kaldi"
    about = N_("objectives of nnet3 by minibatch; larger is better, so the loss is the objective with its sign turned")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        has_any = "objective" in source.head_text
        return 0.9 if has_any and len(_LINE.findall(source.head_text)) >= LEAST_LINES else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        collector = RowCollector()
        row: dict[str, float] = {}
        for match in _LINE.finditer(source.text):
            name, value = clean_name(f"objective ({match[1]})"), parse(match[4])
            if row and (row[X] != float(match[3]) or name in row):
                collector.add(row)
                row = {}
            row[X] = float(match[3])
            if value is not None:
                row[name] = value
        if not row:
            raise LogError(_("{path}: no line has minibatches and an objective").format(path=source.given))
        collector.add(row)
        return [_turned(collector.sheet())]


def _turned(sheet: Sheet) -> Sheet:
    """The sheet with a loss for each objective."""
    losses = []
    for name in [n for n in sheet.columns if n != X]:
        cells = sheet.cells(name)
        loss = f"negative {name}"
        sheet.columns[loss] = Sparse(cells.rows, np.negative(cells.values))
        losses.append(loss)
    sheet.losses, sheet.x = tuple(losses), X
    return sheet
