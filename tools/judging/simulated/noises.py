"""Noise of several colours and tails, each with a standard deviation of about 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

from engine.table import Floats

Rng = np.random.Generator


def white(rng: Rng, points: int) -> Floats:
    return rng.standard_normal(points)


def student(rng: Rng, points: int) -> Floats:
    degrees = rng.uniform(3, 10)
    return rng.standard_t(degrees, points) / np.sqrt(degrees / (degrees - 2))


def laplace(rng: Rng, points: int) -> Floats:
    return rng.laplace(size=points) / np.sqrt(2)


def skewed(rng: Rng, points: int) -> Floats:
    """Upward tails, as batches of very unlike difficulty have."""
    shape = rng.uniform(1.5, 8)
    return (rng.gamma(shape, size=points) - shape) / np.sqrt(shape)


def correlated(rng: Rng, points: int) -> Floats:
    """AR(1)."""
    memory = rng.uniform(0.3, 0.985)
    return lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(points + 500))[500:]


def pink(rng: Rng, points: int) -> Floats:
    """A power spectrum of 1/f to some power."""
    count = max(points, 16)
    shares = np.fft.rfft(rng.standard_normal(2 * count))
    frequency = np.arange(1, len(shares) + 1)
    found = np.fft.irfft(shares * frequency ** (-rng.uniform(0.4, 1.4) / 2))[:count][:points]
    return found / max(found.std(), 1e-9)


def wandering(rng: Rng, points: int) -> Floats:
    """A walk that is pulled back over a thirtieth to a third of the run, under white noise."""
    memory = 1 - 1 / max(2.0, points * rng.uniform(0.03, 0.3))
    walk = lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(points))
    share = rng.uniform(0.2, 0.8)
    return np.sqrt(share) * walk + np.sqrt(1 - share) * rng.standard_normal(points)


def uneven(rng: Rng, points: int) -> Floats:
    """A scatter that drifts along the run."""
    sizes = np.exp(np.interp(np.arange(points), np.linspace(0, points, 6), rng.normal(0, 0.5, 6)))
    return rng.standard_normal(points) * sizes / np.sqrt((sizes**2).mean())


COLOURS: tuple[Callable[[Rng, int], Floats], ...] = (
    white,
    white,
    student,
    laplace,
    skewed,
    correlated,
    pink,
    wandering,
    uneven,
)
WITH_MEMORY = (correlated, pink, wandering)
