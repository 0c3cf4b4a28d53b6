"""Flat stretches that end in a drop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detectors.curve import Curve

POSITIONS = 128  # at which the end of a shelf is sought
SMALLEST_DROP = np.log(1.25)
CLEAR_DROP, CLEAR_NOISES = np.log(1.5), 8.0  # a smaller drop has to stand out twice as far
FLAT = 0.2  # of the drop: what the level may change by on the shelf
LONG = 0.2  # of the time before its end
FEWEST_BINS = 5
NOISES = 4.0
LARGEST_ANYWHERE = np.log(20.0)  # a learning rate lowered tenfold rarely lowers the loss by more,
LARGEST_SCHEDULED = np.log(100.0)  # and hardly ever by as much
AT_ONCE = 0.25  # of the drop: what a learning rate that is lowered takes in one bin at least, and
FINE, MOST_AT_ONCE = 100, 0.4  # the same in curves of so many bins, whatever falls before
BEFORE = 0.15  # of the drop: what falls before the steepest bin at most; a plateau's end gathers speed first
LEARNT = np.log(1.5)  # what had been gained before the shelf, where a schedule is in question
BENDS = (
    2.0  # a shelf and the drop after it are one bend: four standard deviations of those in noise, see `Curve.strays`
)
ON_SHELF = 0.05  # of the drop, or two standard deviations: where the flat part begins


@dataclass(frozen=True)
class Shelf:
    """Bins ``[start, flat_end]`` are flat; at `end` the drop is under way, and by `drop_end` the level has fallen.

    Attributes
    ----------
    drop : float
        By how much, on the curve's scale.
    """

    start: int
    flat_end: int
    end: int
    drop_end: int
    drop: float
    is_step: bool

    def level(self, curve: Curve) -> float:
        """The loss on the flat part."""
        return float(np.median(curve.level[self.start : self.flat_end + 1]))


def find_shelves(curve: Curve) -> tuple[Shelf, ...]:
    """Shelves in the order of time, no two overlapping; those with the larger drop and the longer flat part win.

    A shelf ends at a bin when, within as many bins as it is long, the smoothed level falls by a factor of 1.5 and more
    than 4 local standard deviations (or by 1.25 and more than 8), to a new best, while on the shelf it changed by less
    than a fifth of that; it lasts at least five bins and a fifth of the run before its end.
    """
    return curve.once(_find)


def _find(curve: Curve) -> tuple[Shelf, ...]:
    level, n = curve.smooth, len(curve)
    if curve.softening is None or n < 2 * FEWEST_BINS:
        return ()
    stride = max(1, n // POSITIONS)
    found = [s for b in range(FEWEST_BINS, n - 2, stride) if (s := _shelf(curve, level, b)) is not None]
    chosen: list[Shelf] = []
    for shelf in sorted(found, key=lambda s: (-s.drop * np.sqrt(s.end - s.start), s.end)):
        if all(shelf.start > c.drop_end or shelf.drop_end < c.start for c in chosen):
            chosen.append(shelf)
    return tuple(sorted(chosen, key=lambda s: s.start))


def _shelf(curve: Curve, level: np.ndarray, end: int) -> Shelf | None:
    reach = max(3, min(end, len(level) // 5))
    ahead = level[end : end + reach + 1]
    drop = float(level[end] - ahead.min())
    noises = NOISES if drop >= CLEAR_DROP else CLEAR_NOISES
    if drop < max(SMALLEST_DROP, noises * curve.noise[end]):
        return None
    off = np.flatnonzero(np.abs(level[: end + 1] - level[end]) > FLAT * drop)
    start = int(off[-1]) + 1 if len(off) else 0
    length = end - start + 1
    if length < max(FEWEST_BINS, LONG * end):
        return None
    lowest = level[:start].min() if start else np.inf
    if ahead.min() > lowest - 0.5 * drop or drop < noises * curve.noise[start : end + 1].max():
        return None
    within = ahead[: length + 1]
    if level[end] - within.min() < max(SMALLEST_DROP, 0.6 * drop):
        return None
    low = int(np.argmax(within <= level[end] - 0.9 * (level[end] - within.min())))
    if drop < BENDS * curve.strays(length):
        return None
    first, last = _flat_part(curve, start, end, drop)
    return Shelf(first, last, end, end + low, drop, _is_step(curve, start, end, low, drop))


def _flat_part(curve: Curve, start: int, end: int, drop: float) -> tuple[int, int]:
    """Where it is flat in earnest: before, it still falls towards the level; after, the drop gathers speed."""
    inside = curve.smooth[start : end + 1]
    limit = max(ON_SHELF * drop, 2 * float(np.median(curve.noise[start : end + 1])))
    third = len(inside) // 3
    off = np.flatnonzero(np.abs(inside - np.median(inside[third:])) > limit)
    early = off[off < len(inside) // 2]
    below = np.flatnonzero(inside < np.median(inside[third : len(inside) - third]) - limit)
    late = below[below >= len(inside) // 2]
    first = start + int(early[-1]) + 1 if len(early) else start
    return first, max(start + int(late[0]) - 1, first) if len(late) else end


def _is_step(curve: Curve, start: int, end: int, low: int, drop: float) -> bool:
    """Whether a learning rate that was lowered explains the drop: at once, steepest first, after much was learned."""
    falls = -np.diff(curve.u[max(0, end - 2) : end + low + 3])
    steepest = int(np.argmax(falls))
    if len(curve) >= FINE and drop < LARGEST_ANYWHERE and falls[steepest] > MOST_AT_ONCE * drop:
        return True
    learnt = float(curve.scaled(curve.initial) - curve.smooth[start : end + 1].mean())
    return (
        learnt > LEARNT
        and drop < LARGEST_SCHEDULED
        and bool(falls[steepest] > AT_ONCE * drop and np.maximum(falls[:steepest], 0).sum() < BEFORE * drop)
    )
