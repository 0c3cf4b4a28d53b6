"""``log.txt`` of build-nanogpt and similar: step, word, number."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.patterns import pattern

_LINE = pattern(r"\s*(?:s:)?(\d+)[ \t]+([A-Za-z][\w/.-]*):?[ \t]*([-+.\w]+)\s*$")
_BARE_LINE = pattern(r"\s*s:(\d+)[ \t]+((?:[a-z]+:[-+.\w]+\s*)+)$")


class NanoGptLog(LogFormat):
    """One measurement per line: ``250 val 3.2891``."""

    name = "nanogpt_log"
    clues = (" ", "\t")
    title = "nanoGPT log.txt"
    about = N_("one measurement per line: step, name, value")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        lines = [line for line in source.head_text.splitlines()[:200] if line.strip()]
        fitting = sum(measurement(line) is not None for line in lines)
        return 0.88 if lines and fitting >= 0.9 * len(lines) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        collector = RowCollector()
        row: dict[str, float] = {}
        for line in source.text.splitlines():
            found = measurement(line)
            if found is None:
                continue
            step, values = found
            if row and (row["step"] != step or not row.keys().isdisjoint(values)):
                collector.add(row)
                row = {}
            row = {"step": step, **row, **values}
        if row:
            collector.add(row)
        if not collector.rows:
            raise LogError(_("{path}: no line has a step, a word and a number").format(path=source.given))
        sheet = collector.sheet()
        sheet.x = "step"
        return [sheet]


def measurement(line: str) -> tuple[float, dict[str, float]] | None:
    """The step and the values of a line; None if it is not a measurement.

    Examples
    --------
    >>> measurement("250 val 3.2891"), measurement("s:250 tel:3.28"), measurement("loss 0.5")
    ((250.0, {'val': 3.2891}), (250.0, {'test loss': 3.28}), None)
    """
    if bare := _BARE_LINE.match(line):
        parts = (part.split(":") for part in bare[2].split())
        values = {_SHORT.get(k, k): v for k, text in parts if (v := parse(text)) is not None}
        return (float(bare[1]), values) if values else None
    match = _LINE.match(line)
    value = parse(match[3]) if match else None
    return (float(match[1]), {match[2]: value}) if match and value is not None else None


_SHORT = {"trl": "train loss", "tel": "test loss"}
