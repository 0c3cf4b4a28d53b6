"""The gradient norm around an event: jump, lead, NaN, zero."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import ROWS, SHARE, TIMES, Measure
from engine.diagnosis.points import after, before, finite, median, near, ratio, series_after, series_before

NORM = "grad_norm"
JUMPED = 3.0  # times the usual norm


def jump(facts: Facts) -> float | None:
    """The largest norm around the onset ÷ the usual one before."""
    usual = finite(before(facts, NORM, 200))[: -near(facts)]
    there = finite(np.concatenate([before(facts, NORM, near(facts)), after(facts, NORM, near(facts) + 1)]))
    return ratio(float(there.max()), median(usual)) if len(usual) >= 3 and len(there) else None


def lead(facts: Facts) -> float | None:
    """Rows from the first norm of three times the usual one to the highest loss around the onset."""
    usual = median(before(facts, NORM, 200)[: -near(facts)])
    count = 4 * near(facts)
    early, late = series_before(facts, NORM, count), series_after(facts, NORM, count)
    rows, norms = np.concatenate([early.rows, late.rows]), np.concatenate([early.values, late.values])
    if usual is None or not len(rows):
        return None
    high = np.flatnonzero(norms > JUMPED * usual)
    losses = series_after(facts, facts.event.series, count)
    is_finite = np.isfinite(losses.values)
    if not len(high) or not is_finite.any():
        return None
    peak = int(losses.rows[is_finite][np.argmax(losses.values[is_finite])])
    return float(peak - rows[high[0]])


def not_finite(facts: Facts) -> float | None:
    """The share of norms that are no numbers, from shortly before the onset to the end of the event."""
    norms = facts.values(NORM, facts.event.start - near(facts), facts.event.end)
    return float(np.mean(~np.isfinite(norms))) if len(norms) else None


def zero(facts: Facts) -> float | None:
    """The share of norms that are exactly 0 during the event."""
    norms = facts.values(NORM, facts.event.start, facts.event.end)
    return float(np.mean(norms == 0)) if len(norms) else None


def fall(facts: Facts) -> float | None:
    """The norm during the event ÷ that of the run's first points."""
    first = median(facts.values(NORM, 0, 9))
    return ratio(median(facts.values(NORM, facts.event.start, facts.event.end)), first)


def at_limit(facts: Facts) -> float | None:
    """The share of norms within 1 % of the largest: a clipped norm is logged at its limit."""
    norms = finite(facts.values(NORM, 0, len(facts.run.table) - 1))
    return float(np.mean(norms >= 0.99 * norms.max())) if len(norms) >= 10 and norms.max() > 0 else None


GRADIENT_JUMP = Measure(
    "gradient_norm_jump_factor",
    "Jump of the gradient norm",
    "largest ‖g‖ around the onset ÷ median ‖g‖ of the 200 points before",
    "above 3, a cliff or an unusual mini-batch; at 1, the gradient did not start it",
    TIMES,
    jump,
    "gradient_clipping",
    needs="grad_norm",
)
GRADIENT_LEAD = Measure(
    "gradient_norm_lead_rows",
    "Lead of the gradient's jump",
    "rows from the first ‖g‖ above three times the usual one to the highest loss",
    "above 0, the rise began with the jump of the gradient, and the step that it made raised the loss",
    ROWS,
    lead,
    "gradient_clipping",
    needs="grad_norm",
)
GRADIENT_NOT_FINITE = Measure(
    "gradient_norm_not_finite_share",
    "Gradient norms that are not numbers",
    "share of ‖g‖ that is NaN or infinite, from the onset to the end",
    "above 0, a number left its range in the backward pass",
    SHARE,
    not_finite,
    "mixed_precision",
    needs="grad_norm",
)
GRADIENT_ZERO = Measure(
    "gradient_norm_zero_share",
    "Gradient norms of exactly 0",
    "share of ‖g‖ = 0 during the event",
    "near 1, no gradient reaches the weights: detached, frozen, or all units dead",
    SHARE,
    zero,
    "dead_relu",
    needs="grad_norm",
)
GRADIENT_FALL = Measure(
    "gradient_norm_of_start_factor",
    "Gradient norm against that of the start",
    "median ‖g‖ during the event ÷ median ‖g‖ of the first ten points",
    "far below 1 on a plateau, the signal has faded or units are dead; about 1, the gradient is there but unused",
    TIMES,
    fall,
    "depth_scale",
    needs="grad_norm",
)
GRADIENT_AT_LIMIT = Measure(
    "gradient_norm_at_limit_share",
    "Gradient norms at their largest value",
    "share of ‖g‖ within 1 % of the largest",
    "high, the logged norm is the clipped one: its jumps cannot be seen",
    SHARE,
    at_limit,
    "gradient_clipping",
    needs="grad_norm",
)
