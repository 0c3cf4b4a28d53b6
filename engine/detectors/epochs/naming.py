"""Which mechanism is at work at places where something comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.detectors.epochs.mechanism import (
    Mechanism,
    Shape,
    fit_shape,
    is_running_mean,
    likeness,
    residuals,
)
from engine.detectors.scales import BRIEF, HALF, SLIGHT, UNSEEN
from engine.detectors.stream.scatter import median, spread
from engine.table import Floats, Rows
from engine.values import dataclass

SMALLEST_CHANGE = 0.03  # on the logarithmic scale, that is 3 % of the level: what is smaller must exceed the scatter
SMALLEST_STEP = SLIGHT  # the same for steps: every training that draws without replacement steps down a little
SMALLEST_REPEATED = SMALLEST_CHANGE / 2  # standard deviation of what each epoch repeats
SHAPE_SIGMAS = 3.0  # standard errors of the mean epoch's shape
START_WITHIN_POINTS = 2  # points that the start of a running mean is known to
RUNNING_MEAN_STRENGTH = 2.0  # strength that a running mean has at least: nothing else decays as 1 / age
LONE_NOISES = 2.0  # scatters that a lone point an epoch has to lie off by, where the scatter is small


@dataclass(frozen=True)
class Locking:
    """Something at the end of each epoch: where epochs start, what it is, how strong and how sure.

    Attributes
    ----------
    firsts : ndarray of int, shape (epochs,)
        Point index (into the curve that was searched, not a table row) of the first point of each epoch.
    period : float
        Points from one to the next.
    mechanism : Mechanism
    effect : float
        What it changes the loss by, on the scale of the curve.
    score : float
        Standard deviations of noise.
    strength : float
        The score as a multiple of what it has to exceed.
    stop : int, optional
        Point index at which it is there no more; None where it holds to the end.
    """

    firsts: Rows
    period: float
    mechanism: Mechanism
    effect: float
    score: float
    strength: float
    stop: int | None = None


@dataclass(frozen=True)
class Candidate:
    """Places at which something seems to come back, before it has a name.

    Attributes
    ----------
    u : ndarray, shape (points,)
        The curve on the scale on which its scatter is homogeneous.
    firsts : ndarray of int, shape (epochs,)
        Point indices into `u` of the supposed first points of the epochs.
    period : int
        Points from one to the next.
    score : float
        Standard deviations of noise.
    strength : float
        The score as a multiple of what it has to exceed; below 1 only a running mean is considered.
    shifts : range
        Points by which all places together may be off.
    is_scatter : bool
        Single points lie far off, up and down, and nothing else is seen.
    """

    u: Floats
    firsts: Rows
    period: int
    score: float
    strength: float
    shifts: range = range(1)
    is_scatter: bool = False

    def named(self, mechanism: Mechanism, effect: float, firsts: Rows | None = None) -> Locking:
        """The same with a name, and with other places if they are given."""
        places = self.firsts if firsts is None else firsts
        return Locking(places, self.period, mechanism, effect, self.score, self.strength)


def name_mechanism(candidate: Candidate) -> Locking | None:
    """The mechanism, tested in the order in which one mimics the others; None where the change is too small."""
    u, firsts, period = candidate.u, candidate.firsts, candidate.period
    at = _restless(u, firsts, candidate.shifts)
    if is_running_mean(u, at, period):
        jump = median(np.abs(u[at] - u[at - 1]))
        sure = replace(candidate, strength=max(candidate.strength, RUNNING_MEAN_STRENGTH))
        return sure.named(Mechanism.RUNNING_MEAN, jump, at)
    if candidate.strength < 1:
        return None
    like = likeness(u, firsts, period)
    if like.strength > 1:
        size = float(np.sqrt(like.alike) * np.std(residuals(u, period)))
        return candidate.named(Mechanism.REPEATED_ORDER, size) if size > SMALLEST_REPEATED else None
    if candidate.is_scatter:
        return _scattered(candidate)
    shape = fit_shape(u, firsts, period, candidate.shifts)
    return _shaped(candidate, shape) if shape else None


def running_mean_starts(values: Floats, firsts: Rows, period: int) -> Rows:
    """The boundaries of a running mean, moved by a point or two to where it restarts.

    Taken apart from a wrong place, it would give one loss of many times the size: so a change counts as often as there
    are steps in the mean, all but the change into the first.

    Parameters
    ----------
    values : ndarray, shape (points,)
        The loss as it was logged, not on the scale of the curve.
    firsts : ndarray of int, shape (epochs,)
        Point indices into `values`.
    period : int
        Points from one to the next.

    Examples
    --------
    >>> loss = np.random.default_rng(0).random((4, 50))
    >>> means = (np.cumsum(loss, axis=1) / np.arange(1, 51)).ravel()
    >>> running_mean_starts(means, np.array([51, 101, 151]), 50)
    array([ 50, 100, 150])
    """
    around = firsts[:, None] + np.arange(-START_WITHIN_POINTS, START_WITHIN_POINTS + 1)
    around = around[(around[:, 0] >= 1) & (around[:, -1] < len(values))]
    if not len(around):
        return firsts
    sizes = np.median(np.abs(values[around] - values[around - 1]), axis=0)
    at = np.arange(len(sizes))
    ages = np.where(at[None, :] < at[:, None], period, at[None, :] - at[:, None] + 1)
    np.fill_diagonal(ages, 0)
    return _inside(values, firsts + int(np.argmin(ages @ sizes)) - START_WITHIN_POINTS)


def point_noise(u: Floats) -> float:
    """Standard deviation of single points, by the changes from one to the next."""
    return spread(np.diff(u)) / np.sqrt(2)


def span(u: Floats) -> float:
    """What nine tenths of the points of a curve span."""
    low, high = np.quantile(u, (BRIEF, 1 - BRIEF))
    return float(high - low)


def _restless(u: Floats, firsts: Rows, shifts: range) -> Rows:
    """The boundaries moved to where the largest changes are."""
    sizes = [float(np.mean(np.sqrt(np.abs(u[at] - u[at - 1])))) for at in (_inside(u, firsts + s) for s in shifts)]
    return _inside(u, firsts + shifts[int(np.argmax(sizes))])


def _inside(u: Floats, at: Rows) -> Rows:
    return at[(at >= 1) & (at < len(u))]


def _shaped(candidate: Candidate, shape: Shape) -> Locking | None:
    u = candidate.u
    smallest = SMALLEST_STEP if shape.mechanism is Mechanism.STEP else SMALLEST_CHANGE
    least = max(min(smallest, point_noise(u)), UNSEEN * span(u))
    if shape.certainty < SHAPE_SIGMAS or shape.rest > HALF * abs(shape.effect) or abs(shape.effect) < least:
        return None
    return candidate.named(shape.mechanism, shape.effect, _inside(u, candidate.firsts + shape.shift))


def _scattered(candidate: Candidate) -> Locking | None:
    """A last batch of few samples: no mean effect, but one point an epoch far off."""
    u = candidate.u
    places = [(_off(u, candidate.firsts + shift - 1), candidate.firsts + shift) for shift in candidate.shifts]
    off, best = max(places, key=lambda place: place[0])
    if off <= min(SMALLEST_CHANGE, LONE_NOISES * point_noise(u)):
        return None
    return candidate.named(Mechanism.LAST_BATCH, off, _inside(u, best))


def _off(u: Floats, at: Rows) -> float:
    """How far the points at some places are from the means of their neighbours, typically."""
    at = at[(at >= 2) & (at < len(u) - 2)]
    beside = np.mean([u[at - 2], u[at - 1], u[at + 1], u[at + 2]], axis=0)
    return median(np.abs(u[at] - beside)) if len(at) else 0.0
