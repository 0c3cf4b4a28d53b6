"""Images of oriented gratings in noise, and images of noise alone."""

from __future__ import annotations

import numpy as np

from engine.table import Floats, Rows

ORIENTATIONS = 5
ANGLES = tuple(f"{180 // ORIENTATIONS * k}°" for k in range(ORIENTATIONS))
CYCLES_PER_PIXEL = 0.25


def gratings(count: int, size: int, noise_std: float, random: np.random.Generator) -> tuple[Floats, Rows]:
    """Images, shape (count, 1, size, size), and their orientation 0..4, balanced and in random order.

    a·sin(2πf(u·cos θ + v·sin θ) + φ) plus Gaussian noise, θ a multiple of π/5, f within 10 % of a quarter cycle per
    pixel, a from 0.7 to 1.3; then mean 0 and standard deviation 1 over all pixels.
    """
    kinds = random.permutation(np.arange(count) % ORIENTATIONS)
    angle = (kinds * np.pi / ORIENTATIONS)[:, None, None]
    frequency, amplitude, phase = (
        random.uniform(low, high, (count, 1, 1))
        for low, high in ((0.9 * CYCLES_PER_PIXEL, 1.1 * CYCLES_PER_PIXEL), (0.7, 1.3), (0.0, 2 * np.pi))
    )
    v, u = np.mgrid[:size, :size]
    waves = amplitude * np.sin(2 * np.pi * frequency * (u * np.cos(angle) + v * np.sin(angle)) + phase)
    images = waves + noise_std * random.standard_normal((count, size, size))
    return ((images - images.mean()) / images.std())[:, None], kinds


def sorted_by_kind(images: Floats, kinds: Rows) -> tuple[Floats, Rows]:
    """Sort samples by class, as in many data sets on disk; shuffling hides that order."""
    order = np.argsort(kinds, kind="stable")
    return images[order], kinds[order]


def noise_images(count: int, size: int, random: np.random.Generator) -> tuple[Floats, Rows]:
    """Images of noise with random labels, which can only be memorised."""
    return random.standard_normal((count, 1, size, size)), random.integers(0, ORIENTATIONS, count)
