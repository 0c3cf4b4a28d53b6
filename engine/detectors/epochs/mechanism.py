"""What makes a loss change at the end of each epoch: the mechanisms, and how each gives itself away.

A running mean shrinks its changes as 1 / age; a repeated order makes the losses of one epoch resemble those of the one
before, place by place; a short last batch touches one point; samples seen once more step the level; and what is left
is a spike of several steps that starts with the epoch.
"""

from __future__ import annotations

from enum import IntEnum, auto
from functools import lru_cache
from itertools import pairwise

import numpy as np

from engine.detectors.epochs.contrasts import FEWEST_POINTS_BESIDE, MEAN_OVER_MEDIAN, NEARLY_BEST, WIDEST_SPIKE, ladder
from engine.detectors.scales import BRIEF, FEW, HALF, LONG, MANY, PARTS, SLIGHT, SURE
from engine.detectors.stream.scatter import NOTHING, extended, median, medians, quantile, spread
from engine.detectors.stream.trend import THIRDS
from engine.i18n import N_
from engine.table import Floats, Rows
from engine.values import dataclass


class Mechanism(IntEnum):
    """What happens at the end of each epoch; evidence, which is all numbers, holds it as a float."""

    RUNNING_MEAN = auto()
    REPEATED_ORDER = auto()
    LAST_BATCH = auto()
    STEP = auto()
    SPIKE = auto()


MECHANISMS: dict[float, str] = {
    Mechanism.RUNNING_MEAN: N_("running mean"),
    Mechanism.REPEATED_ORDER: N_("same order"),
    Mechanism.LAST_BATCH: N_("last mini-batch"),
    Mechanism.STEP: N_("step"),
    Mechanism.SPIKE: N_("spike"),
}

YOUNGEST = 2  # points after the start of an epoch: there the first change within it is
SMOOTH_POINTS = 15  # of the mean that is taken off before epochs are compared place by place
FARTHEST_POINTS = 300  # points to either side of the boundary that the shapes are fitted to


@dataclass(frozen=True)
class Shape:
    """What the mean epoch does at its boundary.

    Attributes
    ----------
    mechanism : Mechanism
        `LAST_BATCH`, `STEP` or `SPIKE`.
    shift : int
        Points from the assumed to the fitted boundary.
    effect : float
        Height on the scale of the curve; negative for a dip or a step down.
    certainty : float
        The effect in standard errors.
    rest : float
        How far the remaining epoch strays from a line.
    """

    mechanism: Mechanism
    shift: int
    effect: float
    certainty: float
    rest: float


@dataclass(frozen=True)
class Likeness:
    """Correlation of neighbouring epochs place by place, in standard errors too; `smoothness`: the same one place
    off, as a share of it. A wave is nearly as like itself one place off, samples of a fixed order are not.
    """

    alike: float
    sigmas: float
    smoothness: float

    @property
    def strength(self) -> float:
        return min(self.alike / SLIGHT, self.sigmas / SURE)


def age_slope(u: Floats, firsts: Rows, period: int, youngest: int = YOUNGEST) -> float:
    """Slope of log |change| against log age within the epoch; NaN where there are too few points.

    From ``m_k - m_(k-1) = (l_k - m_(k-1)) / k`` follows -1 for a running mean.

    Examples
    --------
    >>> loss = np.random.default_rng(0).standard_normal((20, 50))
    >>> means = (np.cumsum(loss, axis=1) / np.arange(1, 51)).ravel()
    >>> round(age_slope(means, np.arange(0, 1000, 50), 50), 1)
    -1.0
    """
    oldest = min(period - 1, MANY)  # later the drift of the loss and rounding hide the law
    at = firsts[:, None] + np.arange(youngest - 1, oldest)
    at = at[at[:, -1] < len(u)] if at.shape[1] else at[:0]
    if oldest < youngest + FEW or not len(at):
        return float("nan")
    sizes = np.abs(u[at] - u[at - 1])
    ages, heights = [], []
    for low, high in pairwise(_edges_of_ages(youngest, oldest)):
        part = np.sort(sizes[:, low - youngest : high - youngest].ravel())
        usual = float(part[: max(1, round((1 - BRIEF) * len(part)))].mean())
        if usual > 0:
            ages.append(np.log((low + high - 1) / 2))
            heights.append(np.log(usual))
    if len(ages) <= 2:
        return float("nan")
    off = np.array(ages) - np.mean(ages)
    return float(off @ np.array(heights) / (off @ off))


@lru_cache
def _edges_of_ages(youngest: int, oldest: int) -> list[int]:
    """Where ages are parted, each part about as many times as old as the one before."""
    return sorted(set(np.round(np.geomspace(youngest, oldest + 1, PARTS)).astype(int).tolist()))


