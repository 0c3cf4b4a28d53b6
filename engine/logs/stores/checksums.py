"""CRC-32C of many short pieces at once, as TensorFlow's and LevelDB's records have it.

Source: RFC 3720, appendix B.4; the masking of https://github.com/google/leveldb/blob/main/util/crc32c.h
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = 0xA282EAD8


def _table() -> NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table


_TABLE = _table()
_LISTED: list[int] = _TABLE.tolist()
FEW_ROWS = 32  # for which a loop over bytes is faster than one over columns


def crc32c(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The checksum of each row, shape (n, k) to (n,).

    Examples
    --------
    >>> [hex(c) for c in crc32c(np.frombuffer(b"123456789", np.uint8).reshape(1, 9))]
    ['0xe3069283']
    """
    if len(rows) < FEW_ROWS:
        return np.array([_of_one(row.tobytes()) for row in rows], np.uint32)
    crc = np.full(len(rows), 0xFFFFFFFF, np.uint32)
    for column in rows.T:
        crc = _TABLE[(crc ^ column) & 0xFF] ^ (crc >> 8)
    return ~crc


def _of_one(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _LISTED[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def masked(crc: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The checksums as stored: rotated and shifted, so that a checksum of checksums is no weakness."""
    return np.asarray(((crc >> 15) | (crc << 17)) + np.uint32(_MASK_DELTA), np.uint32)
