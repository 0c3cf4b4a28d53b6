"""Flat stretches that end in a drop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detectors.curve import Curve

POSITIONS = 128  # at which the end of a shelf is sought
SMALLEST_DROP = np.log(1.5)
FLAT = 0.2  # of the drop: what the level may change by on the shelf
LONG = 0.2  # of the time before its end
FEWEST_BINS = 5
NOISES = 4.0
LARGEST_SCHEDULED = np.log(20.0)  # a learning rate lowered tenfold rarely lowers the loss by more


@dataclass(frozen=True)
class Shelf:
    """Bins ``[start, end]`` are flat; by `drop_end` the level has fallen by `drop` on the curve's scale."""

    start: int
    end: int
    drop_end: int
    drop: float
    is_step: bool


def find_shelves(curve: Curve) -> tuple[Shelf, ...]:
    """Shelves in the order of time, no two overlapping; those with the larger drop and the longer flat part win.

    A shelf ends at a bin when, within as many bins as it is long, the smoothed level falls by a factor of 1.5 and more
    than 4 local standard deviations, to a new best, while on the shelf it changed by less than a fifth of that; it
    lasts at least five
    bins and a fifth of the run before its end.
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
    if drop < max(SMALLEST_DROP, NOISES * curve.noise[end]):
        return None
    off = np.flatnonzero(np.abs(level[: end + 1] - level[end]) > FLAT * drop)
    start = int(off[-1]) + 1 if len(off) else 0
    length = end - start + 1
    if length < max(FEWEST_BINS, LONG * end):
        return None
    lowest = level[:start].min() if start else np.inf
    if ahead.min() > lowest - 0.5 * drop or drop < NOISES * curve.noise[start : end + 1].max():
        return None
    within = ahead[: length + 1]
    if level[end] - within.min() < max(SMALLEST_DROP, 0.6 * drop):
        return None
    low = int(np.argmax(within <= level[end] - 0.9 * (level[end] - within.min())))
    steepest = float(np.max(-np.diff(curve.u[max(0, end - 1) : end + low + 3])))
    is_step = len(level) >= 100 and drop < LARGEST_SCHEDULED and steepest > 0.4 * drop
    return Shelf(start, end, end + low, drop, is_step)
