"""The learning rate at an event against that of the whole run: level, restarts, decay to nothing."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import COUNT, SHARE, TIMES, Measure
from engine.diagnosis.measures.lr_at_event import lr_after
from engine.diagnosis.points import median, ratio
from engine.table import Floats

RAISED = 1.5  # times the rate of the point before: no smooth schedule does that after its warm-up


def rates_of_run(facts: Facts) -> Floats:
    """The positive rates of the run, thinned."""
    rates = facts.values("lr", 0, len(facts.run.table) - 1)
    return rates[np.isfinite(rates) & (rates > 0)]


def restarts(facts: Facts) -> float | None:
    """How often the rate is put up again after it has fallen."""
    rates = rates_of_run(facts)
    if len(rates) < 3:
        return None
    has_fallen = np.minimum.accumulate(rates)[:-1] < np.maximum.accumulate(rates)[:-1] / RAISED
    return float(np.count_nonzero((rates[1:] > RAISED * rates[:-1]) & has_fallen))


def share_of_peak(facts: Facts) -> float | None:
    """The median rate during the event ÷ the largest of the run."""
    rates = rates_of_run(facts)
    during = facts.values("lr", facts.event.start, facts.event.end)
    return ratio(median(during), float(rates.max())) if len(rates) else None


def reach(facts: Facts) -> float | None:
    """The rate after the onset ÷ the largest of the run."""
    rates = rates_of_run(facts)
    return ratio(lr_after(facts), float(rates.max())) if len(rates) else None


def spread(facts: Facts) -> float | None:
    """The largest rate of the run ÷ its smallest."""
    rates = rates_of_run(facts)
    return float(rates.max() / rates.min()) if len(rates) > 1 else None


LR_RESTARTS = Measure(
    "lr_restarts",
    "Restarts of the learning rate",
    "number of points at which the rate rises by half or more after it has fallen",
    "above 0, the schedule has warm restarts: a rise of the loss at each is as it should be",
    COUNT,
    restarts,
    "schedule",
    needs="lr",
)
LR_SHARE_OF_PEAK = Measure(
    "lr_share_of_peak",
    "Learning rate during the event, of the largest",
    "median rate during the event ÷ largest rate of the run",
    "near 0, the schedule has decayed to nothing: no progress can follow",
    SHARE,
    share_of_peak,
    "schedule",
    needs="lr",
)
LR_REACH = Measure(
    "lr_after_share_of_peak",
    "Learning rate after the onset, of the largest",
    "rate after the onset ÷ largest rate of the run",
    "near 1 after a jump, it is a restart of the schedule rather than a slow warm-up",
    SHARE,
    reach,
    "schedule",
    needs="lr",
)
LR_SPREAD = Measure(
    "lr_spread_factor",
    "Spread of the learning rate",
    "largest rate of the run ÷ smallest",
    "1 is a constant rate: no schedule explains anything",
    TIMES,
    spread,
    "schedule",
    needs="lr",
)
