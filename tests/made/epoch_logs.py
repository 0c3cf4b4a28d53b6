"""Simulated logs as people write them, with the truth about what happens at their epochs.

Harder than `tests.made.epoch_series`: levels fall in several ways, noise is of several kinds, epochs are no whole
number of rows where only every tenth step is logged, their lengths drift by a row, and what happens at the boundaries
may start late or stop early.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from engine.table import Floats, Rows

LONGEST = 12_000  # rows
FEWEST_BOUNDARIES = 5


@dataclass(frozen=True)
class EpochLog:
    """A loss by row; `firsts` are the rows after each boundary, `held` those at which something happens."""

    loss: Floats
    period: float
    firsts: Rows
    held: Rows


@dataclass(frozen=True)
class Frame:
    """Boundaries and the share of the run in which they show, before anything happens at them.

    Attributes
    ----------
    begins : ndarray
        Start of each epoch in rows, including the first, which is at or before row 0.
    u : ndarray
        Logarithm of the loss without what happens at the boundaries.
    sigma : ndarray
        Scatter of single rows on that scale.
    """

    period: float
    begins: Floats
    first: int
    last: int
    u: Floats
    sigma: Floats

    @property
    def firsts(self) -> Rows:
        return np.ceil(self.begins).astype(np.int64)

    def log(self, u: Floats) -> EpochLog:
        at = np.arange(len(self.begins))
        inside = (self.firsts > 0) & (self.firsts < len(u))
        held = inside & (at >= self.first) & (at <= self.last)
        return EpochLog(np.exp(u), self.period, self.firsts[inside], self.firsts[held])


def level(rng: np.random.Generator, n: int) -> Floats:
    """Logarithm of a level: flat, falling to a floor, by a power or in a line."""
    t = np.arange(n) / n
    match int(rng.integers(4)):
        case 0:
            return np.zeros(n)
        case 1:
            return np.log(1 + np.exp(rng.uniform(0, 2.3)) * np.exp(-t / rng.uniform(0.05, 0.5)))
        case 2:
            return -rng.uniform(0.1, 0.5) * np.log(1 + np.arange(n) / max(1, n / 100))
        case _:
            return np.log(1 - rng.uniform(0.2, 0.9) * t)


def noise(rng: np.random.Generator, n: int, kind: int | None = None) -> tuple[Floats, Floats]:
    """Unit noise and its standard deviation by row: white, hanging together, heavy-tailed or shrinking."""
    kind = int(rng.integers(4)) if kind is None else kind
    ones = np.ones(n)
    if kind == 1:
        memory = rng.uniform(0.5, 0.95)
        return lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(n)), ones
    if kind == 2:
        return rng.standard_t(3, n) / 1.3, ones
    if kind == 3:
        sizes = np.linspace(1.5, rng.uniform(0.3, 0.8), n)
        return rng.standard_normal(n) * sizes, sizes
    return rng.standard_normal(n), ones


def frame(rng: np.random.Generator, shortest: float = 5.0, longest: float = 1000.0, fewest: int = 5) -> Frame:
    """A log of `fewest` to 40 epochs of so many rows."""
    epochs = round(np.exp(rng.uniform(np.log(fewest), np.log(40))))
    period = float(np.exp(rng.uniform(np.log(shortest), np.log(longest))))
    epochs = max(fewest, min(epochs, int(LONGEST / period)))
    epochs = max(epochs, int(np.ceil(80 / period)))
    kind = int(rng.integers(3))  # whole rows; a share of a row more, as in a log of every tenth step; drifting by a row
    period = period if kind == 1 else float(round(period))
    n = round(period * epochs)
    begins = np.arange(epochs) * period
    if kind == 2:
        begins[1:] += rng.integers(0, 2, epochs - 1)
    held = rng.random()
    first, last = 0, epochs - 1
    if epochs >= 2 * FEWEST_BOUNDARIES and held < 1 / 3:
        first = int(rng.integers(epochs // 5, epochs - FEWEST_BOUNDARIES))
    elif epochs >= 2 * FEWEST_BOUNDARIES and held < 1 / 2:
        last = int(rng.integers(FEWEST_BOUNDARIES, epochs * 4 // 5))
    size = float(np.exp(rng.uniform(np.log(0.01), np.log(0.25))))
    z, sizes = noise(rng, n)
    return Frame(period, begins, first, last, level(rng, n) + size * z, size * sizes)


def running_mean_log(rng: np.random.Generator, **limits: float) -> EpochLog:
    """The mean over the epoch so far, at every row."""
    f = frame(rng, **limits)  # type: ignore[arg-type]
    losses, means = np.exp(f.u), np.empty(len(f.u))
    for begin, end in zip(f.begins, [*f.begins[1:], len(losses)], strict=True):
        rows = np.arange(int(np.ceil(begin)), int(np.ceil(end)))
        if len(rows):
            ages = rows + 1 - begin
            steps = np.diff(ages, prepend=0.0)
            means[rows] = np.cumsum(losses[rows] * steps) / ages
    if rng.random() < 0.5:
        means = means.round(4)
    whole = Frame(f.period, f.begins, 0, len(f.begins), f.u, f.sigma)
    return whole.log(np.log(np.maximum(means, 1e-4)))


def memorising_log(rng: np.random.Generator, **limits: float) -> EpochLog:
    """A step down at each boundary, some of which the epoch takes back."""
    f = frame(rng, **limits)  # type: ignore[arg-type]
    step = max(0.05, float(np.median(f.sigma)) * rng.uniform(1, 4))
    back = rng.choice([0.0, 0.5, 0.9])
    u = f.u.copy()
    for i in range(f.first, f.last + 1):
        if f.firsts[i] > 0:
            u[f.firsts[i] :] -= step * (1 - back)
            stop = f.firsts[i + 1] if i + 1 < len(f.firsts) else len(u)
            within = u[f.firsts[i] : stop]
            within -= step * back * np.linspace(1, 0, len(within))
    return f.log(u)


def spike_log(rng: np.random.Generator, **limits: float) -> EpochLog:
    """A spike or a dip of one to twenty rows at each boundary, two to six scatters high."""
    f = frame(rng, **limits)  # type: ignore[arg-type]
    width = int(np.clip(round(np.exp(rng.uniform(0, np.log(20)))), 1, max(1, int(f.period) // 3)))
    age = np.arange(width)
    shape = np.exp(-2 * age / width) if rng.random() < 0.5 else np.ones(width)
    height = rng.choice([-1, 1]) * max(0.04, rng.uniform(2, 6) * float(np.median(f.sigma)))
    u = f.u.copy()
    for i in range(f.first, f.last + 1):
        if f.firsts[i] > 0:
            part = u[f.firsts[i] : f.firsts[i] + width]
            part += height * shape[: len(part)] * f.sigma[f.firsts[i] : f.firsts[i] + width] / np.median(f.sigma)
    return f.log(u)


Draw = Callable[..., EpochLog]
ORDINARY: dict[Draw, tuple[float, ...]] = {  # the mechanisms that name it rightly
    running_mean_log: (1.0,),
    memorising_log: (4.0,),
    spike_log: (3.0, 5.0),
}


def plain_log(rng: np.random.Generator) -> Floats:
    """Nothing happens at any epoch."""
    n = int(np.exp(rng.uniform(np.log(80), np.log(LONGEST))))
    size = float(np.exp(rng.uniform(np.log(0.01), np.log(0.4))))
    return np.exp(level(rng, n) + size * noise(rng, n)[0])


def uneven_log(rng: np.random.Generator) -> Floats:
    """Spikes or dips at places drawn at random."""
    loss = plain_log(rng)
    width, factor = int(rng.integers(1, 21)), np.exp(rng.choice([-1, 1]) * rng.uniform(0.2, 1.5))
    for at in rng.integers(0, len(loss), int(rng.integers(3, 25))):
        loss[at : at + width] *= factor
    return loss


def scheduled_log(rng: np.random.Generator) -> Floats:
    """A learning rate that falls by a factor at even distances: steps down that become smaller, scatter too."""
    n = int(np.exp(rng.uniform(np.log(80), np.log(3000))))
    drops = int(rng.integers(2, 6))
    at = np.arange(n) // max(1, n // (drops + 1))
    u = level(rng, n) - rng.uniform(0.2, 0.8) * (1 - 0.5**at) / 0.5
    return np.exp(u + rng.uniform(0.02, 0.1) * 0.7**at * noise(rng, n, 0)[0])


def cosine_log(rng: np.random.Generator) -> Floats:
    """A learning rate that falls as a cosine and jumps back to its height, again and again: the loss goes with it."""
    n = int(np.exp(rng.uniform(np.log(200), np.log(LONGEST))))
    cycles = int(rng.integers(3, 12))
    phase = np.arange(n) * cycles / n % 1
    u = level(rng, n) + rng.uniform(0.1, 0.6) * (0.5 + 0.5 * np.cos(np.pi * phase))
    return np.exp(u + rng.uniform(0.02, 0.15) * noise(rng, n, 0)[0])


PLAIN: tuple[Callable[[np.random.Generator], Floats], ...] = (plain_log, uneven_log, scheduled_log, cosine_log)
