"""Printed text with commas for decimals, as programs write it in many languages."""

from __future__ import annotations

import re

from engine.patterns import pattern

LOOKED_AT = 200_000
LEAST = 3
# A zero before a comma separates no thousands.
_COMMA = pattern(r"(?<![\w.,])[-+]?0,\d+(?![\w.]|,\d)")
_POINT = pattern(r"(?<![\w.,])[-+]?\d+\.\d+(?![\w.])")
_NUMBER = pattern(r"(?<![\w.,:])([-+]?\d+),(\d+)(?:(e[-+]?\d+)|(?![\w.:]|,\d))", re.IGNORECASE)


def with_points(text: str) -> str:
    """The text with points for decimals, where most of its decimals have commas.

    Examples
    --------
    >>> with_points("Verlust 0,816\\nVerlust 1,632\\nVerlust 0,5\\nVerlust 0,25").splitlines()
    ['Verlust 0.816', 'Verlust 1.632', 'Verlust 0.5', 'Verlust 0.25']
    >>> with_points("loss 0.5, step 1,000")
    'loss 0.5, step 1,000'
    """
    return points_for_commas(text) if has_commas(text) else text


def has_commas(text: str) -> bool:
    """Whether most decimals at the start of a text have commas."""
    start = text[:LOOKED_AT]
    if "0," not in start:
        return False
    commas = len(_COMMA.findall(start))
    return commas >= LEAST and commas > len(_POINT.findall(start))


def points_for_commas(text: str) -> str:
    """The text with a point for each comma between digits that is no list's."""
    return _NUMBER.sub(lambda m: f"{m[1]}.{m[2]}{m[3] or ''}", text)
