"""The courses of falling losses without noise, from about 1 down to about 0; `age` runs from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.table import Floats

Rng = np.random.Generator


def power_law(rng: Rng, age: Floats) -> Floats:
    return (1 + age * 10 ** rng.uniform(1, 4)) ** -rng.uniform(0.15, 0.9)


def exponential(rng: Rng, age: Floats) -> Floats:
    return np.exp(-np.exp(rng.uniform(np.log(2), np.log(60))) * age)


def two_exponentials(rng: Rng, age: Floats) -> Floats:
    share = rng.uniform(0.2, 0.8)
    return share * np.exp(-rng.uniform(15, 120) * age) + (1 - share) * np.exp(-rng.uniform(0.7, 6) * age)


def cosine_end(rng: Rng, age: Floats) -> Floats:
    """A quick fall, and a last one as the learning rate goes to zero."""
    share = rng.uniform(0.1, 0.5)
    return (1 - share) * exponential(rng, age) + share * (1 + np.cos(np.pi * age**2)) / 2


def straight(rng: Rng, age: Floats) -> Floats:
    return 1 - age ** rng.uniform(0.4, 1.2)


def slow_start(rng: Rng, age: Floats) -> Floats:
    """Warm-up: hardly anything in the first hundredths, then a fall."""
    late = np.maximum(0, age - rng.uniform(0.002, 0.03))
    return power_law(rng, late)


LEVELS: tuple[Callable[[Rng, Floats], Floats], ...] = (
    power_law,
    power_law,
    exponential,
    two_exponentials,
    cosine_end,
    straight,
    slow_start,
)


def any_level(rng: Rng, age: Floats) -> Floats:
    """One of them."""
    return LEVELS[rng.integers(len(LEVELS))](rng, age)
