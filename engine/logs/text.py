"""Decodes bytes to text, and removes traces of terminals and file systems."""

from __future__ import annotations

import codecs
from functools import lru_cache

from engine.patterns import pattern

# UTF-32 first: its mark starts with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ANSI = pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
# Direction marks, zero-width characters and byte order marks, which make names deceptive.
_INVISIBLE = pattern("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")

LONGEST_NAME = 120


def decode(data: bytes, is_cut: bool = False) -> str:
    """Decode bytes of any encoding used for logs; never fails.

    A byte order mark decides, then zero bytes in every second place (UTF-16), then UTF-8. A file that mixes encodings
    is read line by line as UTF-8, GB 18030 or Latin-1. Zero bytes that pad a file after a crash are removed.

    Parameters
    ----------
    is_cut : bool
        Whether the last character may be incomplete.

    Examples
    --------
    >>> decode(b"\\xef\\xbb\\xbfloss"), decode("损失".encode("gbk")), decode(b"0.1\\x00\\x00\\n0.2")
    ('loss', '损失', '0.1\\n0.2')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").replace("\0", "")
    if wide := _wide_encoding(data[:4096]):
        return data.decode(wide, "replace").replace("\0", "")
    data = data.replace(b"\0", b"")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if is_cut and error.start >= len(data) - 4:
            return data[: error.start].decode("utf-8")
    return "".join(_decode_line(line) for line in data.splitlines(keepends=True))


def _wide_encoding(start: bytes) -> str | None:
    even, odd = start[::2], start[1::2]
    if len(start) < 4 or start.count(0) < len(start) * 0.3:
        return None
    if odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.2 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.6 * len(even) and odd.count(0) < 0.2 * len(odd):
        return "utf-16-be"
    return None


def _decode_line(line: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def is_blank(head: bytes) -> bool:
    """Whether there are only zero bytes."""
    return head.count(0) == len(head)


def is_binary(head: bytes) -> bool:
    """Whether bytes are not text in any encoding, by the number of control characters."""
    if any(head.startswith(mark) for mark, _ in _MARKS) or _wide_encoding(head[:4096]):
        return False
    # A file that was cut while a process wrote to it begins with zero bytes; progress bars have backspaces.
    sample = head.replace(b"\0", b"")[:8192]
    if not sample:
        return bool(head)
    controls = sum(sample.count(bytes([c])) for c in (*range(1, 8), *range(14, 27), *range(28, 32), 127))
    return controls > 0.02 * len(sample)


def without_terminal_codes(text: str) -> str:
    """Remove colours and cursor movements from a text.

    Examples
    --------
    >>> without_terminal_codes("\\x1b[1m loss: \\x1b[92m0.5\\x1b[0m")
    ' loss: 0.5'
    """
    return _ANSI.sub("", text) if "\x1b" in text else text


def clean_name(name: str) -> str:
    """Clean a column name: no control, direction or invisible characters, and bounded length.

    Examples
    --------
    >>> clean_name("  train\\x1b[31m\\u202e loss\\n")
    'train loss'
    """
    return _cleaned(name[: 4 * LONGEST_NAME])


@lru_cache(maxsize=4096)  # the names of a log repeat in each of its records
def _cleaned(name: str) -> str:
    name = _INVISIBLE.sub("", without_terminal_codes(name))
    name = " ".join(_CONTROLS.sub(" ", name).replace("\x1b", " ").split())
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
