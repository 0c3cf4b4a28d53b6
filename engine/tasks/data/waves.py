"""Four kinds of periodic sequences: sine, square, saw and triangle."""

from __future__ import annotations

import numpy as np

from engine.i18n import N_
from engine.table import Floats, Rows

KINDS = (N_("sine"), N_("square"), N_("saw"), N_("triangle"))


def waves(count: int, length: int, noise_std: float, random: np.random.Generator) -> tuple[Floats, Rows]:
    """Sequences, shape (count, length, 1), and their kinds 0..3, balanced and in random order.

    Each has a random phase, 1 to 3 cycles, an amplitude of 0.5 to 1.5, and Gaussian noise.
    """
    kinds = random.permutation(np.arange(count) % len(KINDS))
    phase = random.uniform(0.0, 1.0, (count, 1))
    cycles = random.uniform(1.0, 3.0, (count, 1))
    amplitude = random.uniform(0.5, 1.5, (count, 1))
    u = (phase + cycles * np.arange(length) / length) % 1.0
    shapes = np.stack([np.sin(2 * np.pi * u), np.sign(0.5 - u), 2 * u - 1, 1 - 4 * np.abs(u - 0.5)])
    clean = amplitude * shapes[kinds, np.arange(count)]
    return (clean + noise_std * random.standard_normal((count, length)))[..., None], kinds
