"""What a pane shows: limits of both axes and the pixels they are drawn on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.table import Floats

FAR = 1e5  # pixels; a paint engine counts in fixed point and wraps around somewhere beyond


@dataclass(frozen=True)
class View:
    """Limits in data units (``log10`` of them on a logarithmic axis) and a size in pixels; y grows downwards there."""

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
        """Pixels from the upper edge, never further outside than a paint engine can bear."""
        with np.errstate(over="ignore"):
            return np.clip((self.top - y) * (self.height / (self.top - self.bottom)), -FAR, FAR)

    def x_pixel(self, x: float) -> float:
        return (x - self.left) * self.width / (self.right - self.left)

    def x_at(self, pixel: float) -> float:
        """The x under a pixel."""
        return self.left + pixel * (self.right - self.left) / max(self.width, 1.0)

    def y_pixel(self, y: float) -> float:
        return float(self.y_pixels(np.array([y]))[0])
