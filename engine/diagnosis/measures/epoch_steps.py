"""A staircase: steps at the ends of epochs and flat or rising stretches inside, from two epochs on."""

from __future__ import annotations

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
    starts, ends = _levels(epochs)
    inside = ends - starts
    steps = starts[1:] - ends[:-1] - (inside[:-1] + inside[1:]) / 6
    return float(np.median(steps) / spread)


def drift(facts: Facts) -> float | None:
    """Median over the epochs, the first left out, of (end − start), in scatters."""
    epochs = _epochs(facts)
    spread = _spread(epochs)
    if spread is None:
        return None
    starts, ends = _levels(epochs)
    return float(np.median((ends - starts)[1:]) / spread)


def _levels(epochs: list[Floats]) -> tuple[Floats, Floats]:
    """The medians of the first and of the last quarter of each epoch; those of one length are worked out together."""
    lengths = np.array([len(part) for part in epochs])
    starts, ends = np.empty((2, len(epochs)))
    for length in np.unique(lengths):
        alike = np.flatnonzero(lengths == length)
        table, quarter = np.stack([epochs[i] for i in alike]), max(3, length // 4)
        starts[alike] = np.median(table[:, :quarter], axis=1)
        ends[alike] = np.median(table[:, -quarter:], axis=1)
    return starts, ends


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
