"""Code snippets for remedies, with the run's values filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from engine.resources import resource
from engine.run import Value

FOLDER = resource("snippets")
FRAMEWORKS = ("pytorch", "keras")


def snippets(remedy: str, values: Mapping[str, Value]) -> dict[str, str]:
    """The code of a remedy by framework.

    A snippet is a file ``resources/snippets/<framework>/<remedy>.py`` that assigns a setting by its key; that line
    gets the run's value.

    Examples
    --------
    >>> print(snippets("lower_lr", {"lr": 0.0005})["pytorch"].splitlines()[0])
    lr = 0.0005
    """
    if remedy == "undo_knob" and "lr" not in values:
        return {}  # its file sets the learning rate; other knobs are unknown in the user's script
    found = {framework: _read(framework, remedy) for framework in FRAMEWORKS}
    return {framework: _filled(code, values) for framework, code in found.items() if code}


@cache
def _read(framework: str, remedy: str) -> str:
    path = FOLDER / framework / f"{remedy}.py"
    return path.read_text(encoding="utf-8").strip() + "\n" if path.exists() else ""


def _filled(code: str, values: Mapping[str, Value]) -> str:
    for key, value in values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            code = re.sub(rf"^{re.escape(key)} = [^#\n]*?(?=\s*(#|$))", f"{key} = {value!r}", code, flags=re.MULTILINE)
    return code
