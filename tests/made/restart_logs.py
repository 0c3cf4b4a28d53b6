"""Simulated logs with restarts while the step keeps counting, and others that only look alike."""

from __future__ import annotations

import numpy as np

from engine.table import Floats, Rows


def _decay(rng: np.random.Generator, n: int, start: float, end: float, speed: float) -> Floats:
    return end + (start - end) * np.exp(-np.arange(n) / (n * speed))


def folds(rng: np.random.Generator, several: bool = True) -> tuple[Floats, Rows]:
    """Two or more folds one after the other, each of which starts near the same loss and decays the same way."""
    count = int(np.exp(rng.uniform(np.log(4), np.log(60)))) if several else 2
    each = int(np.exp(rng.uniform(np.log(12), np.log(min(1000, 15_000 / count)))))
    uneven = rng.uniform(0, 0.4)
    start, end, speed = np.exp(rng.uniform(0, 1.5)), 1.0, rng.uniform(0.03, 0.3)
    noise = np.exp(rng.uniform(np.log(0.01), np.log(0.08)))
    parts = []
    for _fold in range(count):
        n = max(10, round(each * rng.uniform(1 - uneven, 1 + uneven)))
        own = (start + 0.5) * np.exp(0.04 * rng.standard_normal()), end * np.exp(0.08 * rng.standard_normal())
        shape = end + (own[0] - own[1]) * np.exp(-np.arange(n) / (each * speed)) + own[1] - end
        parts.append(shape * np.exp(noise * rng.standard_normal(n)))
    return np.concatenate(parts), np.cumsum([len(p) for p in parts[:-1]])


def one_restart(rng: np.random.Generator) -> tuple[Floats, Rows]:
    """The same training twice."""
    return folds(rng, several=False)


def equal_folds(rng: np.random.Generator, count: int) -> tuple[Floats, Rows]:
    """Folds of one length: each takes the same course, of one of four shapes."""
    n = int(np.exp(rng.uniform(np.log(20), np.log(1200))))
    shape = _course(rng, n)
    start, noise = np.exp(rng.uniform(0.3, 3)), np.exp(rng.uniform(np.log(0.004), np.log(0.15)))
    parts = []
    for _fold in range(count):
        end = np.exp(0.08 * rng.standard_normal())
        own = end + (start * np.exp(0.03 * rng.standard_normal()) - end) * shape
        parts.append(own * np.exp(noise * rng.standard_normal(n)))
    return np.concatenate(parts), n * np.arange(1, count)


def _course(rng: np.random.Generator, n: int) -> Floats:
    """A fall from one to zero: exponential, after a shelf, as a power of time, or a fast one and a slow one."""
    x = np.arange(n) / n
    shapes = (
        np.exp(-x / rng.uniform(0.03, 0.6)),
        1 / (1 + np.exp((x - rng.uniform(0.1, 0.5)) / rng.uniform(0.02, 0.12))),
        (1 + x / rng.uniform(0.005, 0.1)) ** -rng.uniform(0.3, 1.5),
        0.5 * np.exp(-x / rng.uniform(0.01, 0.05)) + 0.5 * np.exp(-x / rng.uniform(0.2, 1)),
    )
    y = shapes[rng.integers(len(shapes))]
    return (y - y[-1]) / (y[0] - y[-1])


def instabilities(rng: np.random.Generator) -> Floats:
    """A jump to a multiple of the best level, of some height, that decays back or stays: no restart."""
    n = int(np.exp(rng.uniform(np.log(100), np.log(5000))))
    loss = _decay(rng, n, np.exp(rng.uniform(0.7, 2)), 0.3, rng.uniform(0.03, 0.2))
    for _jump in range(int(rng.integers(1, 5))):
        at = int(n * rng.uniform(0.3, 0.8))
        width = max(4, int(n * rng.uniform(0.01, 0.3)))
        loss[at:] += loss[0] * np.exp(rng.uniform(-2.5, 1)) * np.exp(-np.arange(n - at) / width)
    return loss * np.exp(rng.uniform(0.01, 0.08) * rng.standard_normal(n))


def random_spikes(rng: np.random.Generator) -> Floats:
    """Spikes of different heights that decay within a few rows."""
    n = int(np.exp(rng.uniform(np.log(200), np.log(5000))))
    loss = _decay(rng, n, np.exp(rng.uniform(0.7, 2)), 0.5, rng.uniform(0.05, 0.3))
    for at in rng.integers(20, n, int(rng.integers(2, 20))):
        width = rng.uniform(0.5, 8)
        loss[at:] += loss[at] * np.exp(rng.uniform(-0.5, 2)) * np.exp(-np.arange(n - at) / width)
    return loss * np.exp(rng.uniform(0.01, 0.08) * rng.standard_normal(n))
