"""Flat stretches that end in a drop: proposals, from slight ones on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.detectors.scales import HALF, PARTS, SLIGHT, UNSEEN
from engine.detectors.shapes.drops import FASTER_THAN_SHELF, drops_after, flat_since, is_step, lasts
from engine.detectors.shapes.proposed.surroundings import TINY, between, middle
from engine.detectors.shapes.shelves import ENDS_TRIED, UNDER_WAY_AT_MOST, UNDER_WAY_OF_DROP
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import median
from engine.detectors.stream.trend import line_through
from engine.once import once
from engine.table import Floats, Rows

FEWEST_LEDGE_BINS, LEDGE_OF_RUN, LEDGE_OF_TIME_BEFORE = 4, 0.012, 0.08  # bins, of the run, of the time before its end
LEAST_DROP, LEAST_DROP_OF_RANGE = 0.08, 0.05  # ln(loss), and of the range where losses go negative
LEDGE_DROP_NOISES = 1.5  # local standard deviations
LEDGE_FLAT_OF_DROP = (0.12, 0.25)  # of the drop: what the level may change by on the shelf; either may fit better
ON_LEDGE_OF_DROP = 0.2  # of the drop, or two noises: how far from its level a shelf starts


@dataclass(frozen=True)
class Ledge:
    """Bins ``[start, flat_end]`` are flat; at `end` the drop is under way, and by `drop_end` the level has fallen."""

    start: int
    flat_end: int
    end: int
    drop_end: int
    drop: float
    features: Mapping[str, float]

    def level(self, curve: Curve) -> float:
        """The loss on the flat part."""
        return median(curve.level[self.start : self.flat_end + 1])


@dataclass(frozen=True)
class _Stretch:
    """A flat stretch from bin `start` to `end`, by bin `low` of which the level has fallen by `drop`."""

    start: int
    end: int
    low: int
    drop: float

    @property
    def length(self) -> int:
        return self.end - self.start + 1

    @property
    def weight(self) -> float:
        return self.drop * float(np.sqrt(self.length))


@once
def find_ledges(curve: Curve) -> tuple[Ledge, ...]:
    """Ledges, no two overlapping: those with the larger drop and the longer flat part win.

    A drop that is back soon ends none, nor do the steps of a schedule, nor a loss that falls no faster than before.
    """
    n = len(curve)
    if n < PARTS:
        return ()
    least = LEAST_DROP if curve.softening is not None else LEAST_DROP_OF_RANGE
    ends = np.arange(3, n - 2, max(1, n // ENDS_TRIED))
    lowest_later = np.minimum.accumulate(curve.smooth[::-1])[::-1]
    falls = curve.smooth - lowest_later >= np.maximum(least, LEDGE_DROP_NOISES * curve.noise)
    kept = [one for one in _stretches(curve, ends[falls[ends]], least) if lasts(curve, one.start, one.end, one.low)]
    chosen: list[_Stretch] = []
    for one in sorted(kept, key=lambda s: (-s.weight, s.end)):
        if all(one.start > other.low or one.low < other.start for other in chosen):
            chosen.append(one)
    chosen = _without_milestones(curve, chosen)
    found = [_ledge(curve, one, rank, len(chosen)) for rank, one in enumerate(chosen)]
    return tuple(ledge for ledge in found if ledge.features["pace"] >= np.log(FASTER_THAN_SHELF))


def _without_milestones(curve: Curve, found: list[_Stretch]) -> list[_Stretch]:
    """Without the steps of a schedule, of which there are several: a single step is what people call a kick-in."""
    others = [one for one in found if not is_step(curve, one.start, one.end, one.low)]
    return others if len(found) - len(others) > 1 else found


def _stretches(curve: Curve, ends: Rows, least: float) -> Iterator[_Stretch]:
    """The stretches that are flat for long enough before one of some bins, and fall enough after it."""
    level, n = curve.smooth, len(curve)
    drops = drops_after(level, ends)
    enough = drops >= np.maximum(least, LEDGE_DROP_NOISES * curve.noise[ends])
    ends, drops = ends[enough], drops[enough]
    shortest = np.maximum(max(FEWEST_LEDGE_BINS, LEDGE_OF_RUN * n), LEDGE_OF_TIME_BEFORE * ends)
    starts = np.stack([flat_since(level, ends, flat * drops, shortest) for flat in LEDGE_FLAT_OF_DROP], axis=1)
    places, which = np.nonzero(starts <= ends[:, None])
    starts, ends, drops = starts[places, which], ends[places], drops[places]
    reach = np.minimum(np.maximum(3, np.minimum(ends, n // 5)), ends - starts + 1)
    ahead = np.minimum(np.arange(int(reach.max(initial=0)) + 1), reach[:, None])
    within, before = level[np.minimum(ends[:, None] + ahead, n - 1)], level[ends]
    fallen = before - within.min(axis=1)
    lows = ends + np.argmax(within <= (before - (1 - SLIGHT) * fallen)[:, None], axis=1)
    for i in np.flatnonzero((lows > ends) & (fallen >= HALF * drops)).tolist():
        yield _Stretch(int(starts[i]), int(ends[i]), int(lows[i]), float(fallen[i]))


def _ledge(curve: Curve, one: _Stretch, rank: int, count: int) -> Ledge:
    level = curve.smooth
    noise = middle(curve.noise[one.start : one.end + 1]) + 0.002
    kick = _under_way(level, noise, one)
    flat = middle(level[one.start + (one.end - one.start) // 2 : kick + 1])
    off = np.flatnonzero(np.abs(level[: kick + 1] - flat) > max(ON_LEDGE_OF_DROP * one.drop, 2 * noise))
    off = off[off <= (one.start + kick) // 2]
    start = min(int(off[-1]) + 1 if len(off) else 0, kick)
    features = _features(curve, one, noise, rank, count)
    return Ledge(start, max(start, kick), kick, one.low, one.drop, features)


def _under_way(level: Floats, noise: float, one: _Stretch) -> int:
    """The last bin before the level is clearly below the shelf's for three bins: the end may be a spike, or early."""
    shelf = min(float(level[one.end]), median(level[one.start : one.end + 1]))
    fallen = min(UNDER_WAY_OF_DROP * float(level[one.end] - level[one.low]), float(UNDER_WAY_AT_MOST))
    is_below = level[one.end : one.low + 3] < shelf - max(fallen, 2 * noise)
    lasting = np.flatnonzero(is_below[:-2] & is_below[1:-1] & is_below[2:])
    return one.end + max(int(lasting[0]) - 1, 0) if len(lasting) else one.end


