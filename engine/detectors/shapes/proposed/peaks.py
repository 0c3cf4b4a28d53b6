"""Peaks of a curve that may be spikes, by their prominence, with what tells a spike from noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detectors.scales import BRIEF, HALF, UNSEEN
from engine.detectors.shapes.proposed.surroundings import TINY, between, log, middle, odd
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import local_scatter, running_median, spread
from engine.once import once
from engine.table import Floats, Rows

MOST_PEAKS, MOST_COMPARED = 10, 40  # proposed, and counted when they are compared
FEWEST_BINS_FOR_PEAKS = 8  # bins
LEAST_PROMINENCE_SCATTERS, LEAST_PROMINENCE = 1.2, UNSEEN  # scatters and ln(loss): lower ones are not even proposed
WINDOW_OF_RUN = 0.4  # of the run, within which a prominence is taken
TAIL_RANKS = 0.03, 0.15  # of the points: the ranks of the excursions between which their tail is measured
FOOT_OF_PROMINENCE = 0.7  # of the way down: where a peak starts and ends


@dataclass(frozen=True)
class Peak:
    """A peak from bin `start` to bin `end`, with its features; `level` is the loss before it, `high` its highest."""

    start: int
    top: int
    end: int
    level: float
    high: float
    scatter: float
    features: dict[str, float]


@dataclass(frozen=True)
class _Tail:
    """How the larger excursions from the running median grow with their rank: as a power law, as of any heavy tail."""

    size: float
    rank: float
    index: float

    @classmethod
    def of(cls, off: Floats, scatter: float) -> _Tail:
        high = np.maximum(np.sort(off)[::-1], 0.0) + scatter
        near, far = (max(least, round(share * len(off))) for least, share in zip((2, 4), TAIL_RANKS, strict=True))
        index = float(np.log(high[near] / high[far]) / np.log((far + 1) / (near + 1)))
        return cls(float(high[near]), near + 1.0, index)

    def expected(self, rank: int) -> float:
        """The size of the excursion of some rank, 0 the largest, if it is one of the tail."""
        return float(self.size * (self.rank / (rank + 1)) ** self.index)


@once
def find_peaks(curve: Curve) -> tuple[Peak, ...]:
    """The most prominent peaks, the highest first: of single points, or of the largest values of bins."""
    n = len(curve)
    if n < FEWEST_BINS_FOR_PEAKS:
        return ()
    v = curve.scaled(curve.highest) if curve.width > 1 else curve.u
    width = min(odd(between(n // 6, 5, 21)), n - 1 + n % 2)
    off = v - running_median(v, width)
    scatter = spread(off) + 1e-4
    low = curve.scaled(curve.lowest) if curve.width > 1 else curve.u
    dips = np.maximum(np.sort(running_median(low, width) - low)[::-1], 0.0) + scatter
    tail = _Tail.of(off, scatter)
    least = max(LEAST_PROMINENCE_SCATTERS * scatter, LEAST_PROMINENCE)
    at, sizes = prominent(v, least, odd(WINDOW_OF_RUN * n))
    local = local_scatter(v, 31) + 1e-4
    found = []
    for rank, top in enumerate(at[:MOST_PEAKS]):
        peak = _peak(curve, v, scatter, local, sizes, rank, int(top), _feet(v, int(top), float(sizes[rank])))
        height = max(float(off[top]), 0.0) + scatter
        beyond = {"over_dips": dips[rank], "over_dip": dips[0], "over_tail": tail.expected(rank)}
        peak.features.update({name: float(np.log(height / size)) for name, size in beyond.items()}, tail=tail.index)
        found.append(peak)
    return tuple(found)


def prominent(v: Floats, least: float, window: int) -> tuple[Rows, Floats]:
    """The peaks of at least some prominence within a window, the most prominent first, and their prominences.

    A prominence is the height above the higher of the two lowest points between the peak and a higher point, or the end
    of the window. What SciPy's `find_peaks` finds, whose module takes longer to import than a log to read.

    Examples
    --------
    >>> prominent(np.array([0.0, 3.0, 1.0, 2.0, 0.5]), 0.5, 5)
    (array([1, 3]), array([2., 1.]))
    """
    changes = np.flatnonzero(np.diff(v))  # of several equal points in a row the middle one counts
    steps = np.sign(v[changes + 1] - v[changes])
    up = np.flatnonzero((steps[:-1] > 0) & (steps[1:] < 0))
    at = (changes[up] + 1 + changes[up + 1]) // 2
    reach = np.arange(window // 2 + 1)
    sizes = np.minimum(_falls(v, at, -reach), _falls(v, at, reach))
    good = sizes >= least
    at, sizes = at[good], sizes[good]
    order = np.argsort(-sizes, kind="stable")[:MOST_COMPARED]
    return at[order], sizes[order]


def _falls(v: Floats, at: Rows, steps: Rows) -> Floats:
    """By how much the values fall from each of some places on, before one is higher; `steps` from 0 to the farthest."""
    side = v[np.clip(at[:, None] + steps, 0, len(v) - 1)]
    higher = side > side[:, :1]
    first = np.where(higher.any(axis=1), higher.argmax(axis=1), len(steps))
    return v[at] - np.where(np.arange(len(steps)) < first[:, None], side, np.inf).min(axis=1)


def _feet(v: Floats, top: int, size: float) -> tuple[float, float]:
    """Where the curve crosses the foot of a peak to the left and to the right, between bins."""
    height = v[top] - FOOT_OF_PROMINENCE * size
    return top - _crossing(v[: top + 1][::-1], height), top + _crossing(v[top:], height)


def _crossing(side: Floats, height: float) -> float:
    low = side <= height
    first = int(low.argmax())
    if not low[first]:
        return float(len(side) - 1)
    return first - float((height - side[first]) / (side[first - 1] - side[first]))


def _peak(
    curve: Curve,
    v: Floats,
    scatter: float,
    local: Floats,
    sizes: Floats,
    rank: int,
    top: int,
    feet: tuple[float, float],
) -> Peak:
    n, size, width = len(curve), float(sizes[rank]), max(feet[1] - feet[0], 0.5)
    first, last = int(np.floor(feet[0])), min(int(np.ceil(feet[1])), n - 1)
    near = max(4, n // 12)
    before = middle(v[max(0, first - near) : first + 1])
    after = middle(v[last : last + near + 1])
    height = float(v[top] - before)
    beside = np.concatenate([curve.u[max(0, first - 2 * near) : first], curve.u[last + 1 : last + 2 * near]])
    others = np.delete(sizes, rank)
    alike = float((sizes > HALF * size).sum())
    span, linear_span = float(np.ptp(curve.u)) + TINY, float(np.ptp(curve.level)) + TINY
    linear = float(curve.highest[top] - curve.level[first]) / linear_span
    features = {
        "size_scatters": float(np.log(size / scatter)),
        "height_scatters": log(height, 1e-3) - float(np.log(middle(local[max(0, top - 15) : top + 16]) + 0.002)),
        "size": log(size, 1e-3),
        "height": log(height, 1e-3),
        "of_range": float(np.log(size / span)),
        "of_linear_range": float(np.log(max(linear, TINY) + 1e-3)),
        "of_later_range": float(np.log(size / (float(np.ptp(curve.smooth[n // 5 :])) + 0.01))),
        "of_nearby_range": float(np.log(size / ((float(np.ptp(beside)) if len(beside) else 0.0) + 0.01))),
        "width": float(np.log(width / n)),
        "bins": float(np.log(width)),
        "over_fifth": float(np.log(size / (sizes[4] if len(sizes) > 4 else scatter))),
        "over_second": float(np.log(size / (others.max() if len(others) else scatter))),
        "alike": float(np.log(alike)),
        "alike_share": float(np.log1p(100 * alike / n)),
        "position": top / n,
        "early": float(top < BRIEF * n),
        "left": (n - 1 - top) / n,
        "returned": float(v[top] - after) / max(height, TINY),
        "above_start": float(v[top]) - float(curve.scaled(curve.initial)),
        "climb_bins": float(np.log(max(top - first, 0) + 1)),
        "return_bins": float(np.log(max(last - top, 0) + 1)),
        "bin_points": float(np.log10(curve.width)),
        "rank": float(np.log1p(rank)),
    }
    start = first + 1 if first < top else top
    return Peak(
        start,
        top,
        max(top, int(np.floor(feet[1]))),
        float(curve.level[first]),
        float(curve.highest[top]),
        scatter,
        features,
    )
