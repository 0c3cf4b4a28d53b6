"""Read options as texts for the settings file, and the files that they apply to."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.patterns import pattern

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions

HEAD_BYTES = 4096
_NUMBER = pattern(r"(?<![\w.])[-+]?\d[\d.:eE+-]*")
_KEY = pattern(r'"([^"]*)"\s*:')


def signature(path: Path) -> str:
    """A signature shared by files of one kind: the same suffix and the same words in the first line."""
    kind = likeness(_first_line(path)) + path.suffix
    return hashlib.sha256(kind.encode("utf-8", "replace")).hexdigest()[:16]


def likeness(line: str) -> str:
    """Reduce a first line to what files of its kind have in common: names without numbers.

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
    """Serialise options as a list of one text."""
    return [json.dumps(options.to_plain())]


def options_from(texts: list[str]) -> ReadOptions | None:
    """Parse `texts_of`; None if there is nothing or the text is damaged.

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
