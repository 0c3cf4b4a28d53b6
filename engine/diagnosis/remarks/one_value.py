"""The loss is one number again and again to the end, after it had moved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.epoch_means import resolution
from engine.diagnosis.remarks.base import RemarkKind
from engine.events import EventKind
from engine.i18n import N_
from engine.remarks import Remark

FEWEST_POINTS = 10
LEAST_SHARE = 0.3  # of the run
LOOKED_AT = 20_000  # last points
SMALLEST_LEVEL = 1e-3  # of the largest loss: a loss that is solved is printed as 0.0001 again and again, too
FINE = 1e-3  # of the level: with two digits any slow fall stands still
ALIKE = 1e-7  # of the level: single precision


def _find(facts: Facts) -> Iterator[Remark]:
    name = facts.event.series
    if name not in facts.run.table or facts.has_other(EventKind.STALLED, EventKind.DIVERGED):
        return
    series = facts.run.table.series(name, max(0, len(facts.run.table) - LOOKED_AT))
    good = np.isfinite(series.values)
    rows, values = series.rows[good], series.values[good]
    if len(values) < FEWEST_POINTS:
        return
    differs = np.flatnonzero(np.abs(values - values[-1]) > ALIKE * abs(values[-1]))
    first = int(differs[-1]) + 1 if len(differs) else 0
    is_long = len(values) - first >= max(FEWEST_POINTS, LEAST_SHARE * facts.run.table.count(name))
    if not first or not is_long or abs(values[-1]) <= SMALLEST_LEVEL * np.abs(values).max():
        return
    if resolution(values) > FINE * abs(values[-1]):
        return
    numbers = {"level": float(values[-1])}
    yield Remark(ONE_VALUE.value, name, int(rows[first]), int(rows[-1]), 0.9, numbers)


ONE_VALUE = RemarkKind(
    "one_value_to_the_end",
    N_("The loss is exactly {level} from {where} to the end: the weights no longer move, or the output is constant"),
    _find,
)
