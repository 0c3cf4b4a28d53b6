"""Regular expressions that are compiled when they are first used: a log needs few of all there are."""

from __future__ import annotations

import re
from typing import Any, AnyStr


class _Lazy:
    """Stands for a pattern; once used, it has the methods of the compiled one as its own attributes."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._written = text, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(*self._written)  # type: ignore[type-var]
        public = {known: getattr(compiled, known) for known in dir(compiled) if not known.startswith("_")}
        vars(self).update(public)
        return public[name]


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns, compiled at its first use.

    Examples
    --------
    >>> pattern(r"loss (\\d+)").findall("loss 3, loss 4")
    ['3', '4']
    """
    return _Lazy(text, flags)  # type: ignore[return-value]
