"""Finds where a new run starts in a log whose step keeps counting: folds, patients or runs, one after another.

The loss then jumps in one row to about where training starts and decays as it did before. A jump of an unstable run
may decay as well, but it does not reach the same height again and again.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.detectors.scales import CLEAR, FEW, HALF, PARTS, SLIGHT, SURE, UNSEEN
from engine.detectors.stream.scatter import NOTHING, median, medians, spread
from engine.table import Floats, Rows

# `tests/engine/detectors/test_restarts.py` holds what is found and let through among the simulated logs of
# `tests/made/restart_logs.py`: folds, and spikes and collapses that only look like them. "The jump" is the median one.
FEWEST_SURE_RESTARTS = 3  # restarts: fewer may be collapses of a single training
LIKE_OF_JUMP = 0.15  # of the jump: mean distance between what follows and the start of the log
PROFILE_AGES = 32  # ages, even on a logarithmic scale, at which two stretches are compared


def find_restarts(u: Floats) -> Rows:
    """Indices of the points that start another training; empty where there is no clear one.

    `u` is the loss on the scale on which its scatter is homogeneous. It searches for jumps after
    which the loss does what no single training does (see above); where there are none, for runs of one length that
    fill the log and take one course: those may start within several rows, as averages do.

    Examples
    --------
    >>> fold = np.log(0.3 + np.exp(-np.arange(50) / 10))
    >>> find_restarts(np.tile(fold, 4))
    array([ 50, 100, 150])
    >>> find_restarts(fold)
    array([], dtype=int64)
    """
    found = _by_jumps(u)
    return found if len(found) else _by_length(u)


def are_of_one_length(restarts: Rows, first: int, last: int) -> bool:
    """Whether runs that start at these rows and at `first`, the last of which ends at `last`, are equally long."""
    lengths = np.diff(np.concatenate([[first], restarts, [last + 1]]))
    return bool(np.ptp(lengths) <= max(1.0, UNSEEN * median(lengths)))


def _by_jumps(u: Floats) -> Rows:
    none = np.empty(0, np.int64)
    jumps = _jumps(u)
    if not len(jumps):
        return none
    at = jumps[_is_alone(u, jumps)]
    if not len(at):
        return none
    jump, height = median(u[at] - u[at - 1]), median(u[at])
    unlike = _unlike(len(at)) * jump
    lowest = -unlike
    highest = CLEAR if len(at) >= PARTS else min(CLEAR, unlike)  # unstable runs go higher
    if not lowest <= height - u[:2].max() <= highest or (len(at) > 1 and spread(u[at]) > unlike):
        return none
    if not _are_alike(u, at, jump):
        return none
    if _is_even(at) and not _flattens(u, at):
        return none
    return at if len(at) < FEWEST_SURE_RESTARTS else jumps[u[jumps] > height - jump / 2]


def _unlike(jumps: int) -> float:
    """Of the jump: how far the losses reached may scatter, and lie from the first; a collapse reaches any height."""
    return CLEAR if jumps > 1 else CLEAR / 2


def _by_length(u: Floats) -> Rows:
    """The starts of as many runs of one length as there may be, each of which takes the course of the first."""
    noise = spread(np.diff(u)) / np.sqrt(2)
    for count in range(PARTS, 1, -1):
        length = len(u) // count
        if len(u) % count or length < PARTS:
            continue
        runs = u.reshape(count, length)
        near = max(1, length // PROFILE_AGES)
        starts, ends = medians(runs[:, :near]), medians(runs[:, -2 * near :])
        jumps = starts[1:] - ends[:-1]
        jump = median(jumps)
        least = max(SLIGHT, SURE * np.sqrt(2 / near) * noise, jump / 2)
        if jumps.min() < least or np.ptp(starts) > _unlike(count - 1) * jump or _jumps_inside(runs, near) > jump / 2:
            continue
        by_noise = HALF * noise  # what two runs of one course are apart
        first = np.array([_distance(runs[0], run) for run in runs[1:]]) - by_noise
        are_like = count > FEWEST_SURE_RESTARTS and median(first) < LIKE_OF_JUMP * jump
        if are_like or max(first) < LIKE_OF_JUMP * jump:
            return np.arange(1, count) * length
    return np.empty(0, np.int64)


def _jumps_inside(runs: Floats, near: int) -> float:
    """The largest jump that comes at one age in most of the runs: then they are several epochs each."""
    sums = np.cumsum(runs, axis=1)
    at = np.arange(2 * near, runs.shape[1] - near)
    before = (sums[:, at - 1] - sums[:, at - 2 * near] + runs[:, at - 2 * near]) / (2 * near)
    after = (sums[:, at + near - 1] - sums[:, at - 1]) / near
    return float(medians((after - before).T).max(initial=-np.inf))


def _jumps(u: Floats) -> Rows:
    """Rows at which the loss jumps up by about as much as at most of the others."""
    if len(u) < 2 * FEW:
        return np.empty(0, np.int64)
    changes = np.diff(u)
    least = max(SURE * spread(changes), SLIGHT)
    at = np.flatnonzero(changes > least) + 1
    if not len(at) or len(at) > len(u) // FEW:
        return np.empty(0, np.int64)
    order = at[np.argsort(-(u[at] - u[at - 1]), kind="stable")]
    sizes = u[order] - u[order - 1]
    medians = np.array([sizes[i // 2] for i in range(len(sizes))])  # of those at least as large: they are in order
    small = np.flatnonzero(sizes < CLEAR * medians)
    return np.sort(order[: small[0]] if len(small) else order)


def _is_alone(u: Floats, at: Rows) -> np.ndarray:
    """Whether each jump starts from the level before it, is no lone point, and is lost again by what follows."""
    good = np.zeros(len(at), bool)
    stops = np.append(at[1:], len(u))
    for i, (first, stop, size) in enumerate(zip(at, stops, u[at] - u[at - 1], strict=True)):
        before = u[max(0, first - FEW) : first]
        if stop - first < FEW or len(before) < FEW:
            continue
        climbed = u[first - 1] - median(before) > CLEAR * size
        stays = u[first + 1] - u[first - 1] > CLEAR * size
        returns = median(u[(first + stop) // 2 : stop]) < u[first] - HALF * size
        good[i] = not climbed and stays and returns
    return good if good.sum() > HALF * len(at) else np.zeros(len(at), bool)


def _are_alike(u: Floats, at: Rows, jump: float) -> bool:
    """Whether what follows the jumps is what followed the start of the run or, of many, what followed the others."""
    stops = np.append(at[1:], len(u))
    first = [_distance(u[: at[0]], u[a:b]) / jump for a, b in zip(at, stops, strict=True)]
    if max(first) < LIKE_OF_JUMP or (len(at) >= FEWEST_SURE_RESTARTS and median(np.array(first)) < LIKE_OF_JUMP):
        return True
    if len(at) < PARTS:
        return False
    falls = [(u[a:b] - u[a]) / (u[a] - u[a - 1]) for a, b in zip(at, stops, strict=True)]
    return median(np.array([_distance(x, y) for x, y in pairwise(falls)])) < SLIGHT


def _is_even(at: Rows) -> bool:
    """Whether they lie as far apart as epochs of one training."""
    gaps = np.diff(at, prepend=0)
    return len(at) > 1 and float(np.ptp(gaps)) <= SLIGHT * median(gaps) + 2


def _flattens(u: Floats, at: Rows) -> bool:
    """Whether each fall is as good as over by its middle: trainings fall less and less."""
    left = []
    for first, stop in pairwise(at):
        middle, near = (first + stop) // 2, max(1, (stop - first) // PROFILE_AGES)
        floor = median(u[stop - 2 * near : stop])
        left.append((median(u[middle - near : middle + near]) - floor) / max(u[first] - floor, NOTHING))
    return median(np.array(left)) <= CLEAR


def _distance(one: Floats, other: Floats) -> float:
    """Mean distance between two stretches, age by age on a logarithmic scale; infinite where one is too short."""
    ages = min(len(one), len(other))
    if ages < FEW:
        return float("inf")
    edges = np.unique(np.round(np.geomspace(1, ages, PROFILE_AGES)).astype(int))
    parts = zip(np.append(0, edges[:-1]), edges, strict=True)
    return float(np.mean([abs(median(one[a:b]) - median(other[a:b])) for a, b in parts]))
