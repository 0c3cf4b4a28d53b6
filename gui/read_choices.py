"""A person's choices about reading a log, as texts that a settings file keeps, and which files they fit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions

HEAD_BYTES = 4096


def signature(path: Path) -> str:
    """Equal for files that begin with the same line and end in the same suffix."""
    try:
        with path.open("rb") as stream:
            first = stream.read(HEAD_BYTES).split(b"\n", 1)[0]
    except OSError:
        first = b""
    return hashlib.sha256(first.strip() + path.suffix.encode()).hexdigest()[:16]


def texts_of(options: ReadOptions) -> list[str]:
    """The choices as one text in a list, for a settings file."""
    kept = {
        "delimiter": options.delimiter,
        "has_header": options.has_header,
        "has_decimal_comma": options.has_decimal_comma,
        "x": options.x,
        "columns": options.columns,
        "pairs": options.pairs,
    }
    return [json.dumps(kept)]


def options_from(texts: list[str]) -> ReadOptions | None:
    """The choices again; None where there are none or the text is damaged.

    Examples
    --------
    >>> from engine.logs.options import ReadOptions
    >>> options_from(texts_of(ReadOptions(delimiter=";", columns=("a",)))).columns
    ('a',)
    """
    from engine.logs.options import ReadOptions

    try:
        kept = json.loads(texts[0])
        return ReadOptions(
            delimiter=kept["delimiter"],
            has_header=kept["has_header"],
            has_decimal_comma=kept["has_decimal_comma"],
            x=kept["x"],
            columns=None if kept["columns"] is None else tuple(kept["columns"]),
            pairs=tuple((a, b) for a, b in kept["pairs"]),
        )
    except (IndexError, KeyError, TypeError, ValueError):
        return None
