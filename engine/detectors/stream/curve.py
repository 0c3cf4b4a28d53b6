"""The curve that detectors of hindsight review: the digest's bins on the scale on which losses compare."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from engine.detectors.scales import BRIEF, FEW, MANY, SURE
from engine.detectors.stream.scatter import (
    BEND_SIGMAS,
    GAUSSIAN_80,
    TENTHS,
    gaussian_within,
    local_scatter,
    median,
    quantile,
    running_median,
)
from engine.table import Floats
from engine.values import dataclass

NEGLIGIBLE_OF_INITIAL = 1e-4  # of the initial or typical loss: a person sees zero, whatever the logarithm says
SCATTER_BINS = 31  # bins over which the scatter is taken as constant
SHORTEST_LAG_OF_RUN = 0.02  # to 0.05 of the run: over longer times its own shape bends
CALM = 0.25  # of all places: the calmest, which events hardly move, show the scatter of all


@dataclass(frozen=True, eq=False)
class Curve:
    """A run so far in bins: medians, percentiles, extremes, and the same on a softened logarithmic scale.

    Attributes
    ----------
    rows : ndarray
        The first table row of each bin.
    level, low, high, lowest, highest : ndarray
        Median, 10th and 90th percentile, smallest and largest finite value of each bin.
    count : ndarray
        Finite points in each bin.
    width : int
        Points of a whole bin, so bin ``i`` starts at point ``i * width`` where no bin was dropped.
    points : int
        Points so far, non-finite ones included.
    last_row : int
    """

    rows: Floats
    level: Floats
    low: Floats
    high: Floats
    lowest: Floats
    highest: Floats
    count: Floats
    width: int
    points: int
    last_row: int

    def __len__(self) -> int:
        return len(self.level)

    @cached_property
    def initial(self) -> float:
        """The loss at the start: the first bin's level, or the median of the first five if that is higher."""
        return max(float(self.level[0]), median(self.level[:FEW])) if len(self) else float("nan")

    @cached_property
    def softening(self) -> float | None:
        """What is added before the logarithm is taken; None when the loss goes negative and the scale is linear."""
        if not len(self) or self.lowest.min() < 0:
            return None
        return NEGLIGIBLE_OF_INITIAL * self.initial or NEGLIGIBLE_OF_INITIAL

    @cached_property
    def unit(self) -> float:
        """On the linear scale: the range of the levels, so that 1 on the scale means all that was ever gained."""
        return float(np.ptp(self.level)) or 1.0

    def scaled(self, values: Floats | float) -> Floats:
        """Values on the scale on which scatter is homogeneous: logarithmic, or linear for losses that go negative."""
        if self.softening is None:
            return np.asarray(values) / self.unit
        return np.log(np.asarray(values) + self.softening)

    @cached_property
    def u(self) -> Floats:
        """The levels on that scale."""
        return self.scaled(self.level)

    @cached_property
    def scatter(self) -> Floats:
        """Standard deviation of single points about the curve, on the scale, for each bin."""
        if self.width >= TENTHS:
            inside = (self.scaled(self.high) - self.scaled(self.low)) / GAUSSIAN_80
            return running_median(inside, min(SCATTER_BINS, len(self) // 2 * 2 - 1))
        return self.noise * np.sqrt(self.width) / (1.0 if self.width <= 2 else np.sqrt(np.pi / 2))

    @cached_property
    def noise(self) -> Floats:
        """Standard deviation of the levels about the curve, on the scale, for each bin."""
        return local_scatter(self.u, SCATTER_BINS)

    @cached_property
    def smooth(self) -> Floats:
        """The levels on the scale as a running median of five bins (three in short runs): no lone bin moves it."""
        return running_median(self.u, FEW if len(self) >= MANY else 3)

    def strays(self, bins: int) -> float:
        """How far the smoothed level drifts over `bins` bins when nothing happens.

        Neighbouring points of many losses are alike: averages, slowly changing data. The standard deviation of the
        bends over that time comes from the calmer half of the places, as the rest may be events; the lowest and the
        highest of the many places in a run are five of them apart.
        """
        shortest, longest = round(SHORTEST_LAG_OF_RUN * len(self)), round(BRIEF * len(self))
        lag = max(1, min(max(bins, shortest), longest))
        if lag not in self._bends:
            bends = np.abs(self.smooth[: -2 * lag] - 2 * self.smooth[lag:-lag] + self.smooth[2 * lag :])
            self._bends[lag] = quantile(bends, CALM) / gaussian_within(CALM) / BEND_SIGMAS if len(bends) else 0.0
        return SURE * self._bends[lag]

    @cached_property
    def _bends(self) -> dict[int, float]:
        return {}

    @cached_property
    def found(self) -> dict[Callable[[Curve], Any], Any]:
        """What functions marked with `engine.once.once` have returned for this curve."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "found"}

    def row_of(self, index: int) -> int:
        """The first table row of a bin."""
        return int(self.rows[index])

    def end_of(self, index: int) -> int:
        """The last table row of a bin."""
        return int(self.rows[index + 1]) - 1 if index + 1 < len(self) else self.last_row
