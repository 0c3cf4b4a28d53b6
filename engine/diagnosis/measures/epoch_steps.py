"""A staircase: steps at the ends of epochs and flat or rising stretches inside, from two epochs on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.diagnosis.epochs import epoch_parts
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, SCATTERS, Measure
from engine.diagnosis.points import finite, scatter
from engine.table import Floats

FEWEST_POINTS = 6  # in an epoch: its beginning and its end are three each


def _epochs(facts: Facts) -> list[Floats]:
    parts = [finite(part) for part in epoch_parts(facts)]
    return [part for part in parts if len(part) >= FEWEST_POINTS]


def _end(part: Floats) -> int:
    return max(3, len(part) // 4)


def _spread(epochs: list[Floats]) -> float | None:
    found = scatter(np.concatenate(epochs)) if len(epochs) >= 2 else None
    return found or None


def step(facts: Facts) -> float | None:
    """Median over the epoch ends of (start of the next epoch − end of this one), less a third of the drift between."""
    epochs = _epochs(facts)
    spread = _spread(epochs)
    if spread is None:
        return None
    # The middles of two neighbouring quarters are a quarter of an epoch apart, those of the drift three quarters.
    steps = [_start(b) - _finish(a) - (_inside(a) + _inside(b)) / 6 for a, b in pairwise(epochs)]
    return float(np.median(steps) / spread)


def drift(facts: Facts) -> float | None:
    """Median over the epochs, the first left out, of (end − start), in scatters."""
    epochs = _epochs(facts)
    spread = _spread(epochs)
    return None if spread is None else float(np.median([_inside(e) for e in epochs[1:]]) / spread)


def _start(part: Floats) -> float:
    return float(np.median(part[: _end(part)]))


def _finish(part: Floats) -> float:
    return float(np.median(part[-_end(part) :]))


def _inside(part: Floats) -> float:
    return _finish(part) - _start(part)


def count(facts: Facts) -> float | None:
    """Epochs with enough points to compare."""
    epochs = _epochs(facts)
    return float(len(epochs)) if epochs else None


EPOCH_STEP = Measure(
    "epoch_step_scatters",
    "Step at the ends of epochs",
    "median of (first quarter of the next epoch − last quarter of this one − drift between) ÷ scatter",
    "clearly below 0 with no fall inside the epochs, every sample is seen once more: it is memorised",
    SCATTERS,
    step,
    "sawtooth",
)
EPOCH_DRIFT = Measure(
    "epoch_drift_scatters",
    "Drift within the epochs",
    "median of (last quarter − first quarter of an epoch) ÷ scatter",
    "0 or above beside a step down at each end: a staircase",
    SCATTERS,
    drift,
    "sawtooth",
)
EPOCHS_COMPARED = Measure(
    "epochs_compared",
    "Epochs compared",
    "epochs with six points or more",
    "how much the two measures of the epochs rest on",
    COUNT,
    count,
)
