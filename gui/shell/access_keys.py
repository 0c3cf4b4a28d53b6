"""Removes access keys, which only the menus use, from the texts of menu entries."""

from __future__ import annotations

import re

# "St&op" in Latin and Cyrillic script; "停止(&O)" in scripts without letters on the keyboard.
_IN_BRACKETS = re.compile(r"\s*[((]&\w[))]")


def without_access_key(text: str) -> str:
    """The text of a menu entry without its access key and ellipsis, for a button or a list.

    Examples
    --------
    >>> without_access_key("St&op"), without_access_key("停止(&O)"), without_access_key("設定(&S)…")
    ('Stop', '停止', '設定')
    >>> without_access_key("Q&&A…")
    'Q&A'
    """
    bare = re.sub(r"&(.)", r"\1", _IN_BRACKETS.sub("", text))
    return bare.rstrip("…").strip()
