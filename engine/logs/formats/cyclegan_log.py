"""``loss_log.txt`` of CycleGAN and pix2pix."""

from __future__ import annotations

import re

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.logs.pairs import pairs
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.patterns import pattern

_LINE = pattern(r"[\[(]?\s*epoch:?\s*(\d+)[^)\]]*?iters?:?\s*(\d+)([^)\]]*)[\])]\s*,?\s*(?=\w)(.*)", re.IGNORECASE)


class CycleGanLog(LogFormat):
    """``(epoch: 1, iters: 100, time: 0.857, data: 2.929) D_A: 0.111 G_A: 0.660``: all after the bracket are losses."""

    name = "cyclegan_log"
    clues = ("epoch", "Epoch", "EPOCH")
    title = "CycleGAN, pix2pix"
    about = N_("loss_log.txt: a bracket with epoch and iterations, then the losses by name")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.0
        lines = [line for line in source.head_text.splitlines()[:100] if line.strip()]
        fitting = [match for line in lines if (match := _LINE.match(line)) and "loss" not in match[4].lower()]
        return 0.9 if lines and len(fitting) >= 0.5 * len(lines) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        collector = RowCollector()
        losses: dict[str, None] = {}
        for line in source.text.splitlines():
            if match := _LINE.match(line):
                values = {pair.key: pair.value for pair in pairs(match[4]) if pair.key}
                losses.update(dict.fromkeys(values))
                collector.add({"epoch": float(match[1]), "iters in epoch": float(match[2]), **values})
        if not collector.rows:
            raise LogError(_("{path}: no line has an epoch, iterations and losses").format(path=source.given))
        sheet = collector.sheet()
        sheet.losses = tuple(losses)
        return [sheet]
