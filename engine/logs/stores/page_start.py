"""Unpacks the first bytes of a page of a Parquet file."""

from __future__ import annotations

import zlib

_PLAIN, _SNAPPY, _GZIP, _ZSTD = 0, 1, 2, 6
_AUTOMATIC = 32  # the headers of gzip and of zlib


def page_start(data: bytes, codec: int, count: int) -> bytes:
    """The first `count` bytes of a page that is packed by a codec with this number.

    Raises
    ------
    ValueError
        If it is damaged, or there is nothing here that unpacks it.
    """
    if codec == _PLAIN:
        start = data[:count]
    elif codec == _SNAPPY:
        start = _of_snappy(data, count)
    elif codec == _GZIP:
        start = _of_gzip(data, count)
    elif codec == _ZSTD:
        start = _of_zstd(data, count)
    else:
        raise ValueError(f"codec {codec}")
    if len(start) < count:
        raise ValueError("page too short")
    return start


def _of_gzip(data: bytes, count: int) -> bytes:
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | _AUTOMATIC).decompress(data, count)
    except zlib.error as error:
        raise ValueError(str(error)) from None


def _of_zstd(data: bytes, count: int) -> bytes:
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            return bytes(reader.read(count))
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None


def _of_snappy(data: bytes, count: int) -> bytes:
    """Elements of literals and of copies; see google/snappy, ``format_description.txt``."""
    at = 1 + next((i for i, byte in enumerate(data[:6]) if byte < 128), len(data))  # behind the length
    out = bytearray()
    while len(out) < count and at < len(data):
        tag, at = data[at], at + 1
        if tag & 3 == 0:
            length, at = _literal(data, at, tag >> 2)
            out += data[at : at + length]
            at += length
        else:
            length, offset, at = _copy(data, at, tag)
            if not 0 < offset <= len(out):
                raise ValueError("damaged copy")
            for _ in range(length):
                out.append(out[-offset])
    return bytes(out[:count])


def _literal(data: bytes, at: int, code: int) -> tuple[int, int]:
    if code < 60:
        return code + 1, at
    more = code - 59
    return int.from_bytes(data[at : at + more], "little") + 1, at + more


def _copy(data: bytes, at: int, tag: int) -> tuple[int, int, int]:
    if tag & 3 == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
    more = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(data[at : at + more], "little"), at + more
