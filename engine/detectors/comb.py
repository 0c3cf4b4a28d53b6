"""Whether something stands out every so many points: the search for a period that no column tells.

A comb of one place a period finds what an autocorrelation cannot: one point in a thousand. Combs of all periods would
be too dear, so the autocorrelation of the rare high scores proposes periods and the combs decide, by a threshold for
all periods and phases that could have been proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from engine.detectors.contrasts import Contrast
from engine.table import Floats

SHORTEST = 8
FEWEST_PERIODS = 4
PROPOSED = 6  # periods by each autocorrelation
RARE = (2.0, 1.0)  # scores above these count as high
MARGIN = 0.5  # added to the largest score expected of noise; `python -m tools.boundary_rates` shows what it buys
SHORTER = 0.8  # of the best comb: what a divisor of its period must reach to be the period
PEAK = 2.0  # times what nine tenths of the other phases stay below: else the whole curve waves
TRIED = 12  # phases of a comb by their mean, of which the medians are taken too
EVEN = 0.5  # of the highest: the mean of every second (third, ...) tooth, if the shorter period is the true one
MOST_BY_ONE = 1.5  # medians that the mean of a comb counts for at most


@dataclass(frozen=True)
class Tooth:
    """Something that comes back: every `period` points, first at point `first`; `score` in standard deviations."""

    contrast: Contrast
    period: int
    first: int
    sign: int
    score: float
    threshold: float

    @property
    def strength(self) -> float:
        return self.score / self.threshold


def find_tooth(candidates: Sequence[Contrast], points: int) -> Tooth | None:
    """The strongest comb of all contrasts, or None where none exceeds what noise would reach."""
    longest = points // FEWEST_PERIODS
    if longest < SHORTEST:
        return None
    signed = [(c, s) for c in candidates for s in ((1, -1) if c.is_signed else (1,))]
    threshold = float(np.sqrt(2 * np.log(longest**2 / 2 * len(signed)))) + MARGIN
    best: Tooth | None = None
    for (contrast, sign), periods in zip(signed, _proposed(signed, points, longest), strict=True):
        for period in periods:
            tooth = _comb(contrast, int(period), sign, threshold)
            if tooth.score > max(threshold, best.score if best else 0.0) and _stands_alone(tooth):
                best = tooth
    return _shortest(best) if best else None


def _proposed(signed: Sequence[tuple[Contrast, int]], points: int, longest: int) -> Floats:
    """For each contrast and sign the lags at which rare scores meet most often beyond chance."""
    scores = np.array([sign * contrast.scores for contrast, sign in signed], np.float32)
    lags = np.arange(SHORTEST, longest + 1)
    size = next_fast_len(points + longest, real=True)
    found = []
    for rare in RARE:
        high = (scores > rare).astype(np.float32) if rare > 1.5 else np.maximum(scores - rare, 0)
        high -= high.mean(axis=1, keepdims=True)
        together = irfft(np.abs(rfft(high, size, axis=1)) ** 2, size, axis=1)[:, SHORTEST : longest + 1]
        found.append(_highest(together / np.sqrt(points - lags), lags))
    return np.concatenate(found, axis=1)


def _highest(heights: Floats, lags: np.ndarray) -> np.ndarray:
    count = min(PROPOSED, heights.shape[1])
    return lags[np.argpartition(-heights, count - 1, axis=1)[:, :count]]


def _comb(contrast: Contrast, period: int, sign: int, threshold: float) -> Tooth:
    """The best phase: the mean score of its teeth times the root of their number, where no single tooth decides."""
    whole = len(contrast.scores) // period
    teeth = contrast.scores[: whole * period].reshape(whole, period)
    mean = sign * teeth.mean(axis=0)
    highest = int(np.argmax(mean))
    if np.sqrt(whole) * mean[highest] <= threshold:  # the medians could only lower it
        return Tooth(contrast, period, highest, sign, float(np.sqrt(whole) * mean[highest]), threshold)
    tried = np.argpartition(mean, -min(TRIED, period))[-min(TRIED, period) :]
    middle = np.median(sign * teeth[:, tried], axis=0)
    scores = np.sqrt(whole) * np.minimum(mean[tried], MOST_BY_ONE * np.maximum(middle, 0))
    best = int(np.argmax(scores))
    return Tooth(contrast, period, int(tried[best]), sign, float(scores[best]), threshold)


def _stands_alone(tooth: Tooth) -> bool:
    """Whether the other phases stay far below: a wave is high in half of them."""
    whole = len(tooth.contrast.scores) // tooth.period
    teeth = tooth.contrast.scores[: whole * tooth.period].reshape(whole, tooth.period)
    heights = np.abs(teeth.mean(axis=0)) * np.sqrt(whole)
    away = np.abs((np.arange(tooth.period) - tooth.first + tooth.period // 2) % tooth.period - tooth.period // 2)
    others = heights[away > min(tooth.contrast.reach, tooth.period // 4)]
    return not len(others) or tooth.score > PEAK * float(np.quantile(others, 0.9))


def _shortest(tooth: Tooth) -> Tooth:
    """The same with the shortest period all of whose teeth are high: every second epoch is no period."""
    for divisor in range(tooth.period // SHORTEST, 1, -1):
        shorter = _comb(tooth.contrast, tooth.period // divisor, tooth.sign, tooth.threshold)
        teeth = tooth.sign * tooth.contrast.scores[shorter.first :: shorter.period]
        groups = [float(np.mean(teeth[i::divisor])) for i in range(divisor)]
        if shorter.score > tooth.score * SHORTER and min(groups) > EVEN * max(groups):
            return shorter
    return tooth
