"""Sequences of one sensor: a motor's current on six floors, and the easy pair of cosine and arc cosine."""

from __future__ import annotations

import numpy as np

from engine.table import Floats, Rows

FLOORS = 6
_RIPPLE = np.array([0.10, 0.16, 0.22, 0.10, 0.16, 0.22])
_RIPPLE_CYCLES = np.array([9, 9, 9, 13, 13, 13])
_VIBRATION = np.array([0.0, 0.1, 0.2, 0.2, 0.1, 0.0])


def motor(count: int, length: int, noise_std: float, random: np.random.Generator) -> tuple[Floats, Rows]:
    """Current over time, shape (count, length, 1), and the floor 0..5, balanced and in random order.

    A starting transient decays to a level; a ripple and a slow vibration depend on the floor, and noise lies on top.
    """
    floors = random.permutation(np.arange(count) % FLOORS)
    t = np.arange(length) / length

    def column(values: Floats) -> Floats:
        return values[:, None]

    level = (1 + 0.08 * (floors - 2.5)) * (1 + 0.05 * random.standard_normal(count))
    decay = random.uniform(0.04, 0.08, count)
    cycles = _RIPPLE_CYCLES[floors] * (1 + 0.03 * random.standard_normal(count))
    slow = random.uniform(1.5, 3.0, count)
    phases = random.uniform(0, 2 * np.pi, (2, count))
    current = column(level) * (1 + 1.2 * np.exp(-t / column(decay)))
    current += column(_RIPPLE[floors]) * np.sin(2 * np.pi * column(cycles) * t + column(phases[0]))
    current += column(_VIBRATION[floors]) * np.sin(2 * np.pi * column(slow) * t + column(phases[1]))
    current += noise_std * random.standard_normal((count, length))
    return ((current - 1.2) / 0.4)[..., None], floors


def cosines(count: int, length: int, noise_std: float, random: np.random.Generator) -> tuple[Floats, Rows]:
    """Pieces of cos (class 0) and arccos (class 1), shape (count, length, 1), in random order."""
    kinds = random.permutation(np.arange(count) % 2)
    start = random.uniform(-1.0, -0.8, (count, 1))
    stop = random.uniform(0.8, 1.0, (count, 1))
    x = start + (stop - start) * np.linspace(0.0, 1.0, length)
    pieces = np.where(kinds[:, None] == 0, np.cos(np.pi * x), np.arccos(x) - np.pi / 2)
    return (pieces + noise_std * random.standard_normal((count, length)))[..., None], kinds


def folded(sequences: Floats, features: int) -> Floats:
    """Take several consecutive values as the features of one time step: (n, t, 1) becomes (n, t/f, f)."""
    return sequences.reshape(len(sequences), -1, features)
