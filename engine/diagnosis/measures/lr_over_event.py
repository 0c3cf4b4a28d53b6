"""What the learning rate did while an event lasted and as it ended."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import TIMES, Measure
from engine.diagnosis.points import near, positive, series_after, series_before


def growth(facts: Facts) -> float | None:
    """The largest rate of the event ÷ its first."""
    if "lr" not in facts.run.table:
        return None
    rates = positive(facts.values("lr", facts.event.start, facts.event.end))
    return float(rates.max() / rates[0]) if len(rates) > 2 else None


def drop_at_end(facts: Facts) -> float | None:
    """The smallest factor from one logged rate to the next around the end of an event that is over."""
    count, row = near(facts) + 1, facts.event.end
    if row >= len(facts.run.table) - count:
        return None  # it goes on as the log ends
    parts = series_before(facts, "lr", count, row).values, series_after(facts, "lr", count, row).values
    rates = positive(np.concatenate(parts))
    return float((rates[1:] / rates[:-1]).min()) if len(rates) > 1 else None


LR_GROWTH = Measure(
    "lr_growth_in_event_factor",
    "Growth of the learning rate in the event",
    "largest η of the event ÷ its first",
    "at 1, the rate never rose while nothing was learned, so it was no warm-up",
    TIMES,
    growth,
    "warmup",
    needs="lr",
)
LR_DROP_AT_END = Measure(
    "lr_drop_at_end_factor",
    "Drop of the learning rate as the event ends",
    "smallest ηᵢ ÷ ηᵢ₋₁ of the points around the last row of an event that is over",
    "below 0.67, a flat stretch ended as the rate was lowered: steps had been too long to settle",
    TIMES,
    drop_at_end,
    "schedule",
    needs="lr",
)
