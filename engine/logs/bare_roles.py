"""Lines that name no loss, only the data: ``step 9: train 2.1, val 2.3``. Read as losses where nothing else is one."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.logs.sheet import Sheet
from engine.patterns import pattern
from engine.run_warnings import RunWarning, WarningKind

COUNTED = r"(?:global[_ ]step|step|iter(?:ation)?|epoch|ep|batch|update)s?\b[\s:=#\[(]{0,4}\d{1,12}(?:\s?/\s?\d{1,12})?"
NUMBER = r"(?:[-+]?\d{0,9}\.\d{1,17}(?:e[-+]?\d{1,3})?|nan|[-+]?inf)(?![\w%]|\s?%)"
_TRAIN, _HELD_OUT = r"(?:train|training|trn)", r"(?:val|valid|validation|eval|test|dev)"
_IS = r"[\s:=]{1,4}"
_NEXT = r"[\s,;|/]{1,5}"
# What is no measure may stand before them: the rate, the time.
_BESIDE = r"(?:(?:lr|learning rate|time|elapsed|eta)[\s:=]{1,4}[\d.:e+-]{1,20}s?[\s,;|/]{1,5}){0,3}"
# Nothing but signs stands between, so that the numbers are not those of a measure named before.
_LINE = pattern(
    rf"(?im)(?:(?<!\w){COUNTED}|^\s{{0,8}}\[\s?\d{{1,12}}(?:\s?/\s?\d{{1,12}})?\s?(?=\]))[\])]?[\s:,;|>-]{{1,5}}{_BESIDE}"
    rf"(?:(?P<a>{_TRAIN}){_IS}{NUMBER}{_NEXT}(?P<b>{_HELD_OUT}){_IS}{NUMBER}"
    rf"|(?P<c>{_HELD_OUT}){_IS}{NUMBER}{_NEXT}(?P<d>{_TRAIN}){_IS}{NUMBER})"
)
LEAST_LINES = 2
_WORD = " loss"


def with_word(text: str) -> str | None:
    """The text with the word loss behind the bare names; None if fewer than two lines have them.

    Examples
    --------
    >>> with_word("step 0: train 4.2, val 4.3\\nstep 9: train 1.2, val 1.3\\n").splitlines()[1]
    'step 9: train loss 1.2, val loss 1.3'
    >>> with_word("epoch 1 accuracy: train 0.7, val 0.6\\nepoch 2 accuracy: train 0.8, val 0.6\\n") is None
    True
    """
    named, count = _LINE.subn(_named, text)
    return named if count >= LEAST_LINES else None


def without_word(sheet: Sheet) -> Sheet:
    """The sheet of such a text with the names as they stand in it, and a warning that they are taken for losses."""
    losses = sheet.losses or ()
    bare = {name: name.removesuffix(_WORD) for name in losses}
    columns = {bare.get(name, name): cells for name, cells in sheet.columns.items()}
    names = tuple(bare.values())
    guess = RunWarning(WarningKind.GUESSED_COLUMN, len(names), names=names)
    return replace(sheet, columns=columns, losses=names, warnings=[*sheet.warnings, guess])


def _named(line: re.Match[str]) -> str:
    first, second = ("a", "b") if line["a"] else ("c", "d")
    start, text = line.start(), line[0]
    one, other = line.end(first) - start, line.end(second) - start
    return f"{text[:one]}{_WORD}{text[one:other]}{_WORD}{text[other:]}"
