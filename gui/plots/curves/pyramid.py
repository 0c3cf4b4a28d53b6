"""Smallest and largest value of ever longer blocks of rows, so that any part of a long column is drawn in no time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from engine.table import Floats
from gui.plots.curves.growing import Growing

BASE = 32  # rows of a block on the lowest level: all levels together take 1/8 of the column's memory


class Odd(IntFlag):
    """What a stretch of rows holds that has no place on the axis."""

    NAN = 1
    POSITIVE_INFINITY = 2
    NEGATIVE_INFINITY = 4
    NOT_POSITIVE = 8


@dataclass(frozen=True)
class Blocks:
    """Consecutive blocks of `size` rows, the first of which starts at row `first`.

    `low` and `high` are the extremes of the values that have a place on the axis (NaN where there is none), `odd` says
    what else is in the block.
    """

    first: int
    size: int
    low: Floats
    high: Floats
    odd: NDArray[np.uint8]


class Pyramid:
    """Extremes of blocks of 32, 64, 128 … rows; new rows only touch the blocks that they complete.

    Parameters
    ----------
    positive_only : bool
        For a logarithmic axis: zero and negative values have no place on it.
    """

    def __init__(self, positive_only: bool = False) -> None:
        self._positive_only = positive_only
        self._levels: list[tuple[Growing, Growing, Growing]] = []

    def update(self, values: Floats) -> None:
        """Take in a column that grew; what was summarised before must not have changed."""
        done = self._count(0) * BASE
        rows = (len(values) - done) // BASE * BASE
        if rows:
            self._put(0, summarise(values[done : done + rows], BASE, self._positive_only))

    def _count(self, level: int) -> int:
        return len(self._levels[level][0]) if level < len(self._levels) else 0

    def _put(self, level: int, blocks: tuple[NDArray, NDArray, NDArray]) -> None:
        if level == len(self._levels):
            self._levels.append((Growing(), Growing(), Growing(np.uint8)))
        for store, new in zip(self._levels[level], blocks, strict=True):
            store.append(new)
        low, high, odd = (store.array for store in self._levels[level])
        done = 2 * self._count(level + 1)
        end = len(low) // 2 * 2
        if end > done:
            even, uneven = slice(done, end, 2), slice(done + 1, end, 2)
            pairs = np.fmin(low[even], low[uneven]), np.fmax(high[even], high[uneven]), odd[even] | odd[uneven]
            self._put(level + 1, pairs)

    def query(self, values: Floats, start: int, stop: int, most: int) -> Blocks:
        """The rows ``[start, stop)`` in at most about `most` blocks, the last of which may be shorter.

        Blocks begin at multiples of their size, so a picture does not tremble while it is moved.
        """
        size = BASE
        while (stop - start) > size * most:
            size *= 2
        level = (size // BASE).bit_length() - 1
        first, last = start // size, min(-(-stop // size), self._count(level))
        first = min(first, last)
        parts = [store.array[first:last] for store in self._levels[level]] if level < len(self._levels) else None
        rest = self._rest(values, last * size, stop, size)
        if parts is None:
            return Blocks(last * size, size, *rest)
        return Blocks(first * size, size, *(np.concatenate(pair) for pair in zip(parts, rest, strict=True)))

    def _rest(self, values: Floats, start: int, stop: int, size: int) -> tuple[NDArray, NDArray, NDArray]:
        """Rows at the end that do not fill a block of this size yet."""
        stop = min(-(-stop // size) * size, len(values))
        return summarise(values[start:stop], size, self._positive_only) if stop > start else summarise(values[:0], 1)


def odd_of(values: Floats, positive_only: bool = False) -> NDArray[np.uint8]:
    """For each value, which `Odd` it is (0 for most)."""
    odd = np.zeros(len(values), np.uint8)
    if positive_only:
        odd[values <= 0] = Odd.NOT_POSITIVE
    if not np.isfinite(values).all():
        odd[np.isnan(values)] = Odd.NAN
        odd[values == np.inf] = Odd.POSITIVE_INFINITY
        odd[values == -np.inf] = Odd.NEGATIVE_INFINITY
    return odd


def summarise(values: Floats, size: int, positive_only: bool = False) -> tuple[Floats, Floats, NDArray[np.uint8]]:
    """Lowest and highest placed value and the odd ones of each block of `size` values; the last may be shorter.

    Examples
    --------
    >>> summarise(np.array([3.0, 1.0, np.nan, 2.0, np.inf]), 2)
    (array([ 1.,  2., nan]), array([ 3.,  2., nan]), array([0, 1, 2], dtype=uint8))
    """
    odd = odd_of(values, positive_only)
    if odd.any():
        values = np.where(odd > 0, np.nan, values)
    short = -len(values) % size
    if short:
        values = np.concatenate([values, np.full(short, np.nan)])
        odd = np.concatenate([odd, np.zeros(short, np.uint8)])
    # fmin and fmax are five times faster here than min and max, and pass over NaN.
    grid = values.reshape(-1, size)
    flags = np.bitwise_or.reduce(odd.reshape(-1, size), axis=1) if odd.any() else np.zeros(len(grid), np.uint8)
    return np.fmin.reduce(grid, axis=1), np.fmax.reduce(grid, axis=1), flags
