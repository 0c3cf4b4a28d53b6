"""A loss that began above 0 falls below it and on without a bound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.diagnosis.points import finite, scatter
from engine.diagnosis.remarks.base import RemarkKind
from engine.i18n import N_
from engine.remarks import Remark
from engine.series import is_adversarial

DEPTH = 3.0  # times the first loss, below 0
LOWEST_OVERLAP = -3.0  # overlap losses, of a few terms, go down to −1 each
STILL_FALLS = 0.1  # of the whole fall, in the last quarter of the run


def _find(facts: Facts) -> Iterator[Remark]:
    depth = measured("below_zero_factor", facts)
    is_named = bool(measured("is_bounded_below", facts))
    losses = facts.values(facts.event.series, 0, facts.event.end)
    good = finite(losses)
    if not depth or len(good) < 8 or is_adversarial(facts.event.series):
        return
    quarter = len(good) // 4
    fall = float(np.median(good[-2 * quarter : -quarter]) - np.median(good[-quarter:]))
    is_falling = fall > STILL_FALLS * np.ptp(good) and fall > (scatter(good) or 0.0)
    if not is_named and (depth < DEPTH or good.min() > LOWEST_OVERLAP or not is_falling):
        return
    start = int(np.argmax(losses < 0))
    row = int(facts.run.table.series(facts.event.series).rows[0]) + start
    numbers = {"lowest": float(good.min())}
    yield Remark(UNBOUNDED_LOSS.value, facts.event.series, row, facts.event.end, 0.9 if is_named else 0.6, numbers)


UNBOUNDED_LOSS = RemarkKind(
    "unbounded_loss",
    N_(
        "The loss falls below 0 at {where} and on to {lowest}: a cross-entropy cannot, unless labels are outside 0 to "
        "1 or its arguments are exchanged; a log-likelihood of densities may"
    ),
    _find,
)
