"""Parses numbers as spelled in logs: thousands separators, quotes, percent signs, variants of NaN and infinity."""

from __future__ import annotations

import re
from functools import lru_cache

from engine.patterns import pattern

# Possessive: a number is read in one way only, or a single odd cell would take exponential time.
PLAIN = pattern(r"[+-]?+(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?+\d++)?+", re.ASCII)
# Possessive: thousands of digits before a letter are gone through once.
_NUMBER = pattern(r"[-+−]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eEdD][-+]?\d++)?%?")
_THOUSANDS = pattern(r"[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
# C libraries on Windows print 1.#QNAN, -1.#IND and 1.#INF; glibc prints -nan, musl nan.
_NOT_FINITE = pattern(r"(?i)([-+−]?)(?:(nan|1\.#(?:qnan|snan|ind)\w*)(?:\([a-z]*\))?|(inf|infinity|∞|1\.#inf\w*))")
# How arrays and tensors of other libraries print one number: tensor(0.5, grad_fn=<…>), np.float32(0.5).
WRAPPED = (
    r"^(?:\w+\.)*(?:[tT]ensor|[aA]rray|\w{0,12}float\d{0,3}|DeviceArray|Decimal|Variable)"
    r"\(\[*\s*['\"]?([-+.\w]+)['\"]?\s*\]*(?:,.*)?\)$"
)
_WRAPPED = pattern(WRAPPED, re.DOTALL)
MISSING = frozenset(
    ("", "na", "n/a", "none", "null", "nil", "-", "--", "–", "—", "?", "missing", ".", "#n/a", "<na>", "undefined")
)


@lru_cache(maxsize=8)
def plain_rows(delimiter: str, width: int) -> re.Pattern[str]:
    """What lines match that are so many plain numbers each.

    Examples
    --------
    >>> bool(plain_rows(",", 2).fullmatch("1,0.5\\n2,1e-3")), bool(plain_rows(",", 2).fullmatch("1,0.5\\n2,"))
    (True, False)
    """
    row = rf"{PLAIN.pattern}(?:{re.escape(delimiter)}{PLAIN.pattern}){{{width - 1}}}"
    return re.compile(rf"{row}(?:\n{row})*+\n?", re.ASCII)


def parse(text: str, has_decimal_comma: bool = False) -> float | None:
    """Parse a cell as a number; None if it is not one.

    Examples
    --------
    >>> [parse(t) for t in ("1,234.5", "-inf", "12%", "-1.#IND", "1.5D-3", "n/a")]
    [1234.5, -inf, 12.0, nan, 0.0015, None]
    >>> parse("0,25", has_decimal_comma=True)
    0.25
    """
    text = text.strip().strip("\"'").strip()
    if text.endswith(")") and (wrapped := _WRAPPED.match(text)):
        text = wrapped[1]
    if has_decimal_comma:
        text = text.replace(".", "").replace(",", ".") if "," in text else text
    elif "," in text and _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if _NUMBER.fullmatch(text):
        return float(text.rstrip("%").replace("−", "-").replace("D", "e").replace("d", "e"))
    found = _NOT_FINITE.fullmatch(text)
    if not found:
        return None
    value = float("inf") if found[3] else float("nan")
    return -value if found[1] in ("-", "−") else value


def is_number(text: str) -> bool:
    """Whether a cell is a number, including NaN and infinity."""
    return bool(_NUMBER.fullmatch(text)) or parse(text) is not None
