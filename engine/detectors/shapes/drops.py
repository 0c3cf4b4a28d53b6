"""What a drop after a flat stretch is: progress that set in, the next bend of a steady fall, or a schedule's step."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream.curve import Curve
from engine.detectors.stream.trend import line_through

FASTER = 2.5  # times the fall of the loss on the shelf, a steady fall to zero bends down on the logarithm alone
VISIBLE = 0.02  # of what was gained since the start; a smaller drop has to be
VISIBLE_DECADES = 0.15  # of the range of the logarithm
LASTING = 0.5  # of the drop: what is left of it over half the length of the shelf
LARGEST_ANYWHERE = np.log(20.0)  # a learning rate lowered tenfold rarely lowers the loss by more,
LARGEST_SCHEDULED = np.log(100.0)  # and hardly ever by as much
AT_ONCE = 0.25  # of the drop: what a learning rate that is lowered takes in one bin at least, and
FINE, MOST_AT_ONCE = 100, 0.4  # the same in curves of so many bins, whatever falls before
BEFORE = 0.15  # of the drop: what falls before the steepest bin at most; a plateau's end gathers speed first
LEARNT = np.log(1.5)  # what had been gained before the shelf, where a schedule is in question


def gathers_speed(curve: Curve, start: int, end: int, low: int) -> bool:
    """Whether the loss itself falls clearly faster in the first half of the drop than on the shelf."""
    level = np.exp(curve.smooth)
    half = (level[end] + level[low]) / 2
    taken = int(np.argmax(level[end : low + 1] <= half)) or 1
    pace = (level[end] - level[end + taken]) / taken
    return bool(pace > FASTER * -line_through(level[start : end + 1])[0])


def is_visible(curve: Curve, end: int, low: int) -> bool:
    """Whether the drop counts in the whole of the run so far, on the loss or on its logarithm."""
    u, level = curve.smooth, np.exp(curve.smooth)
    so_far = slice(0, low + 1)
    return bool(
        level[end] - level[low] > VISIBLE * np.ptp(level[so_far])
        or u[end] - u[low] > VISIBLE_DECADES * np.ptp(u[so_far])
    )


def lasts(curve: Curve, start: int, end: int, low: int) -> bool:
    """Whether the loss stays down for half as long as the shelf, so far as the run goes."""
    u = curve.smooth
    after = u[low : low + max(3, (end - start) // 2)]
    return bool(u[end] - np.median(after) > LASTING * (u[end] - u[low]))


def is_step(curve: Curve, start: int, end: int, low: int) -> bool:
    """Whether a learning rate that was lowered explains the drop: at once, steepest first, after much was learned."""
    u = curve.smooth
    drop = float(u[end] - u[low])
    falls = -np.diff(np.minimum.accumulate(u[max(0, end - 2) : low + 3]))  # the way back from a spike is no fall
    steepest = int(np.argmax(falls))
    if len(curve) >= FINE and drop < LARGEST_ANYWHERE and falls[steepest] > MOST_AT_ONCE * drop:
        return True
    learnt = float(curve.scaled(curve.initial) - u[start : end + 1].mean())
    return (
        learnt > LEARNT
        and _factor(curve, end, low) < LARGEST_SCHEDULED
        and bool(falls[steepest] > AT_ONCE * drop and falls[:steepest].sum() < BEFORE * drop)
    )


def _factor(curve: Curve, end: int, low: int) -> float:
    """The logarithm of the factor that the loss fell by, however small it became."""
    before, after = curve.level[end], curve.level[low : low + 3].min()
    return float(np.log(max(before, 1e-300) / max(after, 1e-300)))
