"""The course of the gradient norm over the run, and just before and after an onset."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import LOG, SHARE, Measure, part_of
from engine.diagnosis.view import finite, log_ratio, middle, noise, view


def gradients(facts: Facts) -> dict[str, float]:
    """Its size, its extremes and where it is around the onset."""
    norm = view(facts, "grad_norm")
    if norm is None or len(norm.all) < 4:
        return {}
    values, at, known = norm.values, norm.start, norm.all
    edge = max(2, len(known) // 20)
    found = {
        "gradient_norm_end_log": log_ratio(middle(known[-edge:]), middle(known[:edge])),
        "gradient_norm_first_log": float(np.log10(max(known[:edge].mean(), 1e-30))),
        "gradient_norm_scatter_log": log_ratio(noise(known), middle(known)),
        "gradient_norm_top_at_share": float(np.argmax(known)) / len(known),
        "gradient_norm_top_log": log_ratio(float(known.max()), middle(known)),
        "gradient_norm_low_log": log_ratio(float(known.min()), middle(known)),
        "gradient_norm_is_constant": float(np.ptp(known) <= 1e-3 * abs(middle(known))),
    }
    before, there = finite(values[max(0, at - 60) : max(0, at - 3)]), finite(values[max(0, at - 3) : at + 3])
    if len(before) >= 3 and len(there):
        found["gradient_norm_before_log"] = log_ratio(middle(before[-5:]), middle(known))
        found["gradient_norm_dip_log"] = log_ratio(float(before.min()), middle(before))
        after = finite(values[at + 3 : at + 3 + norm.near])
        if len(after):
            found["gradient_norm_after_log"] = log_ratio(middle(after), middle(before))
    return found


def _measure(part: str, label: str, formula: str, meaning: str, unit: str = LOG) -> Measure:
    name = f"gradient_norm_{part}"
    return Measure(name, label, formula, meaning, unit, part_of(gradients, name), "gradient_clipping", "grad_norm")


MEASURES = (
    _measure(
        "end_log",
        "Gradient norm at the end",
        "log₁₀(‖g‖ of the last twentieth ÷ of the first)",
        "far below 0, nothing is left to learn or no signal gets through; above, steps get too long",
    ),
    _measure("first_log", "Gradient norm at the start", "log₁₀(‖g‖ of the first twentieth)", "tiny, a faded signal"),
    _measure(
        "scatter_log",
        "Scatter of the gradient norm",
        "log₁₀(scatter ÷ median of ‖g‖)",
        "high, mini-batches differ; low, all samples are in each step",
    ),
    _measure(
        "top_at_share",
        "Where the gradient norm is largest",
        "place of the largest ‖g‖ ÷ points",
        "at the event, the gradient made it",
        SHARE,
    ),
    _measure("top_log", "Largest gradient norm", "log₁₀(largest ÷ median of ‖g‖)", "a cliff or an unusual mini-batch"),
    _measure("low_log", "Smallest gradient norm", "log₁₀(smallest ÷ median of ‖g‖)", "a stretch without gradients"),
    _measure(
        "is_constant", "Constant gradient norm", "whether ‖g‖ varies by less than 0.1 %", "clipped, or frozen", ""
    ),
    _measure(
        "before_log",
        "Gradient norm just before",
        "log₁₀(last five ‖g‖ clear of the onset ÷ median of ‖g‖)",
        "far below 0, the gradients had become small: the denominator of Adam or RMSprop shrinks with them",
    ),
    _measure(
        "dip_log",
        "Lowest gradient norm before",
        "log₁₀(smallest ÷ median of the 60 ‖g‖ before)",
        "far below 0, the same",
    ),
    _measure(
        "after_log",
        "Gradient norm after",
        "log₁₀(‖g‖ after the onset ÷ before it)",
        "above 0, the weights were moved; about 0, only the mini-batch was unusual",
    ),
)
