"""Whether slope and curvature explain how a step u changed the loss: g·u + ½ uᵀHu, and what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from overshoot.arithmetic.curvature import Curvature, dot


def terms(here: Curvature, step: Sequence[Any]) -> tuple[float, float]:
    """Slope and curvature term of a step from here."""
    return dot(here.gradient, step), 0.5 * dot(step, here.times(step))


def readings(slope: float, curvature: float, measured: float) -> dict[str, float]:
    """The columns of the check; none for a step of length zero."""
    if slope == curvature == 0.0:
        return {}
    row = {
        "taylor_change": slope + curvature,
        "loss_change": measured,
        "slope_term": slope,
        "curvature_term": curvature,
    }
    if slope < 0:
        row |= {"overlength": curvature / -slope, "overlength_limit": 1.0}
    return row
