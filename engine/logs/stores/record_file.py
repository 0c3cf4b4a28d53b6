"""TensorFlow's record files: length, its checksum, data, their checksum; what follows damage is found again.

Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.logs.stores.checksums import crc32c, masked

HEADER = 12  # length and checksum
FOOTER = 4
WINDOW = 1 << 20
# Numbers stand in short records; the long ones are pictures, histograms and graphs.
LONGEST_CHECKED = 8192


@dataclass
class Records:
    """The whole records of a file in order, and how many damaged ones were skipped."""

    whole: list[bytes] = field(default_factory=list)
    damaged: int = 0


def read_records(data: bytes) -> Records:
    """Read all records; one that is unfinished at the end is not counted as damaged."""
    found = Records()
    at = 0
    while at < len(data):
        places, at = _chain(data, at)
        is_right = _are_right(data, places)
        found.whole += [data[p + HEADER : p + HEADER + n] for (p, n), right in zip(places, is_right) if right]
        found.damaged += len(places) - int(np.count_nonzero(is_right))
        if at + HEADER > len(data):
            break
        further = _next_header(data, at + 1)
        has_content = further is not None or any(data[at : at + WINDOW])
        if _is_header(data, at) and further is None:
            break  # the last record is still being written
        found.damaged += has_content
        if further is None:
            break
        at = further
    return found


def _chain(data: bytes, at: int) -> tuple[list[tuple[int, int]], int]:
    """The places and lengths of records that follow each other, and the first place that is no whole record."""
    places: list[tuple[int, int]] = []
    end = len(data) - HEADER - FOOTER
    while at <= end:
        size = int.from_bytes(data[at : at + 8], "little")
        if at + size > end:
            break
        places.append((at, size))
        at += size + HEADER + FOOTER
    is_right = _checked(data, [p for p, _ in places], 8)
    if is_right.all():
        return places, at
    first = int(np.argmin(is_right))
    return places[:first], places[first][0]


def _are_right(data: bytes, places: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Whether the data of each record have their checksum, shape (n,)."""
    by_size: dict[int, list[int]] = defaultdict(list)
    for i, (_, size) in enumerate(places):
        by_size[size].append(i)
    is_right = np.ones(len(places), bool)
    for size, members in by_size.items():
        if size <= LONGEST_CHECKED:
            is_right[members] = _checked(data, [places[i][0] + HEADER for i in members], size)
    return is_right


def _checked(data: bytes, starts: Sequence[int], size: int) -> NDArray[np.bool_]:
    """Whether each piece of this size has its checksum behind it."""
    if not starts:
        return np.ones(0, bool)
    buffer = np.frombuffer(data, np.uint8)
    rows = [_rows(buffer, part, size) for part in _portions(np.array(starts, np.int64), size)]
    return np.concatenate([_fits(r, size) for r in rows])


def _portions(starts: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """The starts in portions whose pieces fill about a window."""
    count = max(1, WINDOW // (size + FOOTER))
    for first in range(0, len(starts), count):
        yield starts[first : first + count]


def _rows(buffer: NDArray[np.uint8], starts: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
    return buffer[starts[:, None] + np.arange(size + FOOTER)]


def _fits(rows: NDArray[np.uint8], size: int) -> NDArray[np.bool_]:
    stored = np.ascontiguousarray(rows[:, size:]).view("<u4")[:, 0]
    return masked(crc32c(rows[:, :size])) == stored


def _is_header(data: bytes, at: int) -> bool:
    return bool(_checked(data, [at], 8)[0])


def _next_header(data: bytes, at: int) -> int | None:
    """The next place with a length and its right checksum, of a record that may be whole."""
    buffer = np.frombuffer(data, np.uint8)
    while at + HEADER <= len(data):
        window = buffer[at : at + WINDOW + HEADER - 1]
        rows = np.lib.stride_tricks.sliding_window_view(window, HEADER)
        is_short = (rows[:, 5:8] == 0).all(axis=1)
        candidates = np.flatnonzero(is_short)
        right = candidates[_fits(rows[candidates], 8)] if len(candidates) else candidates
        if len(right):
            return at + int(right[0])
        at += len(rows)
    return None
