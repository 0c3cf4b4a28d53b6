"""Single points far above those before them, joined to excursions until the loss is back; no hindsight."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.detectors.scales import CLEAR, HALF, PARTS, SLIGHT
from engine.detectors.shapes.tail import Tail
from engine.detectors.stream.blocks import Block
from engine.detectors.stream.curve import NEGLIGIBLE_OF_INITIAL
from engine.detectors.stream.scatter import NOTHING
from engine.detectors.stream.standing import Standing, level_and_scatter
from engine.table import Floats, Rows

SPIKE_SIGMAS = 7.0  # robust standard deviations; the tail of the series may ask for more
SMALL_SAMPLE_POINTS = 8.0  # a scatter from n points is trusted as if the threshold were (1 + 8 / n) times higher
SPIKE_FACTOR = math.exp(CLEAR)  # times the level, for losses that are never negative: less is not worth reporting
BACK_SIGMAS = 2.0  # scatters above the level, within which the loss is back, as it is below a share of the height


@dataclass(frozen=True)
class Excursion:
    """A stretch above the level before it; `is_back` once the loss has returned."""

    start: int
    end: int
    peak: float
    peak_row: int
    level: float
    scatter: float
    score: float
    threshold: float
    points: int
    is_back: bool

    @property
    def height(self) -> float:
        return self.peak - self.level


class Excursions:
    """Finds excursions in a stream of blocks.

    A point starts one when its score ``(x - level) / scatter`` exceeds 7 (more after few points, and as much more as
    the upper tail of the healthy points asks for, see `Tail`) on the linear and, for losses that are never negative,
    on the logarithmic scale too, and it is clearly above the level. Its neighbours before it belong to it while they
    are 2 scatters above the level. It ends at the last point before the loss is back.
    """

    def __init__(self) -> None:
        self._tail = Tail()
        self._lowest, self._highest, self._initial = np.inf, -np.inf, 0.0
        self._open: Excursion | None = None
        self._last: Standing | None = None

    def take(self, block: Block) -> Iterator[Excursion]:
        """Take a block; excursions that started, grew or ended in it, each in its latest state."""
        for standing in block.each_standing():
            least = SPIKE_SIGMAS * (1 + SMALL_SAMPLE_POINTS / max(standing.rests_on, 1))
            if self._open is None and standing.highest <= least:  # the threshold is never lower
                self._tail.add(standing.score)
            else:
                yield from self._compare(standing, least)
            self._remember(standing)

    def _compare(self, standing: Standing, least: float) -> Iterator[Excursion]:
        """Find the points that stand out, and follow them."""
        threshold = self._tail.threshold(least)
        flagged = standing.score > threshold
        self._tail.add(standing.score[~flagged])
        if self._open is not None or flagged.any():
            window = standing.window
            ends = np.concatenate([window, standing.values])
            for i in np.flatnonzero(flagged):
                before = ends[max(0, i) : i + len(window)]
                flagged[i] = self._counts(before, standing.values[i], standing.level[i], least)
            yield from self._follow(standing, flagged, threshold)

    def _counts(self, before: Floats, value: float, level: float, least: float) -> bool:
        """Whether a point with a high score is high enough to report, and stands out on the logarithmic scale too."""
        if self._lowest < 0:
            return value - level > SLIGHT * (self._highest - self._lowest)
        soft = NEGLIGIBLE_OF_INITIAL * self._initial
        if value + soft < SPIKE_FACTOR * (max(level, 0.0) + soft):
            return False
        logs = np.log(np.maximum(before, 0) + soft + NOTHING)[None, :]
        middle, scatter = level_and_scatter(logs)
        return bool(np.log(value + soft + NOTHING) - middle[0] > HALF * least * scatter[0])

    def _follow(self, standing: Standing, flagged: np.ndarray, limit: float) -> Iterator[Excursion]:
        rows, values, score = standing.rows, standing.values, standing.score
        at = 0
        while at < len(values):
            if self._open is None:
                ahead = np.flatnonzero(flagged[at:])
                if not len(ahead):
                    return
                at += int(ahead[0])
                self._open = self._begin(standing, at, limit)
            now = self._open
            low = now.level + max(BACK_SIGMAS * now.scatter, CLEAR * now.height)
            back = np.flatnonzero(values[at:] < low)
            stop = at + int(back[0]) if len(back) else len(values)
            if stop > at:
                now = _grown(now, rows[at:stop], values[at:stop], score[at:stop])
            self._open = None if len(back) else now
            yield replace(now, is_back=bool(len(back)))
            at = max(stop, at + 1) if len(back) else len(values)

    def _begin(self, standing: Standing, at: int, limit: float) -> Excursion:
        rows, values = standing.rows, standing.values
        level, scatter, score = standing.level[at], standing.scatter[at], standing.score[at]
        known_rows, known = rows[:at], values[:at]
        if self._last is not None:
            known_rows = np.concatenate([self._last.rows[-PARTS:], known_rows])
            known = np.concatenate([self._last.values[-PARTS:], known])
        start = int(rows[at])
        for row, value in zip(known_rows[::-1], known[::-1], strict=True):
            if value <= level + BACK_SIGMAS * scatter:
                break
            start = int(row)
        return Excursion(start, int(rows[at]), float(values[at]), int(rows[at]), level, scatter, score, limit, 0, False)

    def _remember(self, standing: Standing) -> None:
        if self._last is None:
            self._initial = abs(float(standing.values[0]))
        self._lowest = min(self._lowest, standing.least)
        self._highest = max(self._highest, standing.most)
        self._last = standing


def _grown(now: Excursion, rows: Rows, values: Floats, score: Floats) -> Excursion:
    top = int(np.argmax(values))
    grown = replace(now, end=int(rows[-1]), points=now.points + len(values), score=max(now.score, float(score.max())))
    if values[top] > grown.peak:
        grown = replace(grown, peak=float(values[top]), peak_row=int(rows[top]))
    return grown
