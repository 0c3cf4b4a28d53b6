"""The learning rate is put up again by the schedule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.lr_schedule import RAISED
from engine.diagnosis.remarks.base import RemarkKind
from engine.i18n import N_
from engine.remarks import Remark
from engine.series import Role

MOST = 20  # a person does not read more


def _find(facts: Facts) -> Iterator[Remark]:
    of = next((s for s in facts.run.series if s.name == facts.event.series), None)
    if "lr" not in facts.run.table or of is None or (of.role is Role.VALIDATION and of.partner is not None):
        return
    rates = facts.run.table.series("lr")
    good = np.isfinite(rates.values) & (rates.values > 0)
    rows, values = rates.rows[good], rates.values[good]
    if len(values) < 3:
        return
    has_fallen = np.minimum.accumulate(values)[:-1] < np.maximum.accumulate(values)[:-1] / RAISED
    at = np.flatnonzero((values[1:] > RAISED * values[:-1]) & has_fallen) + 1
    for i in at[:MOST]:
        numbers = {"before": float(values[i - 1]), "after": float(values[i])}
        yield Remark(SCHEDULED_RESTART.value, facts.event.series, int(rows[i]), int(rows[i]), 0.95, numbers)


SCHEDULED_RESTART = RemarkKind(
    "scheduled_restart",
    N_(
        "The schedule puts the learning rate up from {before} to {after} at {where}; a rise of the loss there is as it "
        "should be"
    ),
    _find,
)
