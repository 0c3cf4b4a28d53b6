"""The mark that distinguishes our files from another program's of the same name."""

from __future__ import annotations

from pathlib import Path

MARK = "X-Overshoot-Desk"


def marked_xml(document: str) -> str:
    """Append the mark to a document as a comment."""
    return f"{document.rstrip()}\n<!-- {MARK} -->\n"


def is_marked(path: Path) -> bool:
    """Whether the file has the mark.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    return MARK.encode() in path.read_bytes()
