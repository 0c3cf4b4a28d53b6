"""What the detectors of the YOLO family print: a header over each epoch's bar, whose cells stand below the names."""

from __future__ import annotations

import re

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.dialect import unique
from engine.logs.errors import LogError
from engine.logs.names import is_no_loss
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import without_terminal_codes
from engine.patterns import pattern
from engine.run_warnings import RunWarning, WarningKind

_HEADER = pattern(r"\s{0,40}(Epoch\s{1,20}gpu_mem(?:\s{1,20}[\w()/.-]{1,30}){2,12})\s{0,20}", re.IGNORECASE)
_ROW = pattern(r"\s{0,40}(\d{1,9})/(\d{1,9})((?:\s{1,20}[-+.\w]{1,20}){2,13})\s{0,4}:\s{0,9}\d{1,3}%")
_SCORES = pattern(
    r"\s{0,60}Class\s{1,20}Images\s{1,20}\w{1,20}((?:\s{1,20}[\w()@.:-]{1,20}){2,12}?):?(?:\s{1,4}\d{1,3}%.*)?"
)
_ALL = pattern(r"\s{0,60}all\s{1,20}\d{1,9}\s{1,20}\d{1,9}((?:\s{1,20}[-+.\w]{1,20}){2,12})\s{0,20}")
_GROUP = pattern(r"\w{1,10}\(")  # Box(P stands over P, R and the rest
_BESIDE = frozenset(("epoch", "gpu_mem", "labels", "targets", "instances", "size", "img_size", "imgsz"))


class YoloConsole(LogFormat):
    """The last draw of each epoch's bar, which shows the means over the epoch, with the scores below it."""

    name = "yolo_console"
    title = "YOLO"
    about = N_("the console of YOLO detectors: a bar for each epoch, whose numbers stand below a header")
    clues = ("GPU_mem", "gpu_mem")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        lines = _lines(source.head_text)
        return 0.95 if any(map(_HEADER.fullmatch, lines)) and any(map(_ROW.match, lines)) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        console = _Console()
        for number, line in enumerate(source.text.split("\n"), 1):
            for draw in _lines(line):
                console.hear(draw, number)
        if not console.rows:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        collector = RowCollector()
        collector.add_all(console.rows)
        sheet = collector.sheet()
        sheet.losses, sheet.x = console.losses, "Epoch"
        sheet.warnings = console.warnings()
        return [sheet]


def _lines(text: str) -> list[str]:
    return [without_terminal_codes(line) for line in re.split(r"[\r\n]+", text)]


class _Console:
    """The rows of the epochs, from the lines that are heard."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []
        self._names: tuple[str, ...] = ()
        self._scores: list[str] = []
        self._is_open = False  # whether the bar of the epoch may still be drawn
        self._is_scored = True  # after the training the best model is scored again
        self._redraws = 0
        self._skipped: list[int] = []

    def hear(self, line: str, number: int) -> None:
        if (header := _HEADER.fullmatch(line)) is not None:
            self._names, self._is_open = unique(header[1].split()), False
        elif (scored := _SCORES.fullmatch(line)) is not None:
            self._scores = [_GROUP.sub("", word).rstrip("):") for word in scored[1].split()]
        elif self._names and (row := _ROW.match(line)) is not None:
            self._take(float(row[1]), row[3].split(), number)
        elif not self._is_scored and self._scores and (cells := _ALL.fullmatch(line)) is not None:
            self._score([parse(cell) for cell in cells[1].split()])

    def _take(self, epoch: float, cells: list[str], number: int) -> None:
        """One draw of an epoch's bar; it takes the place of the one before."""
        if len(cells) + 1 != len(self._names):  # which of the cells is missing is not known
            self._skipped.append(number)
            return
        if self._is_open and self.rows[-1].get(self._names[0]) == epoch:
            self.rows.pop()
            self._redraws += 1
        values = [epoch, *map(_number, cells)]
        self.rows.append({n: v for n, v in zip(self._names, values, strict=True) if v is not None})
        self._is_open, self._is_scored = True, False

    def _score(self, values: list[float | None]) -> None:
        if len(values) == len(self._scores):
            self.rows[-1] |= {n: v for n, v in zip(self._scores, values, strict=True) if v is not None}
        self._is_scored = True

    @property
    def losses(self) -> tuple[str, ...]:
        return tuple(n for n in self._names if n.lower() not in _BESIDE and not is_no_loss(n))

    def warnings(self) -> list[RunWarning]:
        skipped = [RunWarning.about_lines(WarningKind.SKIPPED_LINES, self._skipped)] if self._skipped else []
        return skipped + ([RunWarning(WarningKind.REDRAWS, self._redraws)] if self._redraws else [])


def _number(cell: str) -> float | None:
    """A number, or an amount of memory with its unit: 2.1G."""
    return parse(cell.rstrip("KMGB"))
