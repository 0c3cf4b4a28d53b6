"""What a drop after a flat stretch is: progress, the next bend of a steady fall, or a schedule's step."""

from __future__ import annotations

import numpy as np

from engine.detectors.scales import HALF, TENFOLD
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import NOTHING, median
from engine.detectors.stream.trend import line_through
from engine.table import Floats, Rows

FASTER_THAN_SHELF = 2.5  # times the fall of the loss; a steady fall to zero bends down on the logarithm alone
DROP_OF_GAIN = 0.02  # of what was gained since the start: a visible drop; or
DROP_OF_LOG_RANGE = 0.15  # of the range of ln(loss)
KEPT_OF_DROP = HALF  # of the drop: what must be left of it over half the length of the shelf
SCHEDULED_DROP_ANYWHERE = np.log(20.0)  # ln(loss): a learning rate lowered tenfold rarely lowers the loss by more,
SCHEDULED_DROP = 2 * TENFOLD  # ln(loss): and hardly ever by as much
STEP_OF_DROP = 0.25  # of the drop: a lower learning rate takes at least so much in one bin,
BEFORE_STEP_OF_DROP = 0.15  # of the drop: and at most so much before it; a plateau's end gathers speed first
FINE_BINS, FINE_STEP_OF_DROP = 100, 0.4  # bins; in such curves one bin with so much of the drop is a step anyway
LEARNT_BEFORE = np.log(1.5)  # ln(loss): what had been gained before the shelf, where a schedule is in question


def drops_after(level: Floats, ends: Rows) -> Floats:
    """By how much the level falls after each of some bins, within as many bins as lie before it or a fifth of all."""
    n = len(level)
    reach = np.maximum(3, np.minimum(ends, n // 5))
    ahead = np.minimum(np.arange(int(reach.max(initial=0)) + 1), reach[:, None])
    return level[ends] - level[np.minimum(ends[:, None] + ahead, n - 1)].min(axis=1)


def flat_since(level: Floats, ends: Rows, limits: Floats, shortest: Floats) -> Rows:
    """The first bin from which on the level is never farther from that at each of some bins than its limit.

    Where the stretch from it to the bin is shorter than `shortest` it is the bin after: most are, and it is seen from
    the bins just before.
    """
    starts = ends + 1
    back = np.arange(int(shortest.max(initial=0)) + 1)
    beside = level[np.maximum(ends[:, None] - back, 0)] - level[ends, None]
    is_off = (np.abs(beside) > limits[:, None]) & (back < shortest[:, None])
    is_long = (starts >= shortest) & ~is_off.any(axis=1)
    ends, limits, n = ends[is_long], limits[is_long], len(level)
    off = (np.abs(level - level[ends, None]) > limits[:, None]) & (np.arange(n) <= ends[:, None])
    starts[is_long] = np.where(off.any(axis=1), n - np.argmax(off[:, ::-1], axis=1), 0)
    return starts


def gathers_speed(curve: Curve, start: int, end: int, low: int) -> bool:
    """Whether the loss itself falls clearly faster in the first half of the drop than on the shelf."""
    level = np.exp(curve.smooth)
    half = (level[end] + level[low]) / 2
    taken = int(np.argmax(level[end : low + 1] <= half)) or 1
    pace = (level[end] - level[end + taken]) / taken
    return bool(pace > FASTER_THAN_SHELF * -line_through(level[start : end + 1])[0])


def is_visible(curve: Curve, end: int, low: int) -> bool:
    """Whether the drop counts in the whole of the run so far, on the loss or on its logarithm."""
    u, level = curve.smooth, np.exp(curve.smooth)
    so_far = slice(0, low + 1)
    return bool(
        level[end] - level[low] > DROP_OF_GAIN * np.ptp(level[so_far])
        or u[end] - u[low] > DROP_OF_LOG_RANGE * np.ptp(u[so_far])
    )


def lasts(curve: Curve, start: int, end: int, low: int) -> bool:
    """Whether the loss stays down for half as long as the shelf, so far as the run goes."""
    u = curve.smooth
    after = u[low : low + max(3, (end - start) // 2)]
    return bool(u[end] - median(after) > KEPT_OF_DROP * (u[end] - u[low]))


def is_step(curve: Curve, start: int, end: int, low: int) -> bool:
    """Whether a learning rate that was lowered explains the drop: at once, steepest first, after much was learned."""
    u = curve.smooth
    drop = float(u[end] - u[low])
    falls = -np.diff(np.minimum.accumulate(u[max(0, end - 2) : low + 3]))  # the way back from a spike is no fall
    steepest = int(np.argmax(falls))
    if len(curve) >= FINE_BINS and drop < SCHEDULED_DROP_ANYWHERE and falls[steepest] > FINE_STEP_OF_DROP * drop:
        return True
    learnt = float(curve.scaled(curve.initial) - u[start : end + 1].mean())
    return (
        learnt > LEARNT_BEFORE
        and _factor(curve, end, low) < SCHEDULED_DROP
        and bool(falls[steepest] > STEP_OF_DROP * drop and falls[:steepest].sum() < BEFORE_STEP_OF_DROP * drop)
    )


def _factor(curve: Curve, end: int, low: int) -> float:
    """The logarithm of the factor that the loss fell by, however small it became."""
    before, after = curve.level[end], curve.level[low : low + 3].min()
    return float(np.log(max(before, NOTHING) / max(after, NOTHING)))
