"""The view of a pane: limits of both axes and size in pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.table import Floats

FAR = 1e5  # pixels; paint engines use fixed point and wrap around somewhere beyond


@dataclass(frozen=True)
class View:
    """Limits in data units (their ``log10`` on a logarithmic axis) and a size in pixels, where y grows downwards."""

    left: float
    right: float
    bottom: float
    top: float
    width: float
    height: float

    def x_pixels(self, x: Floats | NDArray) -> Floats:
        """Pixels from the left edge."""
        return (x - self.left) * (self.width / (self.right - self.left))

    def y_pixels(self, y: Floats | NDArray) -> Floats:
        """Pixels from the upper edge, clipped to what paint engines can handle."""
        with np.errstate(over="ignore"):
            pixels = (self.top - y) * (self.height / (self.top - self.bottom))
        return np.minimum(np.maximum(pixels, -FAR), FAR)  # np.clip takes three times as long for a few values

    def x_pixel(self, x: float) -> float:
        return (x - self.left) * self.width / (self.right - self.left)

    def x_at(self, pixel: float) -> float:
        """The x at a pixel."""
        return self.left + pixel * (self.right - self.left) / max(self.width, 1.0)

    def y_pixel(self, y: float) -> float:
        pixel = (self.top - y) * (self.height / (self.top - self.bottom))
        return min(max(pixel, -FAR), FAR)
