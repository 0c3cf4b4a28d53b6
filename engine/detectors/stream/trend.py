"""The line through a stretch of a curve, and how far the curve wanders about it."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream.scatter import median, spread
from engine.table import Floats

THIRDS = 3  # of a stretch: between the medians of the first and the last one runs Tukey's resistant line


def line_through(values: Floats) -> tuple[float, float]:
    """Slope per point and level at the first point of a robust line: medians of the thirds.

    The line runs through the medians of the first and the last third (Tukey's resistant line), so up to a sixth of the
    points may be anything.

    Examples
    --------
    >>> line_through(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]))
    (1.0, 0.0)
    """
    n = len(values)
    if n < THIRDS:
        return (float(values[-1] - values[0]) / max(1, n - 1), float(values[0])) if n else (0.0, 0.0)
    third = max(1, n // THIRDS)
    slope = float(median(values[-third:]) - median(values[:third])) / (n - third)
    return slope, median(values - slope * np.arange(n))


def wander(values: Floats) -> float:
    """Standard deviation, robust, of the values about the line through them."""
    slope, start = line_through(values)
    return spread(values - slope * np.arange(len(values)) - start)
