"""Whether something stands out every so many points: the search for a period that no column holds.

A comb of one place a period finds what an autocorrelation cannot: one point in a thousand. Combs of all periods would
be too slow, so the autocorrelation of the rare high scores proposes periods and the combs decide, by a threshold for
all periods and phases that could have been proposed. A period need not be whole: where only every tenth step is logged,
epochs end between two rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.fft import irfft, rfft

from engine.detectors.epochs.combs.highest import highest_means
from engine.detectors.epochs.combs.teeth import TRIED, Teeth, best_phase, comb_places
from engine.detectors.epochs.contrasts import MOST_OF_CURVE, NEARLY_BEST, QUARTERS, Contrast
from engine.detectors.scales import HALF
from engine.detectors.stream.filters import fast_length
from engine.detectors.stream.scatter import quantile
from engine.table import Floats
from engine.values import dataclass

SHORTEST_PERIOD = 8  # points; shorter ones are left to `season`
FEWEST_PERIODS = 4  # of fewer `jumps` shows more
RARE_SCORE = 1.0  # standard deviation: scores count by what they lie above it
COMB_MARGIN = 0.8  # above the largest score expected of noise; `python -m tools.rates.boundary` shows what it buys
TIMES_OTHER_PHASES = 2.0  # times what nine tenths of the other phases stay below: else the whole curve waves
NOWHERE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Tooth:
    """Something that comes back: every `period` points, at `teeth.places`; `score` in standard deviations."""

    contrast: Contrast
    sign: int
    period: float
    teeth: Teeth
    threshold: float

    @property
    def score(self) -> float:
        return self.teeth.score

    @property
    def first(self) -> int:
        return int(self.teeth.places[0])

    @property
    def strength(self) -> float:
        return self.score / self.threshold


def find_tooth(candidates: Sequence[Contrast], points: int) -> Tooth | None:
    """The strongest comb of all contrasts, or None where none exceeds what noise would reach."""
    longest = points // FEWEST_PERIODS
    if longest < SHORTEST_PERIOD:
        return None
    signed = [(c, s) for c in candidates for s in ((1, -1) if c.is_signed else (1,))]
    threshold = float(np.sqrt(2 * np.log(longest**2 / 2 * len(signed)))) + COMB_MARGIN
    coarse = _coarse(signed, points, longest, threshold)
    best: Tooth | None = None
    for tooth in _refined(coarse, points):
        if tooth.score > max(threshold, best.score if best else 0.0) and _stands_alone(tooth):
            best = tooth
    return _whole(_shortest(best)) if best else None


def _coarse(signed: Sequence[tuple[Contrast, int]], points: int, longest: int, threshold: float) -> list[Tooth]:
    """The few highest combs of the proposed periods."""
    proposed = [sorted(periods) for periods in _proposed(signed, points, longest)]
    combs = [(*both, period) for both, own in zip(signed, proposed, strict=True) for period in own]
    scores = np.array([sign * contrast.scores for contrast, sign in signed])
    series = np.repeat(np.arange(len(signed)), [len(own) for own in proposed])
    highest = highest_means(scores, series, np.array([period for own in proposed for period in own])).tolist()
    # The medians, which the other combs lack, only lower a score.
    known = {i: _tooth(*combs[i], threshold) for i, score in enumerate(highest) if score > threshold}
    reached = [known[i].score if i in known else score for i, score in enumerate(highest)]
    best = sorted(range(len(combs)), key=lambda i: -reached[i])[:TRIED]
    return [known.get(i) or Tooth(*combs[i], Teeth(NOWHERE, reached[i]), threshold) for i in best]


def _tooth(contrast: Contrast, sign: int, period: float, threshold: float) -> Tooth:
    return Tooth(contrast, sign, period, best_phase(sign * contrast.scores, period, threshold), threshold)


def _refined(teeth: Sequence[Tooth], points: int) -> Iterator[Tooth]:
    """The same with the best period of those that differ by a row or more over the whole curve."""
    steps = np.arange(-TRIED, TRIED + 1)
    beside = [tooth.period + tooth.period / points * steps for tooth in teeth]
    beside = [periods[periods >= SHORTEST_PERIOD] for periods in beside]
    scores = np.array([tooth.sign * tooth.contrast.scores for tooth in teeth])
    series = np.repeat(np.arange(len(teeth)), [len(periods) for periods in beside])
    highest = highest_means(scores, series, np.concatenate(beside))
    for i, (tooth, periods) in enumerate(zip(teeth, beside, strict=True)):
        high = periods[highest[series == i] > max(tooth.score, tooth.threshold)]
        found = [_tooth(tooth.contrast, tooth.sign, float(p), tooth.threshold) for p in high]
        yield max([tooth, *found], key=lambda t: t.score)


def _whole(tooth: Tooth) -> Tooth:
    """The same with the nearest whole period, where that is about as good: most logs hold every step."""
    if tooth.period % 1 == 0:
        return tooth
    whole = _tooth(tooth.contrast, tooth.sign, float(round(tooth.period)), tooth.threshold)
    return whole if whole.score > max(NEARLY_BEST * tooth.score, tooth.threshold) else tooth


def _proposed(signed: Sequence[tuple[Contrast, int]], points: int, longest: int) -> list[set[float]]:
    """For each contrast and sign the lags at which rare scores meet most often beyond chance, and finer ones."""
    scores = np.array([sign * contrast.scores for contrast, sign in signed], np.float32)
    lags = np.arange(SHORTEST_PERIOD, longest + 1)
    size = fast_length(points + longest)
    high = np.maximum(scores - np.float32(RARE_SCORE), 0)
    high -= high.mean(axis=1, keepdims=True)
    together = irfft(np.abs(rfft(high, size, axis=1)) ** 2, size, axis=1)[:, : longest + 1]
    heights = together / np.sqrt(points - np.arange(longest + 1))
    best = _highest(heights[:, SHORTEST_PERIOD:], lags)
    finer = np.maximum(SHORTEST_PERIOD, _finer(heights, best))
    return [set(own) for own in np.concatenate([best, finer], axis=1).tolist()]


def _highest(heights: Floats, lags: np.ndarray) -> np.ndarray:
    count = min(TRIED, heights.shape[1])
    return lags[np.argpartition(-heights, count - 1, axis=1)[:, :count]]


def _finer(heights: Floats, lags: np.ndarray) -> Floats:
    """The periods in shares of a row, from the lags at twice, four times, ... each; a row of lags for each series."""
    periods, times = lags.astype(float), 1
    while (is_inside := 2 * times * periods + 2 < heights.shape[1]).any():
        times *= 2
        first = np.where(is_inside, np.rint(times * periods).astype(np.int64) - 1, 0)
        beside = np.take_along_axis(heights[:, None], first[..., None] + np.arange(3), axis=2)
        periods = np.where(is_inside, (first + beside.argmax(axis=2)) / times, periods)
    return periods


def _stands_alone(tooth: Tooth) -> bool:
    """Whether the other phases stay far below: a wave is high in half of them."""
    places = comb_places(len(tooth.contrast.scores), tooth.period)
    width = int(np.ceil(tooth.period))
    scores = tooth.contrast.scores
    teeth = (scores[places] if places is not None else scores[: len(scores) // width * width]).reshape(-1, width)
    heights = np.abs(teeth.mean(axis=0)) * np.sqrt(len(teeth))
    away = np.abs((np.arange(width) - tooth.first + tooth.period / 2) % tooth.period - tooth.period / 2)
    others = heights[away > min(tooth.contrast.reach, tooth.period // QUARTERS)]
    return not len(others) or tooth.score > TIMES_OTHER_PHASES * quantile(others, MOST_OF_CURVE)


def _shortest(tooth: Tooth) -> Tooth:
    """The same with the shortest period all of whose teeth are high: every second epoch is no period."""
    for divisor in range(int(tooth.period // SHORTEST_PERIOD), 1, -1):
        shorter = _tooth(tooth.contrast, tooth.sign, tooth.period / divisor, tooth.threshold)
        if shorter.score <= tooth.score * NEARLY_BEST or not len(shorter.teeth.places):
            continue
        if len(shorter.teeth.places) < HALF * divisor * len(tooth.teeth.places):
            continue
        teeth = tooth.sign * tooth.contrast.scores[shorter.teeth.places]
        groups = [float(np.mean(teeth[i::divisor])) for i in range(divisor)]
        if min(groups) > HALF * max(groups):
            return shorter
    return tooth
