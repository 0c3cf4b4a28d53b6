"""Converts a knob's value to and from text, for the command line and for people."""

from __future__ import annotations

import re

from engine.i18n import number
from engine.run import Value
from engine.tasks.wording import word_text

TYPED_DIGITS = 5  # more are computed, not typed
_POWER = re.compile(r"^(?:(?P<mantissa>.+)[×x*·])?10(?P<power>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$")
_LOWERED = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_NUMBERISH = re.compile(r"^[-+]?[\d.,]*\d[\d.,]*(e[-+]?\d+)?$", re.IGNORECASE)


def typed_text(value: Value) -> str:
    """Format a value as the command line takes it.

    Examples
    --------
    >>> typed_text(0.003), typed_text(32), typed_text("full")
    ('0.003', '32', 'full')
    """
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def shown_text(value: Value) -> str:
    """Format a value for its field, in the current language.

    Examples
    --------
    >>> shown_text(0.003), shown_text(1e-08), shown_text("full")
    ('0.003', '10⁻⁸', 'full')
    """
    if isinstance(value, str):
        return word_text(value)
    return number(value, 6) if isinstance(value, float) else str(value)


def brief_text(value: Value) -> str:
    """Format a value to be read: one that was computed, such as a third of another, with three digits.

    Examples
    --------
    >>> brief_text(1 / 3000), brief_text(0.9985), brief_text(0.999996)
    ('3.33 × 10⁻⁴', '0.9985', '0.999996')
    """
    if not isinstance(value, float) or float(f"{value:.{TYPED_DIGITS}g}") == value or float(f"{value:.3g}") == 1:
        return shown_text(value)
    return number(value)


def typed_value(text: str) -> str:
    """Convert typed text to what the command line takes.

    Accepts either decimal sign, grouped thousands and powers of ten.
    Text that is not a number is returned unchanged; the setting accepts it as a word or refuses it.

    Examples
    --------
    >>> typed_value("0,003"), typed_value("3 × 10⁻⁴"), typed_value("1 000"), typed_value("1.234,5"), typed_value("full")
    ('0.003', '3e-4', '1000', '1234.5', 'full')
    """
    bare = "".join(text.split()).replace("−", "-")
    power = _POWER.match(bare)
    if power:
        bare = f"{power['mantissa'] or 1}e{power['power'].translate(_LOWERED)}"
    return _with_decimal_point(bare) if _NUMBERISH.match(bare) else text.strip()


def _with_decimal_point(number: str) -> str:
    """Of two different separators the last is the decimal sign; a repeated one groups thousands."""
    signs = [sign for sign in number if sign in ".,"]
    if len(signs) > 1 and signs.count(signs[-1]) > 1:
        return number.replace(".", "").replace(",", "")
    for sign in signs[:-1]:
        number = number.replace(sign, "")
    return number.replace(",", ".")
