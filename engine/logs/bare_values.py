"""Lines with a number and no name for it: ``epoch 3: 0.41``, ``[INFO] 0.41``. Read where nothing else is a loss."""

from __future__ import annotations

from engine.logs.bare_roles import COUNTED, NUMBER
from engine.patterns import pattern

_CLOCK = r"(?:\d{4}[-/]\d\d[-/]\d\d[T ]{0,2})?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z?"
_LEVEL = r"\[?(?:INFO|DEBUG|WARNING|ERROR)\]?(?::[\w.]{1,40}:)?"
_SIGNS = r"[ \t:=>*|,;([\]-]"
_LINE = pattern(
    rf"(?im)^(?P<before>{_SIGNS}{{0,6}}(?:\[?{_CLOCK}\]?)?{_SIGNS}{{0,6}}(?:{_LEVEL})?{_SIGNS}{{0,6}}"
    rf"(?:(?:{COUNTED}|\d{{1,12}}(?=[\]):]))[\])]?)?(?:{_SIGNS}|[→]){{0,6}}(?<![\w.-]))"
    rf"(?P<number>{NUMBER})[ \t\]),;]{{0,6}}$"
)
# What PyTorch's tutorial on translation prints: 0m 9s (- 1m 30s) (5000 6%) 2.8572
_OF_TUTORIAL = pattern(
    rf"(?m)\((?P<step>\d{{1,12}}) \d{{1,3}}%\)[ \t]{{1,4}}(?P<number>{NUMBER})(?P<behind>.{{0,200}})$"
)
LEAST_LINES = 3
LONG = 4000  # lines from which on a sample tells first whether it is worth while
BLOCKS, BLOCK = 8, 100
LEAST_SHARE = 0.5
_NAME = "value loss "


def with_name(text: str) -> str | None:
    """The text with a name before each number that has none; None if these are not most of its lines.

    Examples
    --------
    >>> with_name("epoch 1: 0.9\\nepoch 2: 0.7\\nepoch 3: 0.6\\n").splitlines()[1]
    'epoch 2: value loss 0.7'
    >>> with_name("accuracy 0.9\\naccuracy 0.7\\naccuracy 0.6\\n") is None
    True
    """
    named, count = _OF_TUTORIAL.subn(rf"step \g<step> {_NAME}\g<number>", text)
    if count < LEAST_LINES and _may_be(text):
        named, count = _LINE.subn(rf"\g<before>{_NAME}\g<number>", text)
    lines = sum(any(map(str.isdigit, line)) for line in text.splitlines())
    return named if count >= max(LEAST_LINES, LEAST_SHARE * lines) else None


def _may_be(text: str) -> bool:
    """Whether some lines from all parts of a long text suggest that they have numbers without names."""
    lines = text.splitlines() if text.count("\n") > LONG else []
    step = max(1, len(lines) // BLOCKS)
    sample = [line for start in range(0, len(lines), step) for line in lines[start : start + BLOCK]]
    return not lines or sum(map(bool, map(_LINE.match, sample))) >= LEAST_SHARE / 2 * len(sample)
