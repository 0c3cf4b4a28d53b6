"""The smoothed curve over a raw one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.smoothing import smooth
from engine.table import Floats
from gui.plots.axes.scaling import stepped_end
from gui.plots.curves.line import Line
from gui.plots.curves.trace import Trace

MOST_POINTS = 1 << 18  # longer columns are first averaged in blocks, far shorter than the smoothing span
LONG = 1 << 16  # points; from here on it is smoothed again only
SMALLEST_GROWTH = 0.001  # after this relative growth, less than two pixels


class Smoothed(Line):
    """A trace smoothed by `engine.smoothing.smooth`, recomputed when the trace or the amount has changed."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace
        self._made_from = (0, 0.0)
        self._means: tuple[int, Floats, Floats] = (0, np.empty(0), np.empty(0))  # number of values averaged, x, y
        self._x: Floats = np.empty(0)
        self._y: Floats = np.empty(0)
        self._cut_at: list[int] = []

    def update(self, amount: float) -> None:
        """Smooth by `amount`, 0 to 1; 0 makes the line empty."""
        wanted = (len(self._trace), amount)
        grown = wanted[0] - self._made_from[0]
        is_near = self._made_from[0] > LONG and 0 <= grown < SMALLEST_GROWTH * wanted[0]
        if amount == self._made_from[1] and (not grown or is_near):
            return
        self._made_from = wanted
        self._pyramids.clear()
        self.version += 1
        if amount <= 0:
            self._x = self._y = np.empty(0)
            self._cut_at = []
            return
        x, y = self._averaged()
        # The span changes in steps, otherwise all of a live curve would change with every point.
        span = stepped_end(float(np.ptp(x))) if len(x) > 1 else 0.0
        self._x, self._y = x, smooth(x, y, amount, span)
        self._cut_at = (np.flatnonzero(x[1:] < x[:-1]) + 1).tolist()

    def make_ready(self) -> None:
        """Average the blocks of a long column in advance."""
        if len(self._trace) > MOST_POINTS:
            self._averaged()

    def _averaged(self) -> tuple[Floats, Floats]:
        count = len(self._trace)
        if not count or self._means[0] != count:
            self._means = count, *_block_means(self._trace.x, self._trace.values)
        return self._means[1:]

    @property
    def values(self) -> Floats:
        return self._y

    def _own_x(self) -> Floats:
        return self._x

    def _falls(self) -> Sequence[int]:
        return self._cut_at


def _block_means(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Means of x and y over blocks of equal length, at most `MOST_POINTS`; non-finite values are ignored."""
    size = 1
    while len(y) > size * MOST_POINTS:
        size *= 2
    if size == 1:
        return x, y
    whole = len(y) // size * size
    rest = [y[whole:].mean()] if whole < len(y) else []
    means = np.append(y[:whole].reshape(-1, size).mean(axis=1), rest)
    if not np.isfinite(means).all():
        means = _finite_means(y, size)
    return x[np.minimum(np.arange(0, len(y), size) + size // 2, len(x) - 1)], means


def _finite_means(y: Floats, size: int) -> Floats:
    """Block means that ignore non-finite values, slower; NaN for a block without finite ones."""
    starts = np.arange(0, len(y), size)
    is_value = np.isfinite(y)
    counts = np.add.reduceat(is_value, starts, dtype=np.int64)
    sums = np.add.reduceat(np.where(is_value, y, 0.0), starts)
    return np.divide(sums, counts, out=np.full(len(starts), np.nan), where=counts > 0)
