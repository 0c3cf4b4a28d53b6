"""The loss is on its way up where the log ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.detectors.stream.scatter import median
from engine.diagnosis.facts import Facts
from engine.diagnosis.remarks.base import RemarkKind
from engine.i18n import N_
from engine.remarks import Remark
from engine.series import is_adversarial

MOST_POINTS = 8  # that are up
FEWEST_BEFORE = 4
LEAST_SCATTERS = 5.0
LEAST_RISE = 0.1  # of the level before


def _find(facts: Facts) -> Iterator[Remark]:
    name = facts.event.series
    if name not in facts.run.table or is_adversarial(name):
        return
    series = facts.run.table.series(name, max(0, len(facts.run.table) - 4000))
    good = np.isfinite(series.values)
    rows, values = series.rows[good][-64:], series.values[good][-64:]
    for up in range(min(MOST_POINTS, len(values) - FEWEST_BEFORE), 1, -1):  # the earliest point of the rise counts
        usual, last = values[:-up], values[-up:]
        level = median(usual[-20:])
        spread = 1.4826 * median(np.abs(usual[-20:] - level))
        allowed = max(LEAST_SCATTERS * spread, LEAST_RISE * abs(level))
        is_up = last.min() > usual[-20:].max() and last.min() - level > allowed and last[-1] >= last[0]
        if is_up and not any(e.series == name and e.end >= int(rows[-up]) for e in facts.others):
            numbers = {"before": level, "last": float(last[-1])}
            yield Remark(OPEN_RISE.value, name, int(rows[-up]), int(rows[-1]), 0.5, numbers)
            return


OPEN_RISE = RemarkKind(
    "rise_at_the_end",
    N_("The loss rises from {before} at {where} to {last}, where the log ends: too short to say whether it returns"),
    _find,
)
