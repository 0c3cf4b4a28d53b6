"""What a judge has to know of a curve whatever it judges: length, scatter, progress, and whose loss it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.detectors.scales import FEW
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import TINY, median, running_median
from engine.once import once
from engine.series import LossSeries, Role, is_adversarial
from engine.table import Floats


def odd(width: float) -> int:
    """The odd number at or next above the whole part."""
    return int(width) // 2 * 2 + 1


def middle(values: Floats, otherwise: float = 0.0) -> float:
    """The median, or a number of choice where there are no values."""
    return median(values) if len(values) else otherwise


def between(value: float, low: float, high: float) -> float:
    """A number within limits; NaN stays NaN."""
    return float(min(max(value, low), high)) if value == value else float("nan")


def log(value: float, least: float) -> float:
    """The natural logarithm of a size, no less than that of `least`."""
    return float(np.log(max(value, least)))


@once
def residue(curve: Curve) -> Floats:
    """The levels on the scale less their running median over a sixth of the curve, 31 bins at most."""
    n = len(curve)
    if n < FEW:
        return np.zeros(n)
    return curve.u - running_median(curve.u, min(odd(between(n // 6, 5, 31)), odd(n - 1)))


@once
def of_curve(curve: Curve) -> Mapping[str, float]:
    """Features of the whole curve: points, correlation of neighbours, scatter, and what was gained."""
    off = residue(curve) - residue(curve).mean()
    scatter = middle(curve.scatter)
    gain = float(curve.scaled(curve.initial)) - float(curve.smooth.min())
    return {
        "points": float(np.log10(max(curve.points, 1))),
        "correlation": float((off[1:] * off[:-1]).sum() / ((off * off).sum() + TINY)),
        "goes_negative": float(curve.softening is None),
        "scatter": float(np.log(scatter + 1e-4)),
        "gain": float(np.log(abs(gain) + 0.02)),
        "gain_scatters": log(gain, 1e-4) - float(np.log(scatter + 1e-4)),
    }


def surroundings(curve: Curve, series: LossSeries) -> dict[str, float]:
    """The features of the curve, whether the series is a validation loss, and whether its name excuses rises."""
    is_validation = series.role is Role.VALIDATION
    return {
        **of_curve(curve),
        "validation": float(is_validation),
        "paired": float(is_validation and series.partner is not None),
        "doubtful": float(is_adversarial(series.name)),
    }
