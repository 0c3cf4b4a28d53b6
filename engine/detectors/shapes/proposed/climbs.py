"""Climbs of a curve above the best it had reached: proposals, from slight ones on, and what tells them from noise."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from engine.detectors.scales import BRIEF, FEW, HALF, PARTS, UNSEEN
from engine.detectors.shapes.proposed.surroundings import TINY, between, log, middle
from engine.detectors.shapes.rises import TOP_OF_HEIGHT, Rise, rises_above
from engine.detectors.shapes.turn import trend_score
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import median
from engine.detectors.stream.trend import wander
from engine.once import once

LEAST_CLIMBS = (np.log(1.04), np.log(1.25))  # ln(loss); searches from these heights on propose what one would hide
LEAST_NOISES = (1.5, 4.0)  # bin-to-bin standard deviations, in the same way
MOST_CLIMBS = 10
FEWEST_BINS = FEW
SAME_ONSET_OF_RUN = 1 / 60  # of the run: of two climbs that start so near each other the larger is proposed
RANGE_OF_LOG = 0.55  # of the range for one of ln(loss), where losses go negative
FEW_BINS = 60  # bins: in shorter curves each point counts, and a running median would move a turn


@once
def find_climbs(curve: Curve) -> tuple[Rise, ...]:
    """The rises that are proposed: one from the first bin on, one from the best to the end, and the weightiest others.

    A rise starts where the smoothed level is above the smallest one before it by some noises and some factor, and ends
    where it is back within 35 % of the height of that level; after it the search continues.
    """
    level = curve.smooth
    if len(level) < FEWEST_BINS:
        return ()
    apart = max(1, round(SAME_ONSET_OF_RUN * len(level)))
    best: dict[int, Rise] = {}
    for least, noises in product(LEAST_CLIMBS, LEAST_NOISES):
        least = least if curve.softening is not None else RANGE_OF_LOG * least
        for rise in rises_above(level, np.maximum(least, noises * curve.noise)):
            key = rise.onset // apart
            if key not in best or _weight(rise) > _weight(best[key]):
                best[key] = rise
    found = sorted(best.values(), key=lambda rise: -_weight(rise))[:MOST_CLIMBS]
    special = [r for r in (_hump(curve), _turn(curve)) if r and all(abs(r.onset - o.onset) > apart for o in found)]
    return (*special, *found)


def _weight(rise: Rise) -> float:
    """What climbs are ranked by."""
    return rise.lasting * float(np.sqrt(rise.length))


def _hump(curve: Curve) -> Rise | None:
    """The climb from the first bin on, which no running median shows where it is over within a few bins."""
    u, n = curve.u, len(curve)
    up = np.flatnonzero(u[1 : max(4, n // 3)] > u[0])
    if not len(up) or up[0] > max(2, n // 50):
        return None
    below = np.flatnonzero(u[1 + up[0] :] < u[0])
    end = int(up[0] + below[0]) if len(below) else n - 1
    peak = int(np.argmax(u[: end + 1]))
    height = float(u[peak] - u[0])
    if peak < 1 or height < UNSEEN:
        return None
    top = 1 + int(np.argmax(u[1 : end + 1] >= u[0] + TOP_OF_HEIGHT * height))
    return Rise(0, top, peak, end, height, float(median(u[top : end + 1]) - u[0]), bool(len(below)))


def _turn(curve: Curve) -> Rise | None:
    """The climb from the best level to the end, however slight."""
    u = curve.u if len(curve) <= FEW_BINS else curve.smooth
    best = len(u) - 1 - int(np.argmin(u[::-1]))
    after = u[best + 1 :]
    if len(after) < 2 or after.max() - u[best] < UNSEEN:
        return None
    height = float(after.max() - u[best])
    top = best + 1 + int(np.argmax(after >= u[best] + TOP_OF_HEIGHT * height))
    peak = best + 1 + int(np.argmax(after))
    return Rise(best + 1, top, peak, len(u) - 1, height, float(median(u[top:]) - u[best]), False)


def turn_of(curve: Curve, rise: Rise, few: int = FEW_BINS) -> int:
    """The bin of the best smoothed level before a rise: where early stopping would have stopped.

    In curves of at most `few` bins each point counts.
    """
    before = curve.smooth[: rise.onset + 1]
    best = int(np.flatnonzero(before == before.min())[-1])
    if len(curve) > few:
        return best
    first = max(0, best - 1)  # a running median moves a sharp turn by a point, which in few points is much
    return first + int(np.argmin(curve.u[first : best + 2]))


@once
def climb_features(curve: Curve) -> tuple[Mapping[str, float], ...]:
    """What a judge reads of each rise of `find_climbs`."""
    rises = find_climbs(curve)
    return tuple(_features(curve, rise, rank, rises) for rank, rise in enumerate(rises))


def _features(curve: Curve, rise: Rise, rank: int, rises: tuple[Rise, ...]) -> dict[str, float]:
    n, inside = len(curve), slice(rise.onset, rise.end + 1)
    initial, span = float(curve.scaled(curve.initial)), float(np.ptp(curve.u)) + TINY
    best = float(curve.level[: rise.onset + 1].min())
    after = middle(curve.level[rise.top : rise.end + 1])
    base = float(curve.smooth[max(rise.onset - 1, 0)])
    linear_span = max(abs(curve.initial - best), BRIEF * float(np.ptp(curve.level)), TINY)
    size = log(rise.lasting, 0.003)
    turn = turn_of(curve, rise)

    def over(scatter: float) -> float:
        return size - float(np.log(scatter + 0.003))

    return {
        "height": float(np.log(max(rise.height, 0.0) + 0.005)),
        "lasting": size,
        "length": float(np.log(rise.length / n)),
        "bins": float(np.log(rise.length)),
        "points_up": float(np.log(rise.length * curve.points / n)),
        "climb": float(np.log((rise.top - rise.onset + 1) / n)),
        "abrupt": float(np.log((rise.top - rise.onset + 1) / rise.length)),
        "is_back": float(rise.is_back),
        "position": rise.onset / n,
        "log_position": float(np.log(rise.onset + 1)),
        "first": float(rise.onset <= max(1, BRIEF * n)),
        "turned": turn / n,
        "stays": float((curve.u[rise.onset :] > curve.u[turn] + HALF * rise.lasting).mean()),
        "lost": float(np.log(between((after - best) / linear_span, 1e-4, 50))),
        "lost_of_range": float(np.log(between(rise.lasting / span, 1e-3, 1))),
        "over_scatter": over(middle(curve.scatter[inside])),
        "over_noise": over(middle(curve.noise[inside])),
        "over_wander": over(wander(curve.smooth[max(0, rise.onset - max(FEW, n // PARTS)) : rise.onset + 1])),
        "over_strays": over(curve.strays(rise.top - rise.onset)),
        "above_start": float(curve.smooth[rise.peak]) - initial,
        "above_first": float(curve.smooth[rise.peak] - curve.u[0]),
        "left": (middle(curve.u[-max(2, n // 12) :]) - base) / max(rise.height, TINY),
        "order": trend_score(curve.u[inside][:FEW_BINS]),
        "others": float(sum(o is not rise and o.lasting > 0.4 * rise.lasting for o in rises)),
        "rank": float(rank),
        "place_in_range": (middle(curve.u[rise.top : rise.end + 1]) - middle(curve.u)) / span,
        "gained_before": (initial - base) / max(rise.lasting, TINY),
    }
