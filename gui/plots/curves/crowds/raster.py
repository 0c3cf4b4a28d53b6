"""The pixels that the blocks of many curves cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.table import Floats
from gui.plots.axes.view import FAR, View
from gui.plots.curves.crowds.blocks import Grid, Spans


@dataclass(frozen=True, eq=False)
class Cover:
    """Which of some colours lies on top in each pixel: what remains where only the colours change.

    Attributes
    ----------
    exponents : ndarray, shape (height, columns)
    bits : int
        Exponents that one colour has.
    """

    exponents: NDArray[np.int64]
    bits: int

    def painted(self, colours: Sequence[int]) -> NDArray[np.uint32]:
        """The pixels in these colours."""
        palette = np.zeros(2048, np.uint32)
        for index, colour in enumerate(colours[: 50 // self.bits]):
            palette[1023 + self.bits * index : 1023 + self.bits * index + self.bits] = colour
        return palette.take(self.exponents)


def cover(spans: Spans | Grid, colour_of: NDArray[np.intp], view: View, step: int) -> Cover:
    """Lay spans into pixels of `step` by 1, shape (height, columns); later colours are on top of earlier ones.

    Where a line starts to cover a column +1 is entered and where it ends −1; the cumulative sum down the column gives
    what is covered, at a cost independent of the height of the spans. Each colour counts in its own 8 bits of a
    float64, so up to six colours of 255 lines each are summed at once; with more lines of one colour, five of 1 023 in
    10 bits each.
    """
    bits = 8 if len(colour_of) < 256 or np.bincount(colour_of).max() < 256 else 10
    colour_of = np.minimum(colour_of, 50 // bits - 1)
    columns, height = max(int(np.ceil(view.width / step)), 1), max(int(view.height), 1)
    weights = np.exp2(float(bits) * colour_of)
    if isinstance(spans, Grid) and np.isfinite(spans.low).all():
        place, top, bottom, weight = _of_grid(spans, weights, view, step, columns)
    else:
        flat = spans.spans() if isinstance(spans, Grid) else spans
        place, top, bottom, weight = _of_spans(flat, weights, view, step, columns)
    # What is outside begins and ends in the same row. Row after row, so that the sum runs through memory once.
    starts, ends = _rows(top, 0, height), _rows(bottom, -1, height - 1)
    for rows, after in ((starts, 0), (ends, columns)):
        rows *= columns
        rows += place + after
    covered = np.bincount(starts.ravel(), weight, columns * (height + 1))
    covered -= np.bincount(ends.ravel(), weight, columns * (height + 1))
    covered = covered.reshape(height + 1, columns)
    np.cumsum(covered, axis=0, out=covered)
    # The exponent of the sum gives the topmost colour present.
    return Cover(covered[:height].view(np.int64) >> 52, bits)


Painted = tuple[NDArray[np.intp], Floats, Floats, Floats]  # column, top and bottom in pixels, weight


def _rows(y: Floats, least: int, most: int) -> NDArray[np.intp]:
    """The rows of pixels of these y, which are changed, within two ends."""
    np.maximum(y, least, out=y)
    np.minimum(y, most, out=y)
    return y.astype(np.intp)


def _of_grid(grid: Grid, weights: Floats, view: View, step: int, columns: int) -> Painted:
    """Every span, joined to its neighbours; since all lines share their x, where that is needed is found once."""
    column = np.floor(view.x_pixels(grid.x) / step).astype(np.intp)
    top = _y_pixels(grid.high, view)
    bottom = top if grid.low is grid.high else _y_pixels(grid.low, view)
    joined_top, joined_bottom = np.empty_like(top), np.empty_like(top)
    joined_top[:, :1], joined_bottom[:, :1] = top[:, :1], bottom[:, :1]
    np.minimum(top[:, 1:], bottom[:, :-1], out=joined_top[:, 1:])
    np.maximum(bottom[:, 1:], top[:, :-1], out=joined_bottom[:, 1:])
    far = np.flatnonzero(np.diff(column) > 1)
    if len(far):
        joined_top[:, far + 1], joined_bottom[:, far + 1] = top[:, far + 1], bottom[:, far + 1]
        # Limited: between two places at infinity there is no line.
        ends = [np.clip(y, -FAR, FAR) for y in (top[:, far], bottom[:, far], top[:, far + 1], bottom[:, far + 1])]
        before, after = (ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2
        at, first, last = _between(far, column, before, after, columns)
        column = np.concatenate([column, at])
        joined_top = np.concatenate([joined_top, np.minimum(first, last)], axis=1)
        joined_bottom = np.concatenate([joined_bottom, np.maximum(first, last)], axis=1)
    is_in = (column >= 0) & (column < columns)
    if not is_in.all():
        column, joined_top, joined_bottom = column[is_in], joined_top[:, is_in], joined_bottom[:, is_in]
    return column, joined_top, joined_bottom, np.repeat(weights, len(column))


def _y_pixels(y: Floats, view: View) -> Floats:
    """Pixels from the upper edge; those far outside are for the caller to limit."""
    with np.errstate(over="ignore"):
        pixels = view.top - y
        pixels *= view.height / (view.top - view.bottom)
    return pixels


def _between(
    far: NDArray[np.intp], column: NDArray[np.intp], before: Floats, after: Floats, columns: int
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Columns, and both ends in each, of the straight lines between two blocks that are further apart.

    Parameters
    ----------
    far : ndarray, shape (n,)
        Places of the blocks that the next one is far from.
    before, after : ndarray, shape (..., n)
        The middles of these blocks and of the next ones.
    """
    start, gaps = np.maximum(column[far], 0), _gaps(far, column, columns)
    slope = (after - before) / (column[far + 1] - column[far])
    base = before - slope * column[far]
    at = np.arange(gaps.sum()) + np.repeat(start - (np.cumsum(gaps) - gaps), gaps)
    slope = np.repeat(slope, gaps, axis=-1)
    first = np.repeat(base, gaps, axis=-1)
    first += slope * at
    return at, first, first + slope


def _of_spans(spans: Spans, weights: Floats, view: View, step: int, columns: int) -> Painted:
    """Every span, joined to its neighbours in the same line."""
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
    if len(far):
        before, after = ((top[places] + bottom[places]) / 2 for places in (far, far + 1))
        at, first, last = _between(far, column, before, after, columns)
        line = np.concatenate([line, np.repeat(line[far], _gaps(far, column, columns))])
        column = np.concatenate([column, at])
        joined_top = np.concatenate([joined_top, np.minimum(first, last)])
        joined_bottom = np.concatenate([joined_bottom, np.maximum(first, last)])
    is_in = (column >= 0) & (column < columns)
    if not is_in.all():
        column, line, joined_top, joined_bottom = column[is_in], line[is_in], joined_top[is_in], joined_bottom[is_in]
    return column, joined_top, joined_bottom, weights[line]


def _gaps(far: NDArray[np.intp], column: NDArray[np.intp], columns: int) -> NDArray[np.intp]:
    """How many columns lie between two blocks that are further apart."""
    return np.maximum(np.minimum(column[far + 1], columns) - np.maximum(column[far], 0), 0)
