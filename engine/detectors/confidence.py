"""How often a claim of some strength holds: calibrated on labelled series by ``tools/confidences.py``.

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


# Shares of claims with a label of the same kind within 5 % of the x range, fitted on the logs of five owners in six by
# ``python -m tools.confidences FOLDER --fit``; few claims a kind, so each is drawn towards the share of all.
CALIBRATIONS: dict[EventKind, Calibration] = {
    EventKind.DIVERGED: Calibration(0.8, 0.85),
    EventKind.OVERSHOOT: Calibration(0.62, 0.62),
    EventKind.LATE_RISE: Calibration(0.39, 0.5),
    EventKind.SPIKE: Calibration(0.58, 0.59),
    EventKind.EPOCH_BOUNDARY: Calibration(0.78, 0.8),
    EventKind.PLATEAU: Calibration(0.57, 0.68),
    EventKind.KICK_IN: Calibration(0.89, 0.92),
    EventKind.FLUCTUATION: Calibration(0.83, 0.84),
    EventKind.OVERFITTING: Calibration(0.67, 0.67),
    EventKind.STALLED: Calibration(0.64, 0.7),
}


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
