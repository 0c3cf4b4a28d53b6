"""Whether the scatter of the loss falls when the learning rate falls."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import Measure
from engine.diagnosis.points import median, scatter

PARTS = 8
FEWEST_POINTS = 8  # in a part
LEAST_SPREAD = 3.0  # times, between the largest and the smallest rate: with less the slope is chance


def slope(facts: Facts) -> float | None:
    """The slope of ln(scatter ÷ level) over ln(learning rate), over eighths of the run."""
    table, name = facts.run.table, facts.event.series
    if "lr" not in table or name not in table:
        return None
    losses, rates = facts.values(name, 0, len(table) - 1), facts.values("lr", 0, len(table) - 1)
    if len(losses) < PARTS * FEWEST_POINTS or len(losses) != len(rates):
        return None
    found = []
    for loss, rate in zip(np.array_split(losses, PARTS), np.array_split(rates, PARTS), strict=True):
        spread, level, step = scatter(loss), median(loss), median(rate)
        if spread and level and step and step > 0:
            found.append((np.log(step), np.log(spread / abs(level))))
    if len(found) < PARTS // 2:
        return None
    x, y = np.array(found).T
    if np.ptp(x) < np.log(LEAST_SPREAD):
        return None
    x = x - x.mean()
    return float(x @ y / (x @ x))


SCATTER_SLOPE = Measure(
    "scatter_with_rate_slope",
    "How the scatter follows the learning rate",
    "slope of ln(scatter ÷ level) over ln η, over eighths of the run",
    "near 1, the steps themselves make the scatter; near 0, the samples of each mini-batch do",
    "",
    slope,
    "batch_edge noise_scale",
    needs="lr",
)
