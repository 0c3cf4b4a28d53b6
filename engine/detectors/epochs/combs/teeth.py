"""One comb: how high the scores are at places a period apart, throughout or from or up to some epoch."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.detectors.epochs.contrasts import MEAN_OVER_MEDIAN
from engine.detectors.scales import BRIEF, FEW, HALF, LONG
from engine.detectors.stream.scatter import TINY, median
from engine.table import Floats, Rows
from engine.values import dataclass

TRIED = 8  # of the best by a rough measure: so many are looked at closely
PARTIAL_PENALTY = HALF  # scores, where it does not hold throughout: so many more combs are compared
SURE_LOG_RATIO = float(np.log(1 / BRIEF))  # log likelihood ratio at which teeth at either end are taken for low


@dataclass(frozen=True)
class Teeth:
    """The places at which something holds; `has_begun_late`, `has_stopped`: there are teeth before or after them."""

    places: Rows
    score: float
    has_begun_late: bool = False
    has_stopped: bool = False


def best_phase(scores: Floats, period: float, least: float) -> Teeth:
    """The phase and stretch of a comb with the highest mean, where no single tooth decides.

    The mean counts times the root of the number of teeth: one standard deviation of noise. Below `least` the medians
    are not computed, since they could only lower it.
    """
    places = comb_places(len(scores), period)
    teeth = scores[places] if places is not None else scores[: len(scores) // int(period) * int(period)]
    teeth = teeth.reshape(-1, int(np.ceil(period)))
    starts, stops, means = _windows(teeth)
    best = Teeth(np.empty(0, np.int64), float(means.max()))
    if best.score <= least:
        return best
    order = np.argpartition(means.ravel(), -min(TRIED, means.size))[-min(TRIED, means.size) :]
    found: tuple[float, int, int] | None = None
    for index in order:
        window, phase = divmod(int(index), means.shape[1])
        score = robust_score(teeth[starts[window] : stops[window], phase], stops[window] - starts[window] < len(teeth))
        if found is None or score > found[0]:
            found = score, window, phase
    assert found is not None
    score, window, phase = found
    at = np.rint(phase + np.arange(len(teeth)) * period).astype(np.int64)
    first, stop = held(teeth[:, phase], int(starts[window]), int(stops[window]))
    return Teeth(at[first:stop], score, first > 0, stop < len(at))


def best_stretch(teeth: Floats, least: float = -np.inf) -> tuple[float, int, int] | None:
    """The score, start and stop of the highest stretch of teeth; None if none scores more than `least`.

    No stretch scores more than its mean, so the medians of most are not needed.
    """
    starts, stops, means = _windows(teeth[:, None])
    limits = means[:, 0] + TINY  # what a mean loses by rounding
    best: tuple[float, int, int] | None = None
    for index in np.argsort(-limits):
        if limits[index] < (least if best is None else best[0]):
            break
        start, stop = int(starts[index]), int(stops[index])
        found = robust_score(teeth[start:stop], stop - start < len(teeth)), start, stop
        best = found if best is None else max(best, found)
    return best if best is not None and best[0] > least else None


def robust_score(teeth: Floats, is_partial: bool = False) -> float:
    """Mean in standard errors of unit noise; the median limits what single teeth can do."""
    mean, middle = float(teeth.mean()), median(teeth)
    score = float(np.sqrt(len(teeth)) * min(mean, MEAN_OVER_MEDIAN * max(middle, 0.0)))
    return score - PARTIAL_PENALTY * is_partial


def held(teeth: Floats, start: int = 0, stop: int | None = None) -> tuple[int, int]:
    """From which tooth to which (exclusive) they are high, by the likelihood of unit noise about their mean or zero.

    `start` and `stop` are a first guess. At either end teeth are left out only where that is clearly more likely.

    Examples
    --------
    >>> held(np.array([0.1, -0.2, 0.0, 0.3, 3.0, 2.5, 3.2, 2.8, 3.1]), 3)
    (4, 9)
    """
    stop = len(teeth) if stop is None else stop
    for _time in range(FEW):  # the first guess is a stretch of a coarse grid, so its mean is too low
        height = float(np.mean(teeth[start:stop]))
        gains = height * (teeth - height / 2)
        before = np.concatenate([[0.0], np.cumsum(gains)])
        after = before[-1] - before
        start = int(np.argmin(before[:stop])) if before[:stop].min() < -SURE_LOG_RATIO else 0
        rest = after[start + 1 :]
        stop = start + 1 + int(np.argmin(rest)) if rest.min() < -SURE_LOG_RATIO else len(teeth)
    return start, stop


def comb_places(points: int, period: float) -> Rows | None:
    """The points of each phase (columns) in each period (rows); None where the period is whole: they lie in order."""
    if period == int(period):
        return None
    phases = np.arange(int(np.ceil(period)))
    whole = int((points - len(phases)) / period) + 1
    return (phases + np.rint(np.arange(whole) * period)[:, None]).astype(np.int64)


def _windows(teeth: Floats) -> tuple[Rows, Rows, Floats]:
    """Starts and stops of stretches of teeth, and the mean of each and of each phase in standard errors.

    `teeth` has the shape (teeth, phases), the means (stretches, phases).
    """
    whole = len(teeth)
    edges, starts, stops, first, last, scale, penalty = _stretches(whole)
    parts = teeth if len(edges) > whole else np.add.reduceat(teeth, edges[:-1], axis=0)
    sums = np.zeros((len(edges), teeth.shape[1]), teeth.dtype)
    for i in range(len(edges) - 1):  # a few long rows, for which `cumsum` is slow
        np.add(sums[i], parts[i], out=sums[i + 1])
    return starts, stops, (sums.take(last, 0) - sums.take(first, 0)) / scale - penalty


@lru_cache
def _stretches(whole: int) -> tuple[Rows, Rows, Rows, Rows, Rows, Floats, Floats]:
    """Edges between teeth, at which what happens may start or stop, and where: as teeth, and as edges.

    Then the root of the number of teeth of each stretch, and what its mean loses if it is not all of them, both of
    shape (stretches, 1).
    """
    edges = np.rint(np.linspace(0, whole, min(whole, TRIED) + 1)).astype(np.int64)
    inner = edges[1:-1]
    fewest = fewest_in_a_row(whole)
    late, early = inner[whole - inner >= fewest], inner[inner >= fewest]
    starts = np.concatenate([[0], late, np.zeros(len(early), np.int64)])
    stops = np.concatenate([[whole], np.full(len(late), whole), early])
    counts = stops - starts
    first, last = np.searchsorted(edges, starts), np.searchsorted(edges, stops)
    return edges, starts, stops, first, last, np.sqrt(counts)[:, None], PARTIAL_PENALTY * (counts < whole)[:, None]


def fewest_in_a_row(whole: Rows | int) -> Floats:
    """Of so many teeth the fewest that count as a stretch: fewer are high by chance."""
    return np.maximum(FEW, LONG * whole)