def is_running_mean(u: Floats, firsts: Rows, period: int) -> bool:
    """Whether the changes shrink as 1 / age, and go on to when the first two, which any spike has, are left out.

    The slope is -1 for a running mean and 0 for everything else.
    """
    youngest = [YOUNGEST, 2 * YOUNGEST] if period > PARTS else [YOUNGEST]
    return all(abs(age_slope(u, firsts, period, age) + 1) <= HALF for age in youngest)


def residuals(u: Floats, period: int) -> Floats:
    """The curve less a short running mean, giants clipped: what single places of the epoch do."""
    width = max(FEWEST_POINTS_BESIDE, min(SMOOTH_POINTS, period // THIRDS | 1))
    rest = u - np.convolve(extended(u, width // 2), np.full(width, 1 / width), "valid")
    limit = SURE * spread(rest)
    return np.clip(rest, -limit, limit) if limit > 0 else rest


def margins(period: float) -> tuple[float, float]:
    """Points before and after a boundary that it may touch, and that are left out where epochs are compared."""
    return LONG * period, 2 * LONG * period


def likeness(u: Floats, firsts: Rows, period: int) -> Likeness:
    """How much each epoch resembles the next, away from the boundary."""
    before, after = margins(period)
    at = firsts[:, None] + np.arange(int(after), period - int(before))
    at = at[(at[:, 0] >= 0) & (at[:, -1] < len(u))]
    if len(at) < 2:
        return Likeness(0.0, 0.0, 1.0)
    epochs = residuals(u, period)[at]
    power = max(float(np.mean(epochs**2)), NOTHING)
    pairs = np.mean(epochs[1:] * epochs[:-1], axis=1) / power
    beside = float(np.mean(epochs[1:, 1:] * epochs[:-1, :-1])) / power
    alike = min(float(pairs.mean()), MEAN_OVER_MEDIAN * median(pairs))
    return Likeness(alike, alike * np.sqrt(epochs[1:].size), beside / alike if alike > 0 else 1.0)


def fit_shape(u: Floats, firsts: Rows, period: int, shifts: range) -> Shape | None:
    """The shape that explains the mean epoch about its boundary best, beside a line."""
    half = min(period // 2, FARTHEST_POINTS)
    at = firsts[:, None] + np.arange(-half, half)
    at = at[(at[:, 0] >= 0) & (at[:, -1] < len(u))]
    if len(at) < 2:
        return None
    around = u[at] - medians(u[at])[:, None]
    reach = max(SURE * spread(around.ravel()), float(np.std(around)))
    mean = _flat(np.clip(around, -reach, reach).mean(axis=0))
    shapes = _shapes(half, shifts)
    flat = np.array([_flat(shape) for _kind, _shift, shape in shapes])
    norms = np.sum(flat**2, axis=1) + NOTHING
    gains = (flat @ mean) ** 2 / norms
    best = int(np.argmax(gains))
    single = [i for i, (kind, _shift, _shape) in enumerate(shapes) if kind is Mechanism.LAST_BATCH]
    simplest = max(single, key=lambda i: float(gains[i]))
    if gains[simplest] > NEARLY_BEST * gains[best]:
        best = simplest
    kind, shift, _values = shapes[best]
    effect = float(flat[best] @ mean / norms[best])
    rest = mean - effect * flat[best]
    error = float(np.std(rest)) / np.sqrt(norms[best]) + NOTHING
    return Shape(kind, shift, effect, abs(effect) / error, _wave(rest, period))


def _shapes(half: int, shifts: range) -> list[tuple[Mechanism, int, Floats]]:
    t = np.arange(-half, half)
    found: list[tuple[Mechanism, int, Floats]] = []
    for shift in shifts:
        age = t - shift
        found.append((Mechanism.LAST_BATCH, shift, (age == -1).astype(float)))
        found.append((Mechanism.STEP, shift, (age >= 0).astype(float)))
        for width in ladder(2, WIDEST_SPIKE, 2):
            if width <= half // 2:
                found.append((Mechanism.SPIKE, shift, ((age >= 0) & (age < width)).astype(float)))
                found.append((Mechanism.SPIKE, shift, np.where(age >= 0, np.exp(-2 * np.maximum(age, 0) / width), 0.0)))
    return found


def _flat(values: Floats) -> Floats:
    """Less the line through it."""
    t = np.arange(len(values)) - (len(values) - 1) / 2
    return values - values.mean() - t * (t @ values) / (t @ t)


def _wave(rest: Floats, period: int) -> float:
    width = max(1, round(SLIGHT * period))
    return quantile(np.abs(np.convolve(rest, np.full(width, 1 / width), "valid")), 1 - BRIEF)
