"""The access keys in the texts of menus, which stand nowhere else."""

from __future__ import annotations

import re

# "St&op" in Latin and Cyrillic script; "停止(&O)" where the words have no letters of the keyboard.
_IN_BRACKETS = re.compile(r"\s*[((]&\w[))]")


def without_access_key(text: str) -> str:
    """A menu entry's text for a button, a sheet or a list.

    Examples
    --------
    >>> without_access_key("St&op"), without_access_key("停止(&O)"), without_access_key("設定(&S)…")
    ('Stop', '停止', '設定')
    >>> without_access_key("Q&&A…")
    'Q&A'
    """
    bare = re.sub(r"&(.)", r"\1", _IN_BRACKETS.sub("", text))
    return bare.rstrip("…").strip()
