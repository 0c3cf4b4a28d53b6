"""How far healthy points reach: the upper tail of what was seen so far."""

from __future__ import annotations

import numpy as np

from engine.detectors.scales import FEW
from engine.detectors.stream.digest import MOST_BINS, MOST_SEARCHED
from engine.table import Floats

SCORE_EDGES = np.logspace(-2, 6, MOST_BINS)  # of the histogram
EXCEEDED_BY = 0.1, 0.05, 0.01  # shares of the scores, which show the shape of their tail
ENOUGH_SCORES = round(FEW / EXCEEDED_BY[-1])  # points, from which the last is known
HALVED_AT = MOST_SEARCHED  # points at which older ones start to count less
EXCEEDED_RATE = 1e-5  # per point: what the threshold aims at
# Times the reach, for the uncertainty of the shape, and times the largest score so far, while there are fewer: with it
# the noises of tools/rates/false_alarms.py stay below 1 in 10 000.
TAIL_SAFETY = 2.0


class Tail:
    """Distribution of the scores of healthy points, and the score that one in 100 000 of them exceeds.

    Above the 90th percentile the scores are taken as a generalised Pareto tail. With a, b, c the 90th, 95th and 99th
    percentile, the shape follows from ``(c - b) / (b - a) = (10^x - 2^x) / (2^x - 1)`` (Pickands' idea with other
    percentiles), and the score exceeded with probability p is ``a + (b - a) ((0.1 / p)^x - 1) / (2^x - 1)``.
    """

    def __init__(self) -> None:
        self._counts = np.zeros(len(SCORE_EDGES) + 1)
        self._uncounted: list[Floats] = []
        self._waiting = 0  # scores in them
        self._largest = 0.0

    def add(self, scores: Floats) -> None:
        """Take scores of healthy points in; those of spikes must stay out, else the first hides the second."""
        if len(scores):
            self._uncounted.append(scores)
            self._waiting += len(scores)
            if self._waiting > HALVED_AT:
                self._count()

    def threshold(self, least: float) -> float:
        """The score that a spike must exceed, at least `least`."""
        self._count()
        total = self._counts.sum()
        if total < ENOUGH_SCORES:
            return max(least, TAIL_SAFETY * self._largest)
        share = np.cumsum(self._counts) / total
        a, b, c = np.interp(1 - np.array(EXCEEDED_BY), share[:-1], SCORE_EDGES)
        if b <= a:
            return least
        shape = _shape((c - b) / (b - a))
        reach = (b - a) * _growth(EXCEEDED_RATE, shape) / _growth(EXCEEDED_BY[1], shape)
        return max(least, TAIL_SAFETY * float(a + reach))

    def _count(self) -> None:
        """Count what was added since a threshold was last asked for, as if each had been counted at once."""
        together: list[Floats] = []
        total = self._counts.sum()
        for scores in self._uncounted:
            if total > HALVED_AT:
                self._put(together)
                self._counts /= 2
                together, total = [], self._counts.sum()
            together.append(scores)
            total += len(scores)
        self._put(together)
        self._uncounted, self._waiting = [], 0

    def _put(self, together: list[Floats]) -> None:
        if together:
            scores = np.concatenate(together)
            self._largest = max(self._largest, float(scores.max()))
            self._counts += np.bincount(np.searchsorted(SCORE_EDGES, scores, "right"), minlength=len(self._counts))


def _growth(share: float, shape: Floats | float) -> Floats | float:
    """What the score that a share of them exceeds lies above that of the largest share, but for the unit."""
    return (EXCEEDED_BY[0] / share) ** shape - 1


_SHAPES = np.linspace(-1, 1, MOST_BINS)  # an even number of them, so that none is zero
_RATIOS = _growth(EXCEEDED_BY[2], _SHAPES) / _growth(EXCEEDED_BY[1], _SHAPES) - 1


def _shape(ratio: float) -> float:
    return float(np.interp(ratio, _RATIOS, _SHAPES))
