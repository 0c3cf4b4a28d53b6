"""Protocol buffers on the wire, without their schema: each field with its number and raw value.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

Raw = int | bytes

_FIXED = {1: 8, 5: 4}
_SIGN = 1 << 63
LONGEST_VARINT = 10


class WireError(ValueError):
    """Bytes that are no protocol buffer."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length and the place behind it.

    Raises
    ------
    WireError
        If the data end in it, or it has more than ten bytes.

    Examples
    --------
    >>> varint(b"\\x96\\x01", 0)
    (150, 2)
    """
    value = 0
    for i, byte in enumerate(data[at : at + LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            return value, at + i + 1
    raise WireError("cut number")


def signed(value: int) -> int:
    """An int64 of a varint."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value & _SIGN else value


def fields(data: bytes) -> Iterator[tuple[int, Raw]]:
    """Yield the fields of a message: their number, and an integer or the bytes of it.

    Raises
    ------
    WireError
        If the bytes are no message.

    Examples
    --------
    >>> list(fields(b"\\x08\\x96\\x01\\x12\\x04loss"))
    [(1, 150), (2, b'loss')]
    """
    at, end = 0, len(data)
    while at < end:
        key = data[at]
        if key < 0x80:
            at += 1
        else:
            key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value = data[at] if at < end else 0x80
            if value < 0x80:
                at += 1
            else:
                value, at = varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = varint(data, at)
        elif kind in _FIXED:
            size = _FIXED[kind]
        else:
            raise WireError(f"unknown wire type {kind}")
        if at + size > end:
            raise WireError("cut field")
        yield key >> 3, data[at : at + size]
        at += size


def float_of(raw: Raw) -> float:
    """The number of a float or double field."""
    if not isinstance(raw, bytes) or len(raw) not in (4, 8):
        raise WireError("not a float")
    return float(struct.unpack("<f" if len(raw) == 4 else "<d", raw)[0])


def text_of(raw: Raw) -> str:
    """The text of a string field; damaged characters are replaced."""
    if not isinstance(raw, bytes):
        raise WireError("not a text")
    return raw.decode("utf-8", "replace")
