"""How often a claim of some strength holds: calibrated on labelled series by ``tools/rates/confidences.py``.

Strength is the evidence in multiples of the rule's threshold, the weakest condition counting; a claim that just passes
has strength 1. Confidence rises from `at_threshold` to `at_most` with a logistic in the logarithm of the strength.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from engine.detectors.scales import HALF
from engine.events import EventKind
from engine.resources import resource


@dataclass(frozen=True)
class Calibration:
    """Share of claims that hold at the threshold and far above it."""

    at_threshold: float
    at_most: float


FILE = resource("fitted", "calibration.json")
NOT_FITTED = Calibration(HALF, HALF)  # of a kind that nobody has labelled it is not known how often its claims hold


@cache
def calibrations() -> Mapping[str, Calibration]:
    """The fitted shares by kind; the file names what they were fitted on and the command."""
    fitted = json.loads(FILE.read_text(encoding="utf-8"))["kinds"]
    return {kind: Calibration(*shares) for kind, shares in fitted.items()}


def calibration(kind: EventKind) -> Calibration:
    """The shares of one kind, `NOT_FITTED` where there are none."""
    return calibrations().get(kind, NOT_FITTED)


def confidence(kind: EventKind, strength: float) -> float:
    """The share of claims of this kind and strength that held.

    Examples
    --------
    >>> confidence(EventKind.SPIKE, 1.0) < confidence(EventKind.SPIKE, 5.0)
    True
    """
    limits = calibration(kind)
    gain = math.tanh(math.log(max(strength, 1.0)))
    return limits.at_threshold + (limits.at_most - limits.at_threshold) * gain
