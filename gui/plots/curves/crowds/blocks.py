"""Blocks of many curves, prepared per zoom level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.table import Floats
from gui.plots.curves.line import Line
from gui.plots.curves.pyramid import off_axis_kinds

SAMPLED_LINES = 8  # the longest lines, which determine the size of the blocks


@dataclass(frozen=True, eq=False)
class Spans:
    """Blocks of all lines in a range of x, one line after the other.

    Attributes
    ----------
    x, low, high : ndarray, shape (n,)
        Centre and extremes of each block, in units of the axis.
    line : ndarray, shape (n,)
        Index of the line that a block belongs to.
    """

    x: Floats
    low: Floats
    high: Floats
    line: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Grid:
    """Blocks of lines that share their x, as repeats of one training do.

    Attributes
    ----------
    x : ndarray, shape (blocks,)
    low, high : ndarray, shape (lines, blocks)
    """

    x: Floats
    low: Floats
    high: Floats

    def spans(self) -> Spans:
        """The same, one line after the other."""
        lines, blocks = self.low.shape
        line = np.repeat(np.arange(lines), blocks)
        return Spans(np.tile(self.x, lines), self.low.ravel(), self.high.ravel(), line)


@dataclass(frozen=True)
class _Level:
    """The blocks of each line; `grid` has all of them where the lines have the same x, of any y outside it."""

    x: list[Floats]
    low: list[Floats]
    high: list[Floats]
    grid: Grid | None = None


class Crowd:
    """Lines drawn together, because one by one they would be too slow.

    Blocks of 1, 2, 4 … rows are summarised when a zoom level first needs them.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        self._longest = sorted(lines, key=len)[-SAMPLED_LINES:]
        self._levels: dict[tuple[int, bool], _Level] = {}
        self._last: tuple[tuple, Spans | Grid] | None = None
        self._odd: dict[bool, tuple[Floats, NDArray[np.uint8]]] = {}

    def spans(self, left: float, right: float, columns: int, log: bool) -> Spans | Grid:
        """The blocks from `left` to `right`, about one per pixel column; the same object while the view is the same."""
        asked = left, right, columns, log
        if self._last is None or self._last[0] != asked:
            self._last = asked, self._spans(*asked)
        return self._last[1]

    def _spans(self, left: float, right: float, columns: int, log: bool) -> Spans | Grid:
        longest = max((self._rows_in(line, left, right) for line in self._longest), default=0)
        # Rounded: between 0.7 and 1.4 blocks per column.
        level = self._level(max(0, round(np.log2(max(longest / max(columns, 1), 1.0)))), log)
        if level.grid is not None:
            cut = self._cut(level.grid.x, left, right)
            low = level.grid.low[:, cut]
            return Grid(level.grid.x[cut], low, low if level.grid.high is level.grid.low else level.grid.high[:, cut])
        cuts = [self._cut(x, left, right) for x in level.x]
        return Spans(
            _picked(level.x, cuts),
            _picked(level.low, cuts),
            _picked(level.high, cuts),
            np.repeat(np.arange(len(cuts)), [cut.stop - cut.start for cut in cuts]),
        )

    @staticmethod
    def _rows_in(line: Line, left: float, right: float) -> int:
        return sum(stop - start for start, stop in line.spans(left, right))

    @staticmethod
    def _cut(x: Floats, left: float, right: float) -> slice:
        """The blocks in view and one beyond either edge; all of them if x decreases anywhere."""
        first, last = x.searchsorted((left, right))
        return slice(max(int(first) - 1, 0), min(int(last) + 1, len(x))) if first <= last else slice(0, len(x))

    def _level(self, power: int, log: bool) -> _Level:
        if (power, log) not in self._levels:
            self._levels[power, log] = _halved(self._level(power - 1, log)) if power else self._rows(log)
        return self._levels[power, log]

    def _rows(self, log: bool) -> _Level:
        x = [line.x for line in self.lines]
        if x and all(other is x[0] or np.array_equal(other, x[0]) for other in x):
            y = np.stack([_placed(line.values, log) for line in self.lines])
            return _Level([], [], [], Grid(x[0], y, y))
        each = [_placed(line.values, log) for line in self.lines]
        return _Level(x, each, each)

    def off_axis(self, log: bool) -> tuple[Floats, NDArray[np.uint8]]:
        """The x and the `OffAxis` flags of all values that cannot be drawn on the axis."""
        if log not in self._odd:
            found = [(line.x, off_axis_kinds(line.values, log)) for line in self.lines]
            x = np.concatenate([x[off_axis > 0] for x, off_axis in found]) if found else np.empty(0)
            off_axis = (
                np.concatenate([off_axis[off_axis > 0] for _x, off_axis in found]) if found else np.empty(0, np.uint8)
            )
            self._odd[log] = x, off_axis
        return self._odd[log]


def _placed(values: Floats, log: bool) -> Floats:
    """The values in units of the axis; NaN for those without a place on it."""
    plain = np.where(off_axis_kinds(values, log) > 0, np.nan, values)
    return np.log10(plain) if log else plain


def _halved(finer: _Level) -> _Level:
    if finer.grid is not None:
        grid = finer.grid
        return _Level([], [], [], Grid(grid.x[::2], _pairs(grid.low, np.fmin), _pairs(grid.high, np.fmax)))
    low, high = ([_pairs(y, of) for y in each] for each, of in ((finer.low, np.fmin), (finer.high, np.fmax)))
    return _Level([x[::2] for x in finer.x], low, high)


def _pairs(y: Floats, extreme: np.ufunc) -> Floats:
    """The extreme of each two neighbours; a last value without one stays."""
    even = y[..., : y.shape[-1] // 2 * 2]
    found = extreme(even[..., ::2], even[..., 1::2])
    return found if even.shape == y.shape else np.concatenate([found, y[..., -1:]], axis=-1)


def _picked(arrays: list[Floats], cuts: list[slice]) -> Floats:
    return np.concatenate([array[cut] for array, cut in zip(arrays, cuts, strict=True)]) if arrays else np.empty(0)
