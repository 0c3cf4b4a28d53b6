"""A line of values over x, reduced to what a view of limited pixels can show."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from engine.table import Floats
from gui.plots.curves.pyramid import BASE, OffAxis, Pyramid, off_axis_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tsdownsample import MinMaxDownsampler

T = TypeVar("T")

COUNTED_AT_ONCE = 1 << 17
SUMMARISED = 1 << 16  # rows; from about here on the whole is drawn from the extremes of blocks
MOST_STRETCHES = 200  # if x decreases more often, the rows are drawn in their order without clipping


@dataclass(frozen=True)
class Drawn:
    """What to draw: a line in data units, broken at NaN, and the x and flags of values that cannot be drawn."""

    x: Floats
    y: Floats
    off_axis_x: Floats
    off_axis: NDArray[np.uint8]

    def is_between(self, low: float, high: float) -> bool:
        """Whether every value has a place from `low` to `high`; what is drawn has the extremes of all of them."""
        if len(self.off_axis) or not len(self.y):
            return False
        return bool(np.fmin.reduce(self.y) >= low and np.fmax.reduce(self.y) <= high)


@cache
def nothing() -> Drawn:
    """A line without points."""
    return Drawn(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.uint8))


@cache
def downsampler() -> MinMaxDownsampler:
    """What finds the extremes of pieces; loaded with the first curve, not with the window."""
    from tsdownsample import MinMaxDownsampler

    return MinMaxDownsampler()


class Line(ABC):
    """Values over increasing x; where x decreases, a new stretch starts."""

    def __init__(self) -> None:
        self._pyramids: dict[bool, Pyramid] = {}
        self.version = 0  # incremented when existing values change
        self._last: dict[str, tuple[tuple, Any]] = {}  # name -> last key and result

    def __len__(self) -> int:
        return len(self.values)

    @property
    @abstractmethod
    def values(self) -> Floats:
        """The value of every point, shape (n,)."""

    @abstractmethod
    def _own_x(self) -> Floats | None:
        """The x of every value; None for 0, 1, 2 …"""

    @abstractmethod
    def _falls(self) -> Sequence[int]:
        """Indices of values whose x is smaller than that of the value before."""

    @property
    def x(self) -> Floats:
        """The x of every value, shape (n,)."""
        own = self._own_x()
        return np.arange(len(self), dtype=np.float64) if own is None else own

    def x_range(self) -> tuple[float, float] | None:
        """Smallest and largest x; None without values."""
        if not len(self):
            return None
        own = self._own_x()
        if own is None:
            return 0.0, float(len(self) - 1)
        ends = [own[0], own[-1], *(own[fall] for fall in self.cuts()), *(own[fall - 1] for fall in self.cuts())]
        if len(self.cuts()) > MOST_STRETCHES:
            ends = [own.min(), own.max()]
        return float(min(ends)), float(max(ends))

    def cuts(self) -> list[int]:
        """Indices at which a new stretch of increasing x starts."""
        return [fall for fall in self._falls() if fall < len(self)]

    def spans(self, left: float, right: float) -> list[tuple[int, int]]:
        """Index ranges of increasing x that cover `left` to `right`, with one point beyond either edge."""
        return self._cached("spans", (left, right), self._found_spans)

    def _found_spans(self, left: float, right: float) -> list[tuple[int, int]]:
        cuts = self.cuts()
        if len(cuts) > MOST_STRETCHES:
            return [(0, len(self))]
        bounds = [0, *cuts, len(self)]
        found = (self._clipped(a, b, left, right) for a, b in pairwise(bounds))
        return [span for span in found if span[1] > span[0]]

    def _clipped(self, start: int, stop: int, left: float, right: float) -> tuple[int, int]:
        own = self._own_x()
        if own is None:
            first, last = int(np.ceil(left)), int(np.floor(right)) + 1
        else:
            first = start + int(np.searchsorted(own[start:stop], left, "left"))
            last = start + int(np.searchsorted(own[start:stop], right, "right"))
        first, last = max(first - 1, start), min(last + 1, stop)
        return (first, last) if last > first else (start, start)

    def at(self, x: float) -> float | None:
        """The value at the nearest x; None beyond the ends."""
        if not len(self):
            return None
        own = self._own_x()
        if own is None:
            index = round(x)
            return float(self.values[index]) if 0 <= index < len(self) else None
        if self.cuts():
            return float(self.values[int(np.argmin(np.abs(own - x)))])
        if not own[0] <= x <= own[-1]:
            return None
        right = int(np.searchsorted(own, x))
        index = right if right == 0 or own[right] - x < x - own[right - 1] else right - 1
        return float(self.values[index])

    def reduce(self, left: float, right: float, pixels: int, log: bool = False) -> Drawn:
        """Reduce the line to a view from `left` to `right` of `pixels` width, without losing any extreme.

        Returns the same object while view and values are the same.
        """
        return self._cached("reduce", (left, right, pixels, log), self._reduced)

    def _cached(self, name: str, arguments: tuple, compute: Callable[..., T]) -> T:
        """Cache the last result by name, since of many overlaid runs only one grows from frame to frame."""
        key = (*arguments, len(self), self.version)
        if name not in self._last or self._last[name][0] != key:
            self._last[name] = key, compute(*arguments)
        return self._last[name][1]

    def _reduced(self, left: float, right: float, pixels: int, log: bool) -> Drawn:
        parts = [self._reduce_span(*span, pixels, log) for span in self.spans(left, right)]
        if not parts:
            return nothing()
        return parts[0] if len(parts) == 1 else joined(parts)

    def _reduce_span(self, start: int, stop: int, pixels: int, log: bool) -> Drawn:
        if stop - start > 2 * BASE * pixels:
            return self._from_pyramid(start, stop, 2 * pixels, log)
        return self._from_rows(start, stop, 2 * pixels, log)

    def count_outside(self, left: float, right: float, low: float, high: float, log: bool) -> tuple[int, int, int]:
        """Count the values from `left` to `right` below `low`, above `high`, and (on a log axis) not above zero.

        Blocks whose extremes are inside are skipped, so this is fast if few values are outside.
        """
        return self._cached("count", (left, right, low, high, log), self._counted)

    def _counted(self, left: float, right: float, low: float, high: float, log: bool) -> tuple[int, int, int]:
        counts = np.zeros(3, np.int64)
        for start, stop in self.spans(left, right):
            counts += self._count_span(start, stop, low, high, log)
        return int(counts[0]), int(counts[1]), int(counts[2])

    def _count_span(self, start: int, stop: int, low: float, high: float, log: bool) -> NDArray[np.int64]:
        values = self.values
        if stop - start <= COUNTED_AT_ONCE:
            return _counts(values[start:stop], low, high, log)
        blocks = self._pyramid(log).query(values, start, stop, 1 << 14)
        is_out = (blocks.low < low) | (blocks.high > high) | ((blocks.off_axis & OffAxis.NOT_POSITIVE) > 0)
        found = np.zeros(3, np.int64)
        for block in np.flatnonzero(is_out):
            first = blocks.first + int(block) * blocks.size
            found += _counts(values[max(first, start) : min(first + blocks.size, stop)], low, high, log)
        return found

    def x_of(self, index: NDArray) -> Floats:
        """The x of some values."""
        own = self._own_x()
        return index.astype(np.float64) if own is None else own[index]

    def _from_rows(self, start: int, stop: int, most: int, log: bool) -> Drawn:
        values = self.values[start:stop]
        off_axis = off_axis_kinds(values, log)
        is_odd = off_axis > 0
        strange = np.flatnonzero(is_odd)
        plain = np.where(is_odd, np.nan, values) if len(strange) else values
        index = np.arange(stop - start)
        if len(index) > 2 * most:
            index = downsampler().downsample(plain, n_out=2 * most).astype(np.int64)
        y = plain[index]
        return Drawn(self.x_of(index + start), np.log10(y) if log else y, self.x_of(strange + start), off_axis[strange])

    def _from_pyramid(self, start: int, stop: int, most: int, log: bool) -> Drawn:
        blocks = self._pyramid(log).query(self.values, start, stop, most)
        middle = blocks.first + np.arange(len(blocks.low)) * blocks.size + blocks.size // 2
        x = self.x_of(np.minimum(middle, len(self) - 1))
        y = np.stack([blocks.low, blocks.high], axis=1)
        # Every other block from top to bottom, so that neighbours are joined by the shortest line: half the ink.
        y[1::2] = y[1::2, ::-1]
        y = y.ravel()
        strange = np.flatnonzero(blocks.off_axis)
        return Drawn(np.repeat(x, 2), np.log10(y) if log else y, x[strange], blocks.off_axis[strange])

    def make_ready(self) -> None:
        """Summarise the values for a linear axis in advance."""
        if len(self) > SUMMARISED:
            self._pyramid(log=False)

    def _pyramid(self, log: bool) -> Pyramid:
        pyramid = self._pyramids.setdefault(log, Pyramid(positive_only=log))
        pyramid.update(self.values)
        return pyramid


def _counts(values: Floats, low: float, high: float, log: bool) -> NDArray[np.int64]:
    is_placed = values > 0 if log else np.isfinite(values)
    below, above = np.count_nonzero((values < low) & is_placed), np.count_nonzero((values > high) & np.isfinite(values))
    nowhere = np.count_nonzero(np.isfinite(values) & (values <= 0)) if log else 0
    return np.array([below, above, nowhere])


def joined(parts: Sequence[Drawn]) -> Drawn:
    """Concatenate stretches with a break of the line between them."""
    x = np.concatenate([np.append(part.x, part.x[-1:]) for part in parts])
    y = np.concatenate([np.append(part.y, np.full(len(part.y[-1:]), np.nan)) for part in parts])
    return Drawn(x, y, np.concatenate([p.off_axis_x for p in parts]), np.concatenate([p.off_axis for p in parts]))


class Fixed(Line):
    """A line of given values."""

    def __init__(self, x: Floats, y: Floats) -> None:
        super().__init__()
        self._x, self._y = x, y

    @property
    def values(self) -> Floats:
        return self._y

    def _own_x(self) -> Floats:
        return self._x

    def _falls(self) -> Sequence[int]:
        return ()
