"""Flat stretches that end in a drop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detectors.scales import FEW, HALF, LONG, SLIGHT
from engine.detectors.shapes.drops import drops_after, flat_since, gathers_speed, is_step, is_visible, lasts
from engine.detectors.stream.curve import SCATTER_BINS, Curve
from engine.detectors.stream.filters import percentile_filter
from engine.detectors.stream.scatter import median
from engine.once import once
from engine.table import Floats, Rows

ENDS_TRIED = 128  # bins at which a shelf may end
# Of 190 series labelled by eye, plateaus that were called so ended in a fall by a factor of 1.5 at least, and in one by
# 8 where they lasted less than 8 % of the run; shoulders that were not lasted 1 % of it or fell by less than 1.44, and
# brief ones by 2.1. The limits lie between, on the logarithmic scale.
SMALLEST_DROP = np.log(1.45)  # ln(loss)
SHORTEST_SHELF_OF_RUN = 0.016  # of the run so far
BRIEF_SHELF_OF_RUN, BRIEF_SHELF_DROP = 0.08, np.log(4.0)  # of the run so far, and ln(loss)
FLAT_OF_DROP = 0.2  # of the drop: what the level may change by on the shelf
SHELF_OF_TIME_BEFORE = LONG  # of the time before its end
FEWEST_SHELF_BINS = FEW  # bins
BEFORE_AN_END = 1.0, 0.5, 0.25, 0.75  # of the shortest shelf: where the level is looked at first
DROP_NOISES = 4.0  # local standard deviations
LOW_PERCENTILE, LOW_PERCENTILE_SIGMAS = 10, 1.15  # of Gaussian noise about its running median, in standard deviations
NOISE_CAP = 1.5  # times the scatter below the running median: more of it points upwards
DROP_STRAYS = 2.0  # times `Curve.strays`: a shelf and its drop are one bend, four standard deviations of those in noise
UNDER_WAY_OF_DROP, UNDER_WAY_AT_MOST = SLIGHT, np.log(1.1)  # of the drop, and ln(loss): what has fallen where it starts
OFF_SHELF_OF_DROP = 0.05  # of the drop, or two standard deviations: where the flat part ends,
ON_SHELF_OF_DROP = SLIGHT  # of the drop: and where it starts if nothing precedes it


@dataclass(frozen=True)
class Shelf:
    """Bins ``[start, flat_end]`` are flat; at `end` the drop is under way, and by `drop_end` the level has fallen.

    Attributes
    ----------
    drop : float
        By how much, on the curve's scale.
    is_step : bool
        Whether a learning rate that was lowered explains the drop.
    """

    start: int
    flat_end: int
    end: int
    drop_end: int
    drop: float
    is_step: bool

    def level(self, curve: Curve) -> float:
        """The loss on the flat part."""
        return median(curve.level[self.start : self.flat_end + 1])


@once
def find_shelves(curve: Curve) -> tuple[Shelf, ...]:
    """Shelves in the order of time, no two overlapping; those with the larger drop and the longer flat part win.

    A shelf ends at a bin when, within as many bins as it is long, the smoothed level falls by a factor of 1.45 and more
    than 4 local standard deviations, to a new best, while on the shelf it changed by less than a fifth of that; it
    lasts at least five bins, a fifth of the run before its end, and 8 % of the run so far, or 1.6 % if the loss falls
    by a factor of 4. The loss itself has to fall faster than on the shelf, by a visible amount, and to
    stay down (see `drops`).
    """
    n = len(curve)
    if curve.softening is None or n < 2 * FEWEST_SHELF_BINS:
        return ()
    noise = _noise(curve)
    ends = np.arange(FEWEST_SHELF_BINS, n - 2, max(1, n // ENDS_TRIED))
    lowest_later = np.minimum.accumulate(curve.smooth[::-1])[::-1]
    falls = curve.smooth - lowest_later >= np.maximum(SMALLEST_DROP, DROP_NOISES * noise)
    likely = _long_enough(curve.smooth, noise, ends[falls[ends]])
    found = [s for end in likely if (s := _shelf(curve, noise, int(end))) is not None]
    chosen: list[Shelf] = []
    for shelf in sorted(found, key=lambda s: (-s.drop * np.sqrt(s.end - s.start), s.end)):
        if all(shelf.start > c.drop_end or shelf.drop_end < c.start for c in chosen):
            chosen.append(shelf)
    return tuple(sorted(chosen, key=lambda s: s.start))


def _noise(curve: Curve) -> Floats:
    """Scatter of the levels; where they are thrown upwards again and again, that of the others, by how low they lie."""
    off = curve.u - curve.smooth
    downward = -percentile_filter(off, LOW_PERCENTILE, min(SCATTER_BINS, len(off)))
    return np.minimum(curve.noise, NOISE_CAP * np.maximum(downward, 0.0) / LOW_PERCENTILE_SIGMAS)


def _long_enough(level: Floats, noise: Floats, ends: Rows) -> Rows:
    """Those of some bins before which the level is flat for long enough, and after which it falls enough.

    All at once, as `_shelf` looks at each: most bins are no shelf's end, and of most of these a few of the bins before
    show it.
    """
    drops = drops_after(level, ends)
    brief = np.where(drops >= BRIEF_SHELF_DROP, SHORTEST_SHELF_OF_RUN, BRIEF_SHELF_OF_RUN) * len(level)
    fewest = np.ceil(np.maximum(np.maximum(FEWEST_SHELF_BINS, SHELF_OF_TIME_BEFORE * ends), brief)).astype(np.int64)
    likely = (drops >= np.maximum(SMALLEST_DROP, DROP_NOISES * noise[ends])) & (fewest <= ends + 1)
    ends, limits, fewest = ends[likely], FLAT_OF_DROP * drops[likely], fewest[likely]
    for part in BEFORE_AN_END:
        before = level[ends - (part * (fewest - 1)).astype(np.int64)]
        may_be = ~(np.abs(before - level[ends]) > limits)
        ends, limits, fewest = ends[may_be], limits[may_be], fewest[may_be]
    return ends[flat_since(level, ends, limits, fewest) <= ends]


def _shelf(curve: Curve, noise: Floats, end: int) -> Shelf | None:
    """The shelf that ends at one of `_long_enough`."""
    level = curve.smooth
    reach = max(3, min(end, len(level) // 5))
    ahead = level[end : end + reach + 1]
    drop = float(level[end] - ahead.min())
    off = np.flatnonzero(np.abs(level[: end + 1] - level[end]) > FLAT_OF_DROP * drop)
    start = int(off[-1]) + 1 if len(off) else 0
    length = end - start + 1
    lowest = level[:start].min() if start else np.inf
    if ahead.min() > lowest - HALF * drop or drop < DROP_NOISES * noise[start : end + 1].max():
        return None
    within = ahead[: length + 1]
    if level[end] - within.min() < max(SMALLEST_DROP, 0.6 * drop):
        return None
    low = end + int(np.argmax(within <= level[end] - (1 - SLIGHT) * (level[end] - within.min())))
    if drop < DROP_STRAYS * curve.strays(length):
        return None
    if not (is_visible(curve, end, low) and gathers_speed(curve, start, end, low) and lasts(curve, start, end, low)):
        return None
    first, last = _flat_part(curve, noise, start, end, drop)
    return Shelf(first, last, _under_way(level, noise, start, end, low), low, drop, is_step(curve, start, end, low))


def _under_way(level: Floats, noise: Floats, start: int, end: int, low: int) -> int:
    """The last bin before the level is clearly below the shelf's for three bins: `end` may be a spike, or early."""
    shelf = min(level[end], median(level[start : end + 1]))
    fallen = min(UNDER_WAY_OF_DROP * (level[end] - level[low]), UNDER_WAY_AT_MOST)
    clearly = max(fallen, 2 * median(noise[start : end + 1]))
    is_below = level[end : low + 3] < shelf - clearly
    lasting = np.flatnonzero(is_below[:-2] & is_below[1:-1] & is_below[2:])
    return end + max(int(lasting[0]) - 1, 0) if len(lasting) else end


