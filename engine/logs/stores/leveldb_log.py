"""Messages in LevelDB's log framing, as W&B and SwanLab write it: blocks of 32 KiB, and zlib's CRC-32.

Source: https://github.com/google/leveldb/blob/main/doc/log_format.md; both begin with a mark of seven bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

MARK = 7
HEADER = 7  # checksum, length, type
BLOCK = 32_768
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
_BEGINNINGS = {kind: zlib.crc32(bytes([kind])) for kind in (FULL, FIRST, MIDDLE, LAST)}


@dataclass
class Messages:
    """The whole messages of a file in order, and how many places were damaged."""

    whole: list[bytes] = field(default_factory=list)
    damaged: int = 0


def read_messages(data: bytes) -> Messages:
    """Read all messages; after damage reading goes on with the next whole one. An unfinished end is no damage."""
    found = Messages()
    at, parts = MARK, b""
    while at + HEADER <= len(data):
        left = BLOCK - at % BLOCK
        if left < HEADER:
            at += left
            continue
        size, kind = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        end = at + HEADER + size
        if end > len(data) and HEADER + size <= left and kind in _BEGINNINGS:
            break
        piece = data[at + HEADER : end]
        if HEADER + size > left or not _is_right(data, at, kind, piece):
            found.damaged += any(data[at : at + left])
            at, parts = _next(data, at + 1, at + left), b""
            continue
        at = end
        if kind == FULL:
            found.whole.append(piece)
        elif kind == FIRST:
            parts = piece
        elif parts:
            parts += piece
            if kind == LAST:
                found.whole.append(parts)
                parts = b""
    return found


def _next(data: bytes, at: int, block_end: int) -> int:
    """The place of the next whole piece in a block, else the end of the block."""
    for start in range(at, min(block_end, len(data)) - HEADER):
        end = start + HEADER + int.from_bytes(data[start + 4 : start + 6], "little")
        kind = data[start + 6]
        is_possible = kind in _BEGINNINGS and start + HEADER < end <= block_end
        if is_possible and _is_right(data, start, kind, data[start + HEADER : end]):
            return start
    return block_end


def _is_right(data: bytes, at: int, kind: int, piece: bytes) -> bool:
    checksum = int.from_bytes(data[at : at + 4], "little")
    return kind in _BEGINNINGS and zlib.crc32(piece, _BEGINNINGS[kind]) == checksum
