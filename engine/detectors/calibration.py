"""How often a claim of some strength holds: calibrated on labelled series by ``tools/rates/confidences.py``.

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


# Shares of claims with a label of the same kind within 5 % of the x range, fitted on the logs of five owners in six and
# on ``tests/data/trainings`` by ``python -m tools.rates.confidences FOLDER … --fit``; few claims a kind, so each is
# drawn towards the share of all.
CALIBRATIONS: dict[EventKind, Calibration] = {
    EventKind.DIVERGED: Calibration(0.7, 0.74),
    EventKind.OVERSHOOT: Calibration(0.62, 0.62),
    EventKind.LATE_RISE: Calibration(0.53, 0.54),
    EventKind.SPIKE: Calibration(0.49, 0.57),
    EventKind.EPOCH_BOUNDARY: Calibration(0.45, 0.53),
    EventKind.PLATEAU: Calibration(0.43, 0.48),
    EventKind.KICK_IN: Calibration(0.81, 0.85),
    EventKind.FLUCTUATION: Calibration(0.81, 0.85),
    EventKind.OVERFITTING: Calibration(0.69, 0.69),
    EventKind.STALLED: Calibration(0.77, 0.82),
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