def _flat_part(curve: Curve, noise: Floats, start: int, end: int, drop: float) -> tuple[int, int]:
    """Where it is really flat: before, it still falls towards the level; after, the drop gathers speed."""
    inside = curve.smooth[start : end + 1]
    scatter = 2 * median(noise[start : end + 1])
    third = len(inside) // 3
    low = median(inside[third : len(inside) - third]) - max(OFF_SHELF_OF_DROP * drop, scatter)
    late = np.flatnonzero(inside < low)
    late = late[late >= len(inside) // 2]
    first = _knee(curve.smooth, start, end) if start else _first_near(inside, max(ON_SHELF_OF_DROP * drop, scatter))
    return first, max(start + int(late[0]) - 1, first) if len(late) else end


def _knee(u: Floats, start: int, end: int) -> int:
    """Where the fall before a shelf bends most: the farthest below the line from the highest level to the shelf's end.

    It also finds the start of a shelf on which the loss still falls.
    """
    highest = int(np.argmax(u[: start + 1]))
    line = np.linspace(u[highest], u[end], end - highest + 1)
    return highest + int(np.argmin(u[highest : end + 1] - line))


def _first_near(inside: Floats, limit: float) -> int:
    """The first bin, of a shelf that nothing precedes, since when the level is about that of the rest."""
    off = np.flatnonzero(np.abs(inside - median(inside[len(inside) // 3 :])) > limit)
    early = off[off < len(inside) // 2]
    return int(early[-1]) + 1 if len(early) else 0
