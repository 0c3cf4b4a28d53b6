"""A curve in the making: a level, noise, what happens to it, and how it is logged.

How sure a label is, is decided by what can be seen: the curve is logged a second time without what happened, with the
same noise, and the difference is held against the noise and the range.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import uniform_filter1d

from engine.table import Floats
from tools.judging.simulated.levels import any_level
from tools.judging.simulated.noises import COLOURS, Rng
from tools.judging.writing import Named

SHORTEST, LONGEST = 10, 20_000  # points
# Least height in the largest excursions of the noise and as a share of the range, by certainty.
SEEN = (("sure", 2.0, 0.12), ("likely", 1.3, 0.06), ("unsure", 0.7, 0.02))
LARGE_SCATTER, LARGE_WANDER, LONG_TAIL, OUTLIER = 0.25, 0.15, 0.6, 8.0


@dataclass(frozen=True)
class Marked:
    """A label in the making: rows, and the most that may be said of its certainty."""

    kind: str
    start: int
    end: int
    at_most: str = "sure"
    height: float | None = None


@dataclass
class Sheet:
    """A curve before it is logged; all arrays have a value a step.

    Attributes
    ----------
    level : array
        Without noise and without what happens, about 0 to 1.
    effect : array
        What happens, added to the level; NaN where the loss is lost.
    noise : array
        In units of the level.
    """

    rng: Rng
    level: Floats
    noise: Floats
    effect: Floats = field(init=False)
    marked: list[Marked] = field(default_factory=list)
    every: int = 1
    window: int = 1
    digits: int | None = None
    stride: int = 1
    scale: float = 1.0
    offset: float = 0.0
    is_bounded: bool = False
    is_healthy: bool = False

    def __post_init__(self) -> None:
        self.effect = np.zeros(len(self.level))

    @property
    def steps(self) -> int:
        return len(self.level)

    @property
    def points(self) -> int:
        return -(-self.steps // self.every)

    def row(self, low: float, high: float) -> int:
        """A step in a stretch of the run."""
        return int(self.rng.uniform(low, high) * self.steps)

    def mark(self, kind: str, start: float, end: float, at_most: str = "sure", height: float | None = None) -> None:
        """Label some steps; `height` counts instead of what is seen there."""
        last = self.steps - 1
        self.marked.append(Marked(kind, min(int(start), last), min(int(end), last), at_most, height))

    def logged(self) -> tuple[Floats, Floats, list[Named]]:
        """Steps, losses and labels."""
        twin, values = self._log(self.level), self._log(self.level + self.effect)
        quiet = self._log(self.level, has_noise=False)
        seen = _Seen(twin, quiet, values, self.every)
        labels = seen.labels(self.marked)
        doubts = [Named(kind, None, None, "unsure") for kind in seen.doubts({one.kind for one in self.marked})]
        labels += doubts
        x = np.arange(self.points) * self.every * self.stride
        placed = [_placed(one, self.stride) for one in labels]
        is_event = not self.is_healthy and len(placed) > len(doubts)
        healthy = [] if is_event else [Named("healthy", None, None, "sure")]
        return x.astype(float), self._printed(values), [*healthy, *placed]

    def _log(self, level: Floats, has_noise: bool = True) -> Floats:
        values = level + self.noise if has_noise else level
        if self.is_bounded:
            values = np.clip(values, 0, 1)
        if self.window > 1:
            values = _running_mean(values, self.window)
        return values[:: self.every]

    def _printed(self, values: Floats) -> Floats:
        found = (values + self.offset) * self.scale
        if self.digits is None:
            return found
        finite = found[np.isfinite(found)]
        size = np.ptp(finite) if len(finite) else 1.0
        return np.round(found, int(np.ceil(-np.log10(max(size, 1e-12)))) + self.digits)


@dataclass(frozen=True)
class _Seen:
    """What can be seen of a curve: logged with and without what happens, and without noise."""

    twin: Floats
    quiet: Floats
    values: Floats
    every: int

    @property
    def peak(self) -> float:
        """The largest excursions of the noise."""
        return float(np.quantile(np.abs(self.twin - self.quiet), 0.995)) + 1e-9

    @property
    def range(self) -> float:
        return float(np.ptp(np.quantile(self.twin, (0.01, 1.0)))) + 1e-9

    def labels(self, marked: list[Marked]) -> list[Named]:
        found = []
        for one in marked:
            certainty = self._certainty(one)
            if certainty:
                found.append(Named(one.kind, one.start, one.end, _less(certainty, one.at_most)))
        return found

    def _certainty(self, one: Marked) -> str | None:
        part = slice(one.start // self.every, one.end // self.every + 2)
        gap = np.abs(self.values[part] - self.twin[part])
        if not np.isfinite(gap).all():
            return "sure"
        height = one.height if one.height is not None else float(gap.max(initial=0.0))
        return next((name for name, noise, of in SEEN if height > noise * self.peak and height > of * self.range), None)

    def doubts(self, named: set[str]) -> list[str]:
        """Kinds that a labeller might see in the level and the noise alone."""
        gain, noise = float(np.ptp(self.quiet)) + 1e-9, self.twin - self.quiet
        width = max(3, len(noise) // 25)
        wander = np.ptp(uniform_filter1d(noise, width)) / max(gain, self.range)
        spread = 1.4826 * np.median(np.abs(noise - np.median(noise))) + 1e-12
        late = np.abs(self.quiet - self.quiet[-1]) < 0.01 * gain
        flat = np.argmin(late[::-1]) if not late.all() else len(late)
        found = set()
        if self.peak > LARGE_SCATTER * gain:
            found |= {"fluctuation"}
        if wander > LARGE_WANDER:
            found |= {"late_rise", "overshoot", "spike"}
        if np.abs(noise).max() > OUTLIER * spread and np.abs(noise).max() > 0.1 * self.range:
            found |= {"spike"}
        if flat > LONG_TAIL * len(late):
            found |= {"plateau"}
        if np.ptp(self.quiet[len(late) // 30 :]) < spread:
            found |= {"stalled", "plateau"}
        return sorted(found - named)


def _running_mean(values: Floats, window: int) -> Floats:
    """The mean of the last values, of those that there are at the start; what is not finite stays."""
    finite = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    first = np.maximum(np.arange(len(values)) + 1 - window, 0)
    means = (sums[1:] - sums[first]) / np.maximum(counts[1:] - counts[first], 1)
    return np.where(finite, means, values)


def _placed(one: Named, stride: int) -> Named:
    if one.start is None or one.end is None:
        return one
    return Named(one.kind, one.start * stride, one.end * stride, one.certainty)


def _less(one: str, other: str) -> str:
    order = [name for name, _noise, _range in SEEN]
    return max(one, other, key=order.index)


def sheet(rng: Rng, least: int = SHORTEST, most: int = LONGEST, scatter: tuple[float, float] = (-3, -0.9)) -> Sheet:
    """A falling loss in which nothing happens: any level, any noise, any way of logging.

    Parameters
    ----------
    rng : Generator
    least, most : int
        Points.
    scatter : (float, float)
        Range of the noise as a power of ten, in the height of the fall.
    """
    points = int(np.exp(rng.uniform(np.log(least), np.log(most))))
    every = int(rng.integers(1, 4)) if points < most / 3 else 1
    age = np.arange(points * every) / (points * every)
    level = any_level(rng, age)
    size = 10 ** rng.uniform(*scatter)
    follows = rng.random() * (rng.random() < 0.5)  # how far the noise shrinks with the loss
    colour = COLOURS[rng.integers(len(COLOURS))]
    noise = size * colour(rng, len(age)) * (1 - follows + follows * level)
    found = Sheet(rng, level, noise, every=every)
    if rng.random() < 0.25:
        found.window = int(rng.integers(2, max(3, min(50, points // 15)) + 1))
    if rng.random() < 0.4:
        found.digits = int(rng.integers(2, 5))
    found.stride = int(rng.choice((1, 1, 1, 5, 10, 50, 100, 500)))
    found.scale = 10 ** rng.uniform(-3, 2)
    offsets = (0.05, rng.uniform(0, 1), rng.uniform(0, 4), rng.uniform(-3, 0))
    found.offset = float(rng.choice(offsets, p=(0.25, 0.4, 0.25, 0.1)))
    return found
