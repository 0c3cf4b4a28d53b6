"""The line over a raw curve: a centred running median, or the share of hits; its width is a number of steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import numpy as np

from engine.smoothing import filled, in_points, mean_of_filled, of_filled
from engine.table import Floats
from gui.plots.curves.growing import Growing
from gui.plots.curves.line import Drawn, Fixed, Line, joined, nothing
from gui.plots.curves.trace import Trace

MOST_POINTS = 1 << 18  # of the whole line; that of a longer column is made from blocks
FIRST_BLOCK, FINER = 16, 4  # values per block on the lowest level, and blocks per block of the next one
SAMPLED_AT_ONCE = 1 << 13  # rows of the grid
MANY = 1 << 20  # values at once, of which every fourth makes the medians of blocks
BLOCKS_PER_WIDTH = 16  # at least; finer blocks make no visible difference
FAR = 8.0  # times the median distance from the line, over four of its widths
SCATTER_WIDTHS = 4
LEAST_HITS = 5  # and misses, before a column of 0 and 1 is taken for single samples
LOOKED_AT_ONCE = 1 << 16
MOST_KEPT = 8  # times the view, of the line beside it
MOST_PARTS = 12  # sizes and stretches kept
COARSE = 5  # blocks in a window where the screen is coarser than the chosen width

_POOL = ThreadPoolExecutor(1, "medians")


class Smoothed(Line):
    """The running median of a trace; its past does not change when rows arrive.

    The accuracy of single samples, right or wrong, has no median worth drawing: there the line is the share of right
    ones in the same window, and the values themselves are not drawn.

    Where more than half a width falls into one column of pixels, the width follows the screen: `width_shown` says it.
    """

    def __init__(self, trace: Trace, steps_per_point: float = 1.0) -> None:
        super().__init__()
        self._trace = trace
        self._steps_per_point = steps_per_point
        self._blocks = _Blocks(_medians)
        self.is_share = False
        self._looked, self._hits = 0, 0 if trace.column.endswith("accuracy") else -1  # -1: no column of 0 and 1
        self._width = 1  # in points
        self._y, self._filled = Growing(), Growing()
        self._made_from = (0, 0, 0)  # points, width, values per block
        self._peaked: tuple[int, Fixed] | None = None
        self._own: Floats | None = None  # x of the blocks' centres; None: that of the trace
        self._is_due = False  # whether the whole line, made from blocks, is still to be made
        self._seen: tuple[tuple, dict[tuple[int, int], _Part]] = ((), {})

    @property
    def width(self) -> int:
        """The chosen width in points; 1 is off."""
        return self._width

    def set_spacing(self, steps_per_point: float) -> None:
        """Tell how many steps lie between two points."""
        self._steps_per_point = steps_per_point

    def update(self, width: int) -> None:
        """Smooth over `width` steps; 1 makes the line empty."""
        self._width = in_points(width, self._steps_per_point)
        count, size = len(self._trace), self._base_size()
        self._look(count)
        if self._width == 1:
            self._clear((count, 1, 1))
        elif (count, self._width, size) != self._made_from:
            self._extend(count, size)

    def _look(self, count: int) -> None:
        """Look at the new values, whether they too are single samples."""
        if self._hits < 0 or count == self._looked:
            return
        new = _hits(self._trace.values[self._looked : count])
        self._hits = -1 if new is None else self._hits + new
        self._looked = count
        is_share = min(self._hits, count - self._hits) >= LEAST_HITS
        if is_share != self.is_share:
            self.is_share = is_share
            self._blocks = _Blocks(_means if is_share else _medians)
            self._clear((0, 0, 0))

    def _middle(self, y: Floats, half: int) -> Floats:
        return mean_of_filled(y, half) if self.is_share else of_filled(y, half)

    def _clear(self, made_from: tuple[int, int, int]) -> None:
        if made_from != self._made_from:
            self._y, self._filled, self._own, self._is_due = Growing(), Growing(), None, False
            self._made_from = made_from
            self.version += 1

    def _block_size(self) -> int:
        """Values per block that are fine enough for the width."""
        size = 1
        while BLOCKS_PER_WIDTH * _next(size) <= self._width:
            size = _next(size)
        return size

    def _base_size(self) -> int:
        """Values per block of the whole line."""
        size = self._block_size()
        while len(self._trace) > size * MOST_POINTS:
            size = _next(size)
        return size

    def _extend(self, count: int, size: int) -> None:
        before, is_same = self._made_from[0], (self._width, size) == self._made_from[1:]
        self._pyramids.clear()
        self.version += 1
        if not is_same:
            self._y, self._filled, self._own, before = Growing(), Growing(), None, 0
        self._is_due = size > 1
        if self._is_due:
            self._blocks.begin(self._trace.values)
        else:
            self._extend_exactly(before, count)
        self._made_from = count, self._width, size

    def _make_whole(self) -> None:
        """Make the whole line from blocks, when something asks for it: most views have blocks of another size."""
        if self._is_due:
            self._is_due, size = False, self._made_from[2]
            blocks = self._blocks.level(self._trace.values, size)
            self._y = Growing()
            self._y.append(self._middle(filled(blocks), self._half(size)))
            self._own = self._centres(np.arange(len(blocks)), size)

    def _extend_exactly(self, before: int, count: int) -> None:
        """Append the points from `before` on; of the present ones, those within half a width of the end change."""
        half = self._width // 2
        values = self._trace.values
        if len(self._filled) and np.isnan(self._filled.array[0]):  # there was no finite value so far
            self._filled, before = Growing(), 0
        last = float(self._filled.array[-1]) if len(self._filled) else np.nan
        self._filled.append(filled(values[before:count], last).copy())
        keep = max(before - half, 0)
        starts = [0, *(cut for cut in self._trace.cuts() if cut < count)]
        self._y.cut(keep)
        place = bisect_right(starts, keep) - 1
        while keep < count:
            stop = starts[place + 1] if place + 1 < len(starts) else count
            first = max(starts[place], keep - half)
            part = self._middle(self._filled.array[first:stop], half)[keep - first :]
            own = values[keep:stop]
            is_value = np.isfinite(own)
            self._y.append(part if is_value.all() else np.where(is_value, part, own))
            keep, place = stop, place + 1

    def _half(self, size: int) -> int:
        """Blocks on either side."""
        return max(self._width // size, COARSE if size > self._block_size() else 3) // 2

    def _centres(self, blocks: np.ndarray, size: int) -> Floats:
        return self._trace.x_of(np.minimum(blocks * size + size // 2, len(self._trace) - 1))

    def with_peaks(self) -> Line:
        """The line, but as logged where that is far from it: what can be drawn of one run among many."""
        if self.is_share and len(self):
            return self
        if self._made_from[2] > 1 or not len(self):
            return self._trace
        if self._peaked is None or self._peaked[0] != self.version:
            values, line = self._trace.values, self.values
            with np.errstate(invalid="ignore"):  # where both are infinite
                distance = np.abs(np.where(np.isfinite(values), values, line) - line)
            scatter = of_filled(filled(distance), SCATTER_WIDTHS * (self._width // 2))
            self._peaked = self.version, Fixed(self._trace.x, np.where(distance > FAR * scatter, values, line))
        return self._peaked[1]

    # What is drawn

    def width_shown(self, left: float, right: float, pixels: int) -> int:
        """Steps that the line in a view is the median of, rounded."""
        size = self._shown_size(left, right, pixels)
        points = COARSE * size if size > self._block_size() else self._width
        return round(points * self._steps_per_point)

    def _shown_size(self, left: float, right: float, pixels: int) -> int:
        """Values per block in a view."""
        per_pixel = sum(stop - start for start, stop in self._trace.spans(left, right)) / max(pixels, 1)
        size = self._block_size()
        if per_pixel > self._width / 2:
            while 2 * size < per_pixel:
                size = _next(size)
            return max(size, FIRST_BLOCK)
        return size

    def _reduced(self, left: float, right: float, pixels: int, log: bool) -> Drawn:
        # Two points a pixel are enough for a line that is smooth.
        size = self._shown_size(left, right, pixels)
        if size == self._made_from[2]:
            return super()._reduced(left, right, -(-pixels // 2), log)
        found = (self._in_view(*span, size) for span in self._trace.spans(left, right))
        parts = [line.reduce(left, right, -(-pixels // 2), log) for line in found if len(line)]
        return joined(parts) if len(parts) > 1 else parts[0] if parts else nothing()

    def _in_view(self, start: int, stop: int, size: int) -> Fixed:
        """The line for some points of one stretch of increasing x, from blocks of `size` values."""
        bounds = [0, *self._trace.cuts(), len(self._trace)]
        place = bisect_right(bounds, start) - 1
        ends = -(-bounds[place] // size), -(-bounds[place + 1] // size)
        first, last = max(ends[0], start // size - 1), min(ends[1], -(-stop // size) + 1)
        if last <= first:
            return Fixed(np.empty(0), np.empty(0))
        y = self._part(size, ends[0]).get(first, last, partial(self._middles, size, ends))
        return Fixed(self._centres(np.arange(first, last), size), y)

    def _part(self, size: int, stretch: int) -> _Part:
        """What is known of the line at a size of blocks, as long as the values are the same."""
        key = len(self._trace), self.version
        if self._seen[0] != key or len(self._seen[1]) > MOST_PARTS:
            self._seen = key, {}
        return self._seen[1].setdefault((size, stretch), _Part())

    def _middles(self, size: int, ends: tuple[int, int], first: int, last: int) -> Floats:
        """The line at the blocks from `first` to `last` of a stretch."""
        half = self._half(size)
        begin, end = max(ends[0], first - half), min(ends[1], last + half)
        values = self._blocks.level(self._trace.values, size, begin, end)
        y = self._middle(filled(values), half)
        is_value = np.isfinite(values)
        return (y if is_value.all() else np.where(is_value, y, np.nan))[first - begin : last - begin]

    def make_ready(self) -> None:
        """Summarise a long column in advance."""
        if len(self._trace) > MOST_POINTS:
            self._blocks.begin(self._trace.values)

    def __len__(self) -> int:
        count, _width, size = self._made_from
        return -(-count // size) if self._is_due else len(self._y)

    @property
    def values(self) -> Floats:
        self._make_whole()
        return self._y.array

    def _own_x(self) -> Floats | None:
        self._make_whole()
        return self._own if self._own is not None else self._trace.own_x(len(self._y))

    def _falls(self) -> Sequence[int]:
        self._make_whole()
        if self._own is None:
            return self._trace.cuts()
        return (np.flatnonzero(self._own[1:] < self._own[:-1]) + 1).tolist()


def _next(size: int) -> int:
    return FIRST_BLOCK if size == 1 else size * FINER


def _hits(values: Floats) -> int | None:
    """How many ones there are among zeros; None where there is another finite value.

    Examples
    --------
    >>> _hits(np.array([1.0, 0.0, np.nan, 1.0])), _hits(np.array([1.0, 0.5]))
    (2, None)
    """
    hits = 0
    for at in range(0, len(values), LOOKED_AT_ONCE):
        some = values[at : at + LOOKED_AT_ONCE]
        ones = int(np.count_nonzero(some == 1))
        if ones + np.count_nonzero(some == 0) + np.count_nonzero(~np.isfinite(some)) < len(some):
            return None
        hits += ones
    return hits


class _Part:
    """A stretch of a line that has been made; the next view, which overlaps it, needs only what is new."""

    def __init__(self) -> None:
        self._first, self._y = 0, np.empty(0)

    def get(self, first: int, last: int, make: Callable[[int, int], Floats]) -> Floats:
        """The places from `first` to `last`."""
        begin, end = self._first, self._first + len(self._y)
        if first > end or last < begin or max(end, last) - min(begin, first) > MOST_KEPT * (last - first):
            begin, end, self._y = first, first, np.empty(0)
        if first < begin:
            self._y, begin = np.concatenate([make(first, begin), self._y]), first
        if last > end:
            self._y = np.concatenate([self._y, make(end, last)])
        self._first = begin
        return self._y[first - begin : last - begin]


class _Blocks:
    """Medians, or means, of blocks of 16, 64, 256 … values; new values only add blocks.

    From the second level on they are medians of medians, which differ little and take a tenth of the time. Of a long
    column loaded at once they are made from every fourth value, in a thread.
    """

    def __init__(self, middle: Callable[[Floats], Floats]) -> None:
        self._middle = middle
        self._levels: list[Growing] = []
        self._making: Future | None = None

    def level(self, values: Floats, size: int, first: int = 0, last: int | None = None) -> Floats:
        """The medians of the blocks from `first` to `last`; the last block may be shorter, 1 gives the values."""
        if size == 1:
            return values[first:last]
        if size == FIRST_BLOCK and last is not None and (last - first) * size < MANY:  # as exact as it can be seen
            stop = max(min(last, len(values) // size), first)
            exact = self._middle(values[first * size : stop * size].reshape(-1, size)) if stop > first else np.empty(0)
            return np.append(exact, self._rest(values, stop, size)) if last > stop else exact
        self.begin(values)
        self._update(values)
        place, s = 0, FIRST_BLOCK
        while s < size:
            place, s = place + 1, s * FINER
        whole = self._levels[place].array if place < len(self._levels) else np.empty(0)
        found = whole[first:last]
        return np.append(
            found, self._rest(values, max(len(whole), first), size) if last is None or last > len(whole) else []
        )

    def begin(self, values: Floats) -> None:
        """Begin with a long column in a thread."""
        if not self._levels and self._making is None and len(values) >= MANY:
            self._making = _POOL.submit(self._put_all, values)

    def _put_all(self, values: Floats) -> None:
        whole = values[: len(values) // FIRST_BLOCK * FIRST_BLOCK]
        grid = whole.reshape(-1, FIRST_BLOCK)
        self._put(0, _sampled_medians(grid) if self._middle is _medians else self._middle(grid))

    def _update(self, values: Floats) -> None:
        if self._making is not None:
            self._making.result()
            self._making = None
        done = len(self._levels[0]) * FIRST_BLOCK if self._levels else 0
        stop = len(values) // FIRST_BLOCK * FIRST_BLOCK
        if stop > done:
            self._put(0, self._middle(values[done:stop].reshape(-1, FIRST_BLOCK)))

    def _put(self, place: int, medians: Floats) -> None:
        if place == len(self._levels):
            self._levels.append(Growing())
        self._levels[place].append(medians)
        here = self._levels[place].array
        done = FINER * (len(self._levels[place + 1]) if place + 1 < len(self._levels) else 0)
        stop = len(here) // FINER * FINER
        if stop > done:
            self._put(place + 1, self._middle(here[done:stop].reshape(-1, FINER)))

    def _rest(self, values: Floats, first: int, size: int) -> list[float]:
        """The middles of the blocks from `first` on, the last of which may be shorter."""
        rest = values[first * size :]
        return [float(self._middle(rest[i : i + size].reshape(1, -1))[0]) for i in range(0, len(rest), size)]


def _sampled_medians(grid: Floats) -> Floats:
    """The medians of four values of each row; where one is not finite, of all finite ones."""
    found = np.empty(len(grid))
    for at in range(0, len(grid), SAMPLED_AT_ONCE):  # few enough for the processor's cache: a third of the time
        rows = grid[at : at + SAMPLED_AT_ONCE]
        a, b, c, d = (np.ascontiguousarray(rows[:, place]) for place in range(1, FIRST_BLOCK, FIRST_BLOCK // 4))
        # The two in the middle are the larger of the two pairs' lower ones, and the smaller of their upper ones.
        lower = np.maximum(np.minimum(a, b), np.minimum(c, d))
        upper = np.minimum(np.maximum(a, b), np.maximum(c, d))
        with np.errstate(invalid="ignore", over="ignore"):
            middle = lower / 2 + upper / 2
            is_odd = ~np.isfinite(a + b + c + d)
        if is_odd.any():
            middle[is_odd] = _medians(rows[is_odd])
        found[at : at + SAMPLED_AT_ONCE] = middle
    return found


def _medians(grid: Floats) -> Floats:
    """The median of the finite values of each row; NaN for a row without any."""
    is_value = np.isfinite(grid)
    size = grid.shape[1]
    if is_value.all():
        ordered = np.partition(grid, sorted({(size - 1) // 2, size // 2}), axis=1)
        return (ordered[:, (size - 1) // 2] + ordered[:, size // 2]) / 2
    # Sorting puts NaN last.
    ordered, counts = np.sort(np.where(is_value, grid, np.nan), axis=1), is_value.sum(axis=1)
    rows = np.arange(len(grid))
    return (ordered[rows, np.maximum(counts - 1, 0) // 2] + ordered[rows, np.minimum(counts // 2, size - 1)]) / 2


def _means(grid: Floats) -> Floats:
    """The mean of the finite values of each row; NaN for a row without any."""
    is_value = np.isfinite(grid)
    counts = is_value.sum(axis=1)
    sums = np.where(is_value, grid, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
