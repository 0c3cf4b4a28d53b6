"""Gradient noise scale from two halves of a mini-batch (McCandlish et al. 2018, arXiv 1812.06162, App. A)."""

from __future__ import annotations

import math
from typing import Any

MEMORY = 0.9


def two_batch(first: Any, second: Any, size: int) -> tuple[float, float]:
    """tr Σ and ‖G‖² from the mean gradients of two batches of `size` samples each.

    Examples
    --------
    >>> import torch
    >>> two_batch(torch.tensor([1.0]), torch.tensor([3.0]), 1)
    (2.0, 3.0)
    """
    small = (float(first @ first) + float(second @ second)) / 2
    mean = (first + second) / 2
    big = float(mean @ mean)
    return 2 * size * (small - big), 2 * big - small


class Noise:
    """Averages of tr Σ and ‖G‖² over readings, debiased: each is unbiased, their ratio is not."""

    def __init__(self) -> None:
        self.trace = self.square = 0.0
        self.count = 0

    def add(self, trace: float, square: float) -> dict[str, float]:
        """Add a reading and return the columns; none if it is not finite."""
        if not math.isfinite(trace + square):
            return {}
        self.trace = MEMORY * self.trace + (1 - MEMORY) * trace
        self.square = MEMORY * self.square + (1 - MEMORY) * square
        self.count += 1
        share = 1 - MEMORY**self.count
        row = {"gradient_variance": self.trace / share, "gradient_square": self.square / share}
        if self.trace > 0 and self.square > 0:
            row["noise_scale"] = self.trace / self.square
        return row
