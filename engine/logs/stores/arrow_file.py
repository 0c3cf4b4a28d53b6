"""Looks at the lengths that an Arrow file declares for its packed buffers, before native code reserves memory for them.

Polars ends the whole process where a damaged length asks for more memory than there is. Layout: Apache Arrow's
``File.fbs`` and ``Message.fbs``; tables are FlatBuffers, of which only the fields needed here are looked up.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

MARK = b"ARROW1"
_DICTIONARIES, _BATCHES = 2, 3  # fields of the footer
_HEADER = 2  # field of a message
_DATA = 1  # field of a dictionary's batch
_NODES, _BUFFERS, _PACKING = 1, 2, 3  # fields of a batch
MOST_BLOCKS = 100_000
MOST_TIMES = 20_000  # that a buffer is larger when it is unpacked; Zstandard packs one value over and over so
SMALL = 1 << 20  # bytes


def largest_length(data: bytes) -> int:
    """The largest length in bytes that a packed buffer of an Arrow file is said to have when it is unpacked, at least.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    try:
        return max(_lengths(data), default=0)
    except (struct.error, IndexError, OverflowError):
        raise ValueError("damaged footer") from None


def _lengths(data: bytes) -> Iterator[int]:
    if not data.endswith(MARK) or len(data) < 24:
        raise ValueError("no footer")
    footer = _target(data, len(data) - 10 - _int(data, len(data) - 10))
    for field in (_DICTIONARIES, _BATCHES):
        for block in _structs(data, footer, field, 24):
            start, width, length = _long(data, block), _int(data, block + 8), _long(data, block + 16)
            if start < 8 or width < 8 or length < 0 or start + width + length > len(data):
                raise ValueError("batch beyond the end")
            yield from _of_batch(data, start, start + width, length, field == _DICTIONARIES)


def _of_batch(data: bytes, start: int, body: int, size: int, is_dictionary: bool) -> Iterator[int]:
    message = _target(data, start + (8 if _int(data, start) == -1 else 4))
    batch = _target(data, _field(data, message, _HEADER))
    batch = _target(data, _field(data, batch, _DATA)) if is_dictionary else batch
    for node in _structs(data, batch, _NODES, 16):
        if not 0 <= _long(data, node + 8) <= _long(data, node):
            raise ValueError("more empty cells than cells")
        yield _long(data, node) // 8  # a bit for each, at least
    is_packed = bool(_field(data, batch, _PACKING))
    for buffer in _structs(data, batch, _BUFFERS, 16):
        at, length = _long(data, buffer), _long(data, buffer + 8)
        if at < 0 or length < 0 or at + length > size:
            raise ValueError("buffer beyond its batch")
        if is_packed and length:
            unpacked = _long(data, body + at)
            if unpacked > MOST_TIMES * length + SMALL:
                raise ValueError("buffer larger than its packing allows")
            yield unpacked


def _structs(data: bytes, table: int, field: int, size: int) -> Iterator[int]:
    """The places of the structs in a vector."""
    at = _field(data, table, field)
    if not at:
        return
    vector = _target(data, at)
    count = _int(data, vector)
    if not 0 <= count <= MOST_BLOCKS:
        raise ValueError("damaged vector")
    yield from range(vector + 4, vector + 4 + count * size, size)


def _field(data: bytes, table: int, number: int) -> int:
    """The place of a field of a table; 0 if the table has none."""
    layout = table - _int(data, table)
    inside = 4 + 2 * number
    if inside + 2 > _short(data, layout):
        return 0
    offset = _short(data, layout + inside)
    return table + offset if offset else 0


def _target(data: bytes, at: int) -> int:
    return at + _int(data, at)


def _short(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", data, _inside(at))[0])


def _int(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<i", data, _inside(at))[0])


def _long(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<q", data, _inside(at))[0])


def _inside(at: int) -> int:
    if at < 0:
        raise IndexError(at)
    return at