def _features(curve: Curve, one: _Stretch, noise: float, rank: int, count: int) -> dict[str, float]:
    n, level = len(curve), curve.smooth
    start, end, low, drop, length = one.start, one.end, one.low, one.drop, one.length
    inside = level[start : end + 1]
    loss = np.exp(level) if curve.softening is not None else level
    slope = line_through(loss[start : end + 1])[0]
    taken = int(np.argmax(loss[end : low + 1] <= (loss[end] + loss[low]) / 2)) or 1
    pace = float(loss[end] - loss[end + taken]) / taken
    falls = -np.diff(np.minimum.accumulate(level[max(0, end - 2) : low + 3]))
    steepest = int(np.argmax(falls))
    after = level[low : low + max(3, length // 2)]
    learnt = float(curve.scaled(curve.initial) - inside.mean())
    before = float(level[:start].min()) if start else float(level[end])

    def share(part: float, whole: float) -> float:
        return float(np.log(between(part / (whole + TINY), 1e-3, 1)))

    return {
        "drop": float(np.log(drop)),
        "drop_noises": float(np.log(drop / noise)),
        "drop_strays": float(np.log(drop / (curve.strays(length) + 0.003))),
        "length": float(np.log(length / n)),
        "bins": float(np.log(length)),
        "of_time_before": float(np.log(length / (end + 1))),
        "from_start": float(start <= max(1, 0.03 * n)),
        "uneven": float(np.log((abs(inside[0] - inside[-1]) + 0.3 * float(np.ptp(inside)) + 0.002) / drop)),
        "pace": float(np.log(between(pace / max(-slope, UNSEEN * abs(pace), TINY), 0.05, 100))),
        "drop_of_length": float(np.log((low - end) / length)),
        "drop_duration": float(np.log((low - end) / n)),
        "of_linear_range": share(float(loss[end] - loss[low]), float(np.ptp(loss[: low + 1]))),
        "of_range_so_far": share(drop, float(np.ptp(level[: low + 1]))),
        "of_range": share(drop, float(np.ptp(curve.u))),
        "kept": float(level[end] - median(after)) / max(drop, TINY),
        "steepest": float(falls[steepest]) / max(drop, TINY),
        "before_steepest": float(falls[:steepest].sum()) / max(drop, TINY),
        "learnt_before": learnt,
        "learnt_of_drop": learnt / max(drop, TINY),
        "position": end / n,
        "rank": float(rank),
        "new_best": between(before - level[low], -2, 2) / max(drop, TINY),
        "count": float(count),
    }
