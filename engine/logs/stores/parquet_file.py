"""Looks through the footer and the page headers of a Parquet file before native code reserves memory for its pages.

Polars ends the whole process where a damaged length asks for more memory than there is. A file is vouched for when the
lengths of its pages add up to what its footer says, and those of the runs that say which cells are empty to the values
of their page; one that is not is read apart (see `apart`). Layout: Apache
Parquet's ``parquet.thrift`` in Thrift's compact protocol.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from engine.logs.stores.page_start import page_start

MARK = b"PAR1"
DEEPEST = 12
MOST_ITEMS = 1_000_000  # of a list
LARGEST_PAGE = 1 << 30
# Fields of the footer, of a row group, a chunk of a column and the header of a page.
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4
_REPETITION, _CHILDREN = 3, 5
_OPTIONAL = 1
_ENCODINGS, _CODEC = 2, 4
_COLUMNS, _GROUP_ROWS = 1, 3
_META = 3
_VALUES, _UNPACKED, _PACKED, _DATA_AT, _DICTIONARY_AT = 5, 6, 7, 9, 11
_PAGE_UNPACKED, _PAGE_PACKED = 2, 3
_DATA_PAGE, _DATA_PAGE_2 = 5, 8
_LEVELS_BYTES, _REPEATED_BYTES = 5, 6  # of a page of the second version
_SOUND_ENCODINGS = frozenset((0, 2, 3, 4, 8))  # plain, by dictionary, and runs for what is empty
_BINARY, _LISTS, _STRUCT = 8, (9, 10), 12


def is_vouched_for(data: bytes) -> bool:
    """Whether all lengths in a Parquet file add up."""
    try:
        size = int.from_bytes(data[-8:-4], "little")
        if not data.endswith(MARK) or size > len(data) - 12:
            return False
        footer, end = _struct(data, len(data) - 8 - size, 0)
        groups = footer[_GROUPS]
        rows = sum(group[_GROUP_ROWS] for group in groups)
        leaves = [part for part in footer[_SCHEMA] if not part.get(_CHILDREN)]
        chunks = list(_chunks(groups, leaves))
        return end == len(data) - 8 and rows == footer[_ROWS] and all(_adds_up(data, *chunk) for chunk in chunks)
    except (IndexError, KeyError, TypeError, ValueError, struct.error):
        return False


def _chunks(groups: list[dict[int, Any]], leaves: list[dict[int, Any]]) -> Iterator[tuple[dict[int, Any], bool]]:
    """The chunks of all columns, and whether a column may have empty cells."""
    for group in groups:
        if len(group[_COLUMNS]) != len(leaves):
            raise ValueError("columns")
        for column, leaf in zip(group[_COLUMNS], leaves, strict=True):
            meta = column[_META]
            if meta[_VALUES] != group[_GROUP_ROWS] or leaf.get(_REPETITION, 0) > _OPTIONAL:
                raise ValueError("nested")  # its rows have several values
            if not _SOUND_ENCODINGS.issuperset(meta[_ENCODINGS]):
                raise ValueError("encoding")
            yield meta, leaf.get(_REPETITION) == _OPTIONAL


def _adds_up(data: bytes, chunk: dict[int, Any], may_be_empty: bool) -> bool:
    """Whether the pages of a chunk have the lengths and the values that it is said to have."""
    at = min(chunk.get(_DICTIONARY_AT) or chunk[_DATA_AT], chunk[_DATA_AT])
    end, unpacked, values = at + chunk[_PACKED], 0, 0
    if not 4 <= at < end <= len(data):
        return False
    while at < end:
        page, body = _struct(data, at, 0)
        unpacked += body - at + page[_PAGE_UNPACKED]
        if not (0 <= page[_PAGE_UNPACKED] <= LARGEST_PAGE and 0 <= page[_PAGE_PACKED] <= end - body):
            return False
        at = body + page[_PAGE_PACKED]
        values += _count(page)
        if may_be_empty and not _tells_empty_cells(page, data[body:at], chunk[_CODEC]):
            return False
    return at == end and unpacked == chunk[_UNPACKED] and values == chunk[_VALUES]


def _count(page: dict[int, Any]) -> int:
    return int((page.get(_DATA_PAGE) or page.get(_DATA_PAGE_2) or {1: 0})[1])


def _tells_empty_cells(page: dict[int, Any], body: bytes, codec: int) -> bool:
    """Whether the runs that say which cells of a page are empty are of as many as it has."""
    if (second := page.get(_DATA_PAGE_2)) is not None:
        return second[_REPEATED_BYTES] == 0 and _are_runs_of(body[: second[_LEVELS_BYTES]], second[1])
    if page.get(_DATA_PAGE) is None:
        return True
    size = int.from_bytes(page_start(body, codec, 4), "little")
    if size > min(page[_PAGE_UNPACKED], _count(page) + 64):
        return False
    return _are_runs_of(page_start(body, codec, 4 + size)[4:], _count(page))


def _are_runs_of(data: bytes, count: int) -> bool:
    """Whether runs of one bit, packed or repeated, are those of so many values."""
    at = found = 0
    while at < len(data) and found < count:
        head, at = _varint(data, at)
        if head & 1:
            found, at = found + 8 * (head >> 1), at + (head >> 1)
        else:
            found, at = found + (head >> 1), at + 1
        if found > count + 7 or at > len(data):
            return False
    return count <= found <= count + 7 and at == len(data)


def _struct(data: bytes, at: int, depth: int) -> tuple[dict[int, Any], int]:
    """The fields of a struct by their numbers, and where it ends."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    fields: dict[int, Any] = {}
    number = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            number += head >> 4
        else:
            number, at = _whole(data, at)
        fields[number], at = _value(data, at, head & 15, depth)
    return fields, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in (1, 2):
        return kind == 1, at
    if kind == 3:
        return data[at], at + 1
    if kind in (4, 5, 6):
        return _whole(data, at)
    if kind == 7:
        return struct.unpack_from("<d", data, at)[0], at + 8
    if kind == _BINARY:
        length, at = _varint(data, at)
        if length > len(data) - at:
            raise ValueError("text beyond the end")
        return None, at + length
    if kind in _LISTS:
        return _list(data, at, depth)
    if kind == _STRUCT:
        return _struct(data, at, depth + 1)
    raise ValueError(f"type {kind}")


def _list(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    head, at = data[at], at + 1
    count, kind = head >> 4, head & 15
    if count == 15:
        count, at = _varint(data, at)
    if count > min(MOST_ITEMS, len(data) - at):
        raise ValueError("list beyond the end")
    items = []
    for _ in range(count):
        # A list holds its booleans as bytes.
        item, at = (data[at] == 1, at + 1) if kind in (1, 2) else _value(data, at, kind, depth + 1)
        items.append(item)
    return items, at


def _whole(data: bytes, at: int) -> tuple[int, int]:
    number, at = _varint(data, at)
    return (number >> 1) ^ -(number & 1), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at
        if shift > 63:
            raise ValueError("number too long")
