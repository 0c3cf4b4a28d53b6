"""Few epochs: jumps at even distances, their sizes compared with what the curve does elsewhere.

Ranks, by which combs are compared (`comb`), show little of three or four places. Sizes show more, if the scatter they
are measured in is that of the same contrast at all other places, every boundary has to show the jump, and elsewhere
hardly anything may come near.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.detectors.epochs.contrasts import (
    MEAN_OVER_MEDIAN,
    MOST_OF_CURVE,
    QUARTERS,
    SHORTEST_EPOCH,
    ladder,
    steady_scatter,
)
from engine.detectors.scales import CLEAR, FEW, HALF, SURE
from engine.detectors.stream.digest import MOST_BINS
from engine.detectors.stream.filters import maximum_filter
from engine.detectors.stream.scatter import extended, gaussian_within, median, quantile
from engine.table import Floats, Rows
from engine.values import dataclass

FEWEST_BOUNDARIES, MOST_BOUNDARIES = 3, 15  # boundaries; more are found by ranks
JUMPS_MARGIN = 1.0  # scores above the largest expected of so many Gaussian ones; set by `tools.rates.boundary`
TIMES_OTHER_PLACES = 2.0  # times what nine tenths of the places between the boundaries stay below
OFF_BY_BINS = 1  # bins: all boundaries together, since a log may start before the first step or after it
SHIFTS = np.arange(-OFF_BY_BINS, OFF_BY_BINS + 1)
WIDEST_JUMP = 32  # bins that are compared before and after a place


@dataclass(frozen=True)
class Jumps:
    """Points at which the curve jumps, the distance between them, their median size and how sure they are."""

    firsts: Rows
    period: int
    size: float
    score: float
    threshold: float


def find_jumps(u: Floats) -> Jumps | None:
    """The jumps at even distances, counted from the first point, that stand out most; None where none do.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> steps = np.repeat([0.0, -0.3, -0.5, -0.7], 15) + 0.03 * rng.standard_normal(60)
    >>> find_jumps(steps).firsts
    array([15, 30, 45])
    >>> find_jumps(0.05 * rng.standard_normal(60)) is None
    True
    """
    each = -(-len(u) // MOST_BINS)
    binned = u[: len(u) // each * each].reshape(-1, each).mean(axis=1)
    n = len(binned)
    if n < (FEWEST_BOUNDARIES + 1) * SHORTEST_EPOCH:
        return None
    widths, sizes = _sizes(binned / steady_scatter(binned), n // (FEWEST_BOUNDARIES + 1) // 2)
    if not len(widths):
        return None
    combs = _combs(n)
    clipped = np.minimum(sizes, SURE)  # a single giant does not decide
    tests = len(widths) * sum(places.shape[2] for places in combs)
    threshold = float(np.sqrt(2 * np.log(max(tests, 2)))) + JUMPS_MARGIN
    best: tuple[float, Rows] | None = None
    largest = clipped.reshape(-1, 3, n).max(axis=1)
    highest = largest.max(axis=0)
    for places in combs:
        likely = _likely(highest, largest, places, best[0] if best else threshold)
        for at in (places[:, i, these].T for i, these in enumerate(likely) if these.any()):
            best = _best(widths, sizes, clipped, at, best or (threshold, at[0])) or best
    return _jumps(u, best[1] * each, each, best[0], threshold) if best else None


def _sizes(calm: Floats, widest: int) -> tuple[Rows, Floats]:
    """For each width, upwards, downwards and either: how far each place stands out, zero on the flanks of another."""
    found = dict(_contrasts(calm, widest))
    up = np.array([maximum_filter(z, 2 * width + 1) for width, z in found.items()])
    down = np.array([maximum_filter(-z, 2 * width + 1) for width, z in found.items()])
    z = np.array(list(found.values()))
    largest = np.stack([up, down, np.maximum(up, down)], axis=1)  # a mean that restarts jumps up or down
    sizes = np.stack([z, -z, np.abs(z)], axis=1)
    sizes = np.where(sizes >= HALF * largest, sizes, 0.0)
    return np.repeat(np.array(list(found), np.int64), sizes.shape[1]), sizes.reshape(-1, len(calm))


def _contrasts(calm: Floats, widest: int) -> Iterator[tuple[int, Floats]]:
    """Steps between the means of so many points before and after each, less the slope, in scatters of their own."""
    sums = np.concatenate([[0.0], np.cumsum(calm)])
    n = len(calm)
    at = np.arange(n)
    for width in ladder(1, WIDEST_JUMP, 2):
        if width > max(1, widest):
            return
        low, high = np.maximum(at - width, 0), np.minimum(at + width, n)
        after = (sums[high] - sums[at]) / (high - at)
        before = np.where(at > 0, (sums[at] - sums[low]) / np.maximum(at - low, 1), after)
        step = after - before
        beside = extended(step, width)
        step = step - (beside[:n] + beside[2 * width :]) / 2
        scatter = quantile(np.abs(step[width:]), HALF) / gaussian_within(HALF)
        if scatter > 0:
            yield width, step / scatter


@lru_cache(maxsize=2)
def _combs(n: int) -> list[Rows]:
    """For each number of boundaries the places of any period and shift, shape (number, shifts, periods)."""
    found = []
    for count in range(FEWEST_BOUNDARIES, MOST_BOUNDARIES + 1):
        low, high = max(n / (count + 1), SHORTEST_EPOCH), (n - 2) / count
        if low < high:
            periods = np.arange(low, high, 1 / count)
            places = np.round(periods * np.arange(1, count + 1)[:, None]).astype(np.int64)
            found.append(np.minimum(np.maximum(places[:, None] + SHIFTS[:, None], 1), n - 1))
    return found


def _likely(highest: Floats, largest: Floats, places: Rows, least: float) -> NDArray[np.bool_]:
    """Which combs may score more than `least`: no mean is above that of what is `largest` in either direction.

    Most are ruled out by the `highest` over all widths, which is asked first.
    """
    least = least * np.sqrt(len(places))  # so high are sums
    likely = highest.take(places).sum(axis=0) > least
    if likely.any():
        likely[likely] = largest.take(places[:, likely], axis=1).sum(axis=1).max(axis=0) > least
    return likely


def _best(
    widths: Rows, sizes: Floats, clipped: Floats, places: Rows, known: tuple[float, Rows]
) -> tuple[float, Rows] | None:
    """Score and places of the highest comb that beats what is known."""
    count = places.shape[1]
    means = clipped.take(places, axis=1).mean(axis=2) * np.sqrt(count)
    means[2 * widths[:, None] > places[None, :, 0] + OFF_BY_BINS] = 0.0
    best = None
    for test, comb in np.argwhere(means > known[0]):
        teeth = sizes[test, places[comb]]
        middle = median(teeth)
        score = min(float(means[test, comb]), np.sqrt(count) * MEAN_OVER_MEDIAN * min(middle, SURE))
        lacking = int((teeth < max(HALF * SURE, CLEAR * middle)).sum())
        if score > known[0] and lacking <= count // (FEW + 1):
            z = sizes[test - test % 3 + 2]
            if _stands_apart(z, places[comb], int(widths[test]), middle):
                best = known = (score, places[comb])
    return best


def _stands_apart(z: Floats, firsts: Rows, width: int, height: float) -> bool:
    """Whether the places between stay far below: a wave is high in half of them."""
    off = np.abs(np.arange(len(z))[:, None] - np.concatenate([[0], firsts])).min(axis=1)
    as_large = np.flatnonzero((off > 2 * width) & (z > HALF * height))
    elsewhere = 1 + int((np.diff(as_large) > 2 * width).sum()) if len(as_large) else 0
    others = z[off > width]
    usual = quantile(others, MOST_OF_CURVE) if len(others) else 0.0
    return elsewhere <= len(firsts) // FEWEST_BOUNDARIES and height > TIMES_OTHER_PLACES * usual


def _jumps(u: Floats, firsts: Rows, each: int, score: float, threshold: float) -> Jumps:
    if each > 1:
        firsts = np.array([_largest(u, first, each) for first in firsts])
    period = round(median(np.diff(np.concatenate([[0], firsts]))))
    reach = max(1, period // QUARTERS)
    sizes = [np.mean(u[first : first + reach]) - np.mean(u[max(0, first - reach) : first]) for first in firsts]
    return Jumps(firsts, period, median(np.array(sizes)), score, threshold)


def _largest(u: Floats, first: int, each: int) -> int:
    """The point within a bin or two of a place at which the means before and after it differ most."""
    near = SHORTEST_EPOCH * each
    at = np.arange(max(first - each, near), min(first + 2 * each, len(u) - near))
    if not len(at):
        return first
    sums = np.concatenate([[0.0], np.cumsum(u[at[0] - near : at[-1] + near])])
    k = np.arange(len(at)) + near
    return int(at[np.argmax(np.abs(sums[np.minimum(k + near, len(sums) - 1)] - 2 * sums[k] + sums[k - near]))])
