"""Which formats a source may be of, by the clues that their files declare; only the modules of those are imported."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path

from engine.logs import formats
from engine.logs.base import Clues, LogFormat, all_formats, may_be
from engine.logs.source import Source

_DECLARED = re.compile(r"^    clues(?:: ClassVar\[Clues\])? = (\(.*\))$", re.MULTILINE)


def candidates(source: Source) -> list[type[LogFormat]]:
    """The formats that a source may be of, by name: all of a folder's, and those of a file that has one of their clues.

    The clues are read from the text of the modules, as importing all of them takes longer than reading a short log.
    """
    declared = _declared()
    if source.is_folder or not declared:
        return list(all_formats().values())
    return [_format(name) for name, clues in declared.items() if may_be(source, clues)]


@cache
def _declared() -> dict[str, Clues]:
    """The clues of each format; empty where the program is installed without the text of its modules."""
    files = sorted(Path(formats.__path__[0]).glob("[!_]*.py"))
    written = {file.stem: _DECLARED.search(file.read_text(encoding="utf-8")) for file in files}
    return {name: None if clues is None else ast.literal_eval(clues[1]) for name, clues in written.items()}


@cache
def _format(name: str) -> type[LogFormat]:
    """The format of a module, which has its name."""
    kinds = vars(import_module(f"{formats.__name__}.{name}")).values()
    return next(k for k in kinds if isinstance(k, type) and issubclass(k, LogFormat) and k.name == name)
