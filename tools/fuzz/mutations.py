"""Damages bytes the way that disks, editors and crashes do, and the way that trips parsers."""

from __future__ import annotations

import random
from collections.abc import Sequence

LONGEST_SPLICE = 2000
_NUMBERS = (
    b"nan",
    b"NaN",
    b"-inf",
    b"1e999",
    b"-1e-999",
    b"1.#QNAN",
    b"1,234",
    b"0,5",
    b"9" * 23,
    b"-",
    b"0x10",
    b"1_0",
)
_SIGNS = (b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\r", b"\n", b"\r\n", b"{", b"}", b"[", b"]", b"\\", b"#", b"=")
_CODES = (
    b"\0",
    b"\0\0\0\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x1b[31m",
    b"\x08",
    b"\xe2\x80\xae",
    b"\x1f\x8b",
    b"\xff" * 8,
)
_WORDS = (
    b"loss",
    b"val_loss",
    b"step",
    b"epoch",
    b"train",
    b"valid",
    b"<b>",
    b"=1+1",
    b"%s%n",
    b"null",
    b"\xcb\xf0\xca\xa7",
)
SHORT = (*_NUMBERS, *_SIGNS, *_CODES, *_WORDS)
LONG = (
    b"{" * 2000,
    b"[" * 2000,
    b"1" * 5000,
    b"a" * 5000,
    b"," * 3000,
    b'{"a":' * 500,
    b" " * 4000,
    b"-|" * 1500,
    b"(" * 3000,
)
# Most inputs stay small, so that many are tried.
_LONG_ONE_IN = 40


def mutated(data: bytes, draw: random.Random, others: Sequence[bytes]) -> bytes:
    """The bytes after one to eight changes."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 8))):
        _change(changed, draw, others)
    return bytes(changed)


def _change(data: bytearray, draw: random.Random, others: Sequence[bytes]) -> None:
    at = draw.randrange(len(data) + 1)
    until = min(len(data), at + draw.choice((1, 1, 4, 40, 1000)))
    kind = draw.randrange(9)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << draw.randrange(8)
    elif kind == 1:
        data[at:until] = b""
    elif kind == 2:
        data[at:at] = _token(draw)
    elif kind == 3:
        data[at:at] = data[at:until] * draw.choice((1, 2, 20 if until - at < 100 else 2))
    elif kind == 4 and draw.random() < 0.3:
        del data[at:]
    elif kind == 5 and others:
        other = draw.choice(others)
        start = draw.randrange(len(other) + 1)
        data[at:until] = other[start : start + draw.choice((8, 100, LONGEST_SPLICE))]
    elif kind == 6:
        data[at:until] = draw.randbytes(until - at)
    elif kind == 7 and at < len(data):
        data[at] = draw.choice((0, 1, 0x7F, 0x80, 0xFF, data[at] ^ 0xFF, (data[at] + 1) % 256))
    else:
        token = _token(draw)
        data[at : at + len(token)] = token


def _token(draw: random.Random) -> bytes:
    return draw.choice(LONG if draw.randrange(_LONG_ONE_IN) == 0 else SHORT)
