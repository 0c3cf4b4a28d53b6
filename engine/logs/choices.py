"""A person's choices about reading a log, as texts that a settings file keeps, and which files they fit."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions

HEAD_BYTES = 4096
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d.:eE+-]*")
_KEY = re.compile(r'"([^"]*)"\s*:')


def signature(path: Path) -> str:
    """Equal for files of one kind: the same suffix, and a first line with the same words in it."""
    kind = likeness(_first_line(path)) + path.suffix
    return hashlib.sha256(kind.encode("utf-8", "replace")).hexdigest()[:16]


def likeness(line: str) -> str:
    """What a first line has in common with those of other files of its kind: names, but no numbers.

    Examples
    --------
    >>> likeness("step,loss"), likeness('{"step": 1, "loss": 0.5}'), likeness("12:30:01 step 10 loss 0.5")
    ('step,loss', '{step loss', '# step # loss #')
    """
    line = line.strip()
    if line.startswith(("{", "[{")):
        return "{" + " ".join(_KEY.findall(line))
    return _NUMBER.sub("#", line)


def _first_line(path: Path) -> str:
    from engine.logs import compression
    from engine.logs.errors import LogError

    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            if kind := compression.recognise(head):
                stream.seek(0)
                head = compression.expand_start(stream, kind, HEAD_BYTES, path.name)
    except (OSError, LogError):
        return ""
    return head.split(b"\n", 1)[0].decode("utf-8", "replace")


def texts_of(options: ReadOptions) -> list[str]:
    """The choices as one text in a list, for a settings file."""
    return [json.dumps(options.to_plain())]


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
        return ReadOptions.from_plain(json.loads(texts[0]))
    except (IndexError, AttributeError, TypeError, ValueError):
        return None
