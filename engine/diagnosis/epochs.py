"""The points of a series, epoch by epoch."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import MOST_POINTS, Facts
from engine.table import Floats

MOST_EPOCHS = 1000


def epoch_parts(facts: Facts) -> list[Floats]:
    """The values of the event's series in each epoch, by the column ``epoch``; empty if there is none.

    A fractional epoch is the completed share: the step that completes epoch 1 logs 1.0 and belongs to the first epoch.
    Of a long run the last epochs are taken.
    """
    table, name = facts.run.table, facts.event.series
    if "epoch" not in table or name not in table:
        return []
    first = max(0, len(table) - MOST_POINTS)
    series, epochs = table.series(name, first), table.series("epoch", first)
    at = np.searchsorted(epochs.rows, series.rows, "right") - 1
    values, numbers = series.values[at >= 0], epochs.values[at[at >= 0]]
    if len(values) < 2 or not np.isfinite(numbers).all():
        return []
    is_fractional = bool(np.any(numbers != np.floor(numbers)))
    numbers = np.ceil(numbers - 1e-9) if is_fractional else numbers
    cuts = np.flatnonzero(np.diff(numbers) != 0) + 1
    return np.split(values, cuts)[-MOST_EPOCHS:]
