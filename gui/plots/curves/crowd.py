"""Draws many curves at once by their spans in each pixel column, from blocks prepared per zoom level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.table import Floats
from gui.plots.axes.view import View
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


@dataclass(frozen=True)
class _Level:
    """The blocks of each line; `is_grid` if all lines have the same x, as repeats of one training do."""

    x: list[Floats]
    low: list[Floats]
    high: list[Floats]

    @cached_property
    def is_grid(self) -> bool:
        return all(x is self.x[0] or np.array_equal(x, self.x[0]) for x in self.x)

    @cached_property
    def grid(self) -> tuple[Floats, Floats]:
        """Lowest and highest values of all lines, each of shape (lines, blocks)."""
        return np.stack(self.low), np.stack(self.high)


class Crowd:
    """Lines drawn together, because one by one they would be too slow.

    Blocks of 1, 2, 4 … rows are summarised when a zoom level first needs them.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        self._longest = sorted(lines, key=len)[-SAMPLED_LINES:]
        self._levels: dict[tuple[int, bool], _Level] = {}
        self._last: tuple[tuple, Spans] | None = None
        self._odd: dict[bool, tuple[Floats, NDArray[np.uint8]]] = {}

    def spans(self, left: float, right: float, columns: int, log: bool) -> Spans:
        """The blocks from `left` to `right`, about one per pixel column; the same object while the view is the same."""
        asked = left, right, columns, log
        if self._last is None or self._last[0] != asked:
            self._last = asked, self._spans(*asked)
        return self._last[1]

    def _spans(self, left: float, right: float, columns: int, log: bool) -> Spans:
        longest = max((self._rows_in(line, left, right) for line in self._longest), default=0)
        # Rounded: between 0.7 and 1.4 blocks per column.
        level = self._level(max(0, round(np.log2(max(longest / max(columns, 1), 1.0)))), log)
        if level.x and level.is_grid:
            cut, (low, high) = self._cut(level.x[0], left, right), level.grid
            count = cut.stop - cut.start
            line = np.repeat(np.arange(len(low)), count)
            return Spans(np.tile(level.x[0][cut], len(low)), low[:, cut].ravel(), high[:, cut].ravel(), line)
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
            self._levels[power, log] = self._halved(self._level(power - 1, log)) if power else self._rows(log)
        return self._levels[power, log]

    def _rows(self, log: bool) -> _Level:
        plain = [np.where(off_axis_kinds(line.values, log) > 0, np.nan, line.values) for line in self.lines]
        y = [np.log10(values) for values in plain] if log else plain
        return _Level([line.x for line in self.lines], y, y)

    @staticmethod
    def _halved(finer: _Level) -> _Level:
        low = [np.fmin(low[::2], np.append(low[1::2], low[-1:])[: len(low[::2])]) for low in finer.low]
        high = [np.fmax(high[::2], np.append(high[1::2], high[-1:])[: len(high[::2])]) for high in finer.high]
        return _Level([x[::2] for x in finer.x], low, high)

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


def _picked(arrays: list[Floats], cuts: list[slice]) -> Floats:
    return np.concatenate([array[cut] for array, cut in zip(arrays, cuts, strict=True)]) if arrays else np.empty(0)


def rasterise(
    spans: Spans, colours: Sequence[int], colour_of: NDArray[np.intp], view: View, step: int
) -> NDArray[np.uint32]:
    """Paint spans into pixels of `step` by 1, shape (height, columns); later colours are on top of earlier ones.

    Where a line starts to cover a column +1 is entered and where it ends −1; the cumulative sum down the column gives
    what is covered, at a cost independent of the height of the spans. Each colour counts in its own 8 bits of a
    float64, so up to six colours of 255 lines each are summed at once; with more lines of one colour, five of 1 023 in
    10 bits each.
    """
    bits = 8 if len(colour_of) < 256 or np.bincount(colour_of).max() < 256 else 10
    colours, colour_of = colours[: 50 // bits], np.minimum(colour_of, 50 // bits - 1)
    columns, height = max(int(np.ceil(view.width / step)), 1), max(int(view.height), 1)
    column, top, bottom, line = _pixel_spans(spans, view, step)
    is_in = (column >= 0) & (column < columns) & (bottom >= 0) & (top < height)
    if not is_in.all():
        column, line, top, bottom = column[is_in], line[is_in], top[is_in], bottom[is_in]
    weight = np.exp2(float(bits) * colour_of)[line]
    # Row after row, so that the sum down the columns runs through memory once.
    covered = np.bincount(np.maximum(top, 0) * columns + column, weight, columns * (height + 1))
    covered -= np.bincount((np.minimum(bottom, height - 1) + 1) * columns + column, weight, columns * (height + 1))
    covered = covered.reshape(height + 1, columns)
    np.cumsum(covered, axis=0, out=covered)
    # The exponent of the sum gives the topmost colour present.
    exponents = covered[:height].view(np.int64) >> 52
    palette = np.zeros(2048, np.uint32)
    for index, colour in enumerate(colours):
        palette[1023 + bits * index : 1023 + bits * index + bits] = colour
    return palette.take(exponents)


def _pixel_spans(
    spans: Spans, view: View, step: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Column, top, bottom and line of every span, each joined to its neighbours in the same line."""
    x, low, high, line = spans.x, spans.low, spans.high, spans.line
    joins = line[1:] == line[:-1]
    is_value = np.isfinite(low)
    if not is_value.all():
        x, low, high, line = x[is_value], low[is_value], high[is_value], line[is_value]
        # A gap in the values is a gap in the line.
        joins = (line[1:] == line[:-1]) & (np.diff(np.flatnonzero(is_value)) == 1)
    top, bottom = view.y_pixels(high), view.y_pixels(low)
    column = np.floor(view.x_pixels(x) / step).astype(np.intp)
    steps = np.diff(column)
    far = np.flatnonzero(joins & (steps > 1))
    near = np.flatnonzero(joins & (steps <= 1)) + 1
    joined_top, joined_bottom = top.copy(), bottom.copy()
    joined_top[near] = np.minimum(top[near], bottom[near - 1])
    joined_bottom[near] = np.maximum(bottom[near], top[near - 1])
    if not len(far):
        return column, joined_top.astype(np.intp), joined_bottom.astype(np.intp), line
    between = _between(far, column, (top + bottom) / 2, line, int(np.ceil(view.width / step)))
    return (
        np.concatenate([column, between[0]]),
        np.concatenate([joined_top, between[1]]).astype(np.intp),
        np.concatenate([joined_bottom, between[2]]).astype(np.intp),
        np.concatenate([line, between[3]]),
    )


def _between(
    far: NDArray[np.intp], column: NDArray[np.intp], y: Floats, line: NDArray[np.intp], columns: int
) -> tuple[NDArray[np.intp], Floats, Floats, NDArray[np.intp]]:
    """Spans of the straight lines across the columns between two blocks that are further apart."""
    start, stop = np.maximum(column[far], 0), np.minimum(column[far + 1], columns)
    gaps = np.maximum(stop - start, 0)
    slope = (y[far + 1] - y[far]) / (column[far + 1] - column[far])
    base = y[far] - slope * column[far]
    at = np.arange(gaps.sum()) + np.repeat(start - (np.cumsum(gaps) - gaps), gaps)
    slope = np.repeat(slope, gaps)
    first = np.repeat(base, gaps) + slope * at
    last = first + slope
    return at, np.minimum(first, last), np.maximum(first, last), np.repeat(line[far], gaps)
