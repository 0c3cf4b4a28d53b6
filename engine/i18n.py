"""Internationalisation of all texts: gettext messages, plural forms, numbers.

The source language is English. `set_language` switches at run time; texts are created when shown, so a view redrawn
after a switch is in the new language. Catalogs are ``resources/locale/<language>/LC_MESSAGES/overshoot.po``.
"""

from __future__ import annotations

import gettext as _gettext
import locale
import math
import os
from functools import cache, lru_cache

from engine.resources import resource

LOCALE_DIR = resource("locale")
DOMAIN = "overshoot"
SOURCE_LANGUAGE = "en"
THIN_SPACE = "\u202f"  # the narrow no-break space

_language = SOURCE_LANGUAGE
_catalog: _gettext.NullTranslations = _gettext.NullTranslations()


def _(message: str) -> str:
    """Translate a message to the current language."""
    return _catalog.gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate a message with the plural form for `n`."""
    return _catalog.ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """Translate a message whose English word has several meanings, by context."""
    return _catalog.pgettext(context, message)


def N_(message: str) -> str:
    """Mark a constant for the catalogs; it is translated with `_` when shown."""
    return message


class Told(str):
    """A text that knows its message, so that a view which kept it can say it in another language."""

    message: str
    values: dict[str, object]


def told(message: str, **values: object) -> Told:
    """Translate a message marked with `N_`, and keep it with the text.

    Examples
    --------
    >>> told("{n} layers", n=3)
    '3 layers'
    """
    made = Told(_(message).format(**values) if values else _(message))
    made.message, made.values = message, values
    return made


def told_anew(text: str) -> str:
    """A text in the current language, if it knows its message."""
    return told(text.message, **text.values) if isinstance(text, Told) else text


def in_all_languages(message: str) -> dict[str, str]:
    """A message in each language with a catalog except English, by code."""
    return {code: _load(code).gettext(message) for code in languages() if code != SOURCE_LANGUAGE}


def languages() -> tuple[str, ...]:
    """Codes of the available languages, English first."""
    found = sorted(p.parent.parent.name for p in LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return (SOURCE_LANGUAGE, *found)


def language() -> str:
    """Code of the current language."""
    return _language


def set_language(code: str | None) -> str:
    """Switch to a language, for None to that of the environment; English if there is no catalog.

    Returns
    -------
    str
        Code of the language now in use.
    """
    global _language, _catalog
    wanted = code or _from_environment()
    wanted = wanted if wanted in languages() else SOURCE_LANGUAGE
    _catalog = _load(wanted)
    _language = wanted
    return wanted


def _from_environment() -> str:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").split(":")[0].split(".")[0].split("_")[0]
        if value:
            return value if value not in ("C", "POSIX") else SOURCE_LANGUAGE
    return (locale.getlocale()[0] or SOURCE_LANGUAGE).split("_")[0]


@cache
def _load(code: str) -> _gettext.NullTranslations:
    path = LOCALE_DIR / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    if code == SOURCE_LANGUAGE or not path.exists():
        return _gettext.NullTranslations()
    # Compiled in memory, so that translations need no build step; takes about 30 ms.
    import io

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as po:
        catalog = read_po(po, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


@cache
def _separators(code: str) -> str:
    if code == SOURCE_LANGUAGE:
        return "."
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(code)


def decimal_sign() -> str:
    """The decimal sign of the current language."""
    return _separators(_language)


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """Format a number: `digits` significant digits, thin-space thousands, powers of ten for tiny and huge ones.

    Integers below a million are shown in full. The decimal sign follows the current language.

    Examples
    --------
    >>> number(0.00012), number(3.14159), number(12345), number(float("nan")), number(2.5e12)
    ('1.2 × 10⁻⁴', '3.14', '12\u202f345', 'NaN', '2.5 × 10¹²')
    >>> number(3241.4, 4), number(999.6)
    ('3\u202f241', '1\u202f000')
    """
    return _number(float(value), digits, _language)


def numbers(*values: float, digits: int = 3) -> list[str]:
    """Format the numbers of one sentence in one style: all plain where one is and none is too far from it.

    Examples
    --------
    >>> numbers(0.001, 1e-4), numbers(2e-5, 4e-4), numbers(0.001, 1e-9)
    (['0.001', '0.0001'], ['2 × 10⁻⁵', '4 × 10⁻⁴'], ['0.001', '10⁻⁹'])
    """
    sizes = [abs(value) for value in values if value and math.isfinite(value)]
    are_near = bool(sizes) and min(sizes) >= 1e-6 and max(sizes) < 1e6 and max(sizes) >= 1e-3
    return [_number(float(value), digits, _language, 1e-6 if are_near else 1e-3) for value in values]


def power_of_ten(exponent: int) -> str:
    """A power of ten, also where `number` would write it out.

    Examples
    --------
    >>> power_of_ten(0), power_of_ten(-2)
    ('10⁰', '10⁻²')
    """
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


@lru_cache(maxsize=4096)
def _number(value: float, digits: int, language: str, least: float = 1e-3) -> str:
    """Cached: an axis that moves shows the same numbers in frame after frame."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    magnitude = abs(value)
    if magnitude and not least <= magnitude < 1e6:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        power = power_of_ten(int(exponent))
        text = power if mantissa == "1" else f"{mantissa} × {power}"
    elif value == int(value) or magnitude >= 10 ** (digits - 1):
        text = f"{round(value):,}".replace(",", THIN_SPACE)
    else:
        text = f"{value:.{digits}g}"
        if "e" in text:
            text = f"{float(text):.{digits - 1 - math.floor(math.log10(magnitude))}f}".rstrip("0")
    return text.replace("-", "−").replace(".", _separators(language))
