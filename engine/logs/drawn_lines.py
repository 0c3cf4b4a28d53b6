"""Splits printed output into the lines that a terminal would have left, with each draw of a progress bar once.

A bar is drawn again and again on one line, with carriage returns or backspaces between the draws. tqdm draws when the
numbers beside the bar change and again when the bar moves on, so that the same loss stands twice at the turn of the
count; what is drawn twice was measured once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.logs.names import Likeness, likeness
from engine.logs.pairs import pairs
from engine.logs.text import without_terminal_codes

_DRAWS = re.compile(r"[\r\b]+")
_COUNT = re.compile(r"(\d+)\s*/\s*(\d+)(?![\d.]*\s*(?:it|s|ms|step)\b)")
_BAR = re.compile(r"\d+%\s*\|?[^|\[\]]*\|?|[━╸╺╴─=>.#█▏▎▍▌▋▊▉]{3,}")
_DECIMAL = re.compile(r"\d*\.\d+(?:e[-+]?\d+)?|nan|inf")
_SIGNS_OF_A_BAR = ("it/s", "s/it", "%|", "/step")
# With fewer lines of erased draws than this, the draws are all that is known of the course.
FEWEST_ERASED_LINES = 3


@dataclass(frozen=True)
class _Draw:
    """One draw of a bar: its text, which bar it is, how far it is, and the losses beside it."""

    text: str
    bar: tuple[str, str]
    count: int
    losses: tuple[tuple[str, float | str], ...]


class DrawnLines:
    """Converts text, fed in any portions of whole lines, to lines without redraws.

    Examples
    --------
    >>> drawn_lines("0/9, loss=3\\r0/9, loss=2\\r1/9, loss=2\\r1/9, loss=1\\ndone")
    ['0/9, loss=3', '0/9, loss=2', '1/9, loss=1', 'done']
    """

    def __init__(self) -> None:
        self._last: _Draw | None = None  # held back, since the next draw may show the same again
        self._is_turn = False  # whether the last draw shows the losses of the one before at another count
        self._doubles = 0  # draws with other losses at the same count

    def lines_of(self, text: str) -> Iterator[str]:
        """Yield the lines of a text; the last draw of a bar comes with the portion after it."""
        if self._last is None and not _has_draws(text):
            yield from text.replace("\r\n", "\n").replace("\x0b", "\n").replace("\x0c", "\n").split("\n")
            return
        lines = [line.rstrip("\r") for line in re.split(r"[\n\x0b\x0c]", text)]
        is_erased = sum("\b" in line for line in lines) >= FEWEST_ERASED_LINES
        for line in lines:
            if "\r" not in line and "\b" not in line:
                yield from self._line(line)
                continue
            draws = [part for part in _DRAWS.split(line) if part]
            if is_erased and "\b" in line:
                draws = draws[-1:]
            for i, draw in enumerate(draws):
                yield from self._segment(draw, is_last=i == len(draws) - 1)

    def finish(self) -> list[str]:
        """The draw that was held back, since there are no more lines."""
        last, self._last = self._last, None
        return [] if last is None or (self._is_turn and self._doubles) else [last.text]

    def _line(self, line: str) -> list[str]:
        if any(sign in line for sign in _SIGNS_OF_A_BAR):
            return self._segment(line, is_last=False)
        return [*self.finish(), line]

    def _segment(self, text: str, is_last: bool) -> list[str]:
        draw, last = _draw(text), self._last
        if draw is None or not draw.losses:
            return [*self.finish(), text]
        if last is None or last.bar != draw.bar:
            return self._hold(draw, is_turn=False)
        if last.count != draw.count:
            return self._hold(draw, is_turn=last.losses == draw.losses)
        return self._drawn_again(last, draw, is_last)

    def _drawn_again(self, last: _Draw, draw: _Draw, is_last: bool) -> list[str]:
        """A draw at the same count: the same once more, completed at the end, or the next losses."""
        is_same = last.losses == draw.losses
        if dict(last.losses).keys() < dict(draw.losses).keys() or (is_same and (is_last or not self._doubles)):
            self._last = draw
            return []
        if is_same:
            return self._hold(draw, is_turn=False)
        self._doubles += 1
        return self._hold(draw, is_turn=False)

    def _hold(self, draw: _Draw, is_turn: bool) -> list[str]:
        settled = self.finish()
        self._last, self._is_turn = draw, is_turn
        return settled


def _has_draws(text: str) -> bool:
    return "\b" in text or "\r" in text.replace("\r\n", "\n") or any(sign in text for sign in _SIGNS_OF_A_BAR)


def _draw(drawn: str) -> _Draw | None:
    text = without_terminal_codes(drawn)
    counts = list(_COUNT.finditer(text))
    if not counts:
        return None
    count = counts[-1]
    name = "".join(_DECIMAL.sub("#", _BAR.sub("", text[: count.start()])).split())
    losses = ((p.key, _value(p.value)) for p in pairs(text) if p.key and likeness(p.key) >= Likeness.MEASURE)
    return _Draw(drawn, (name, count[2]), int(count[1][:18]), tuple(losses))


def _value(value: float) -> float | str:
    return value if value == value else "nan"


def drawn_lines(text: str) -> list[str]:
    """All lines of a whole text."""
    drawing = DrawnLines()
    return [*drawing.lines_of(text), *drawing.finish()]
