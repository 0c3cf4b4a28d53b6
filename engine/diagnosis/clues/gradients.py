"""Clues of the gradient norm's column, where there is one."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.clues.view import View, finite, log_ratio, middle, noise


def gradients(norm: View | None) -> dict[str, float]:
    """Its jump at the onset and before, its course, and whether it is 0 or no number."""
    if norm is None or len(norm.values) < 4:
        return {}
    values, at = norm.values, norm.start
    known = finite(values)
    found = {"norm_lost": float(not np.isfinite(values).all()), "norm_zero": float((values == 0).mean() > 0.3)}
    if len(known) < 4:
        return found
    before, there = finite(values[max(0, at - 60) : max(0, at - 3)]), finite(values[max(0, at - 3) : at + 3])
    edge = max(2, len(known) // 20)
    found |= {
        "norm_end": log_ratio(middle(known[-edge:]), middle(known[:edge])),
        "norm_first": float(np.log10(max(known[:edge].mean(), 1e-30))),
        "norm_rough": log_ratio(noise(known), middle(known)),
        "norm_top_at": float(np.argmax(known)) / len(known),
        "norm_top": log_ratio(float(known.max()), middle(known)),
        "norm_low": log_ratio(float(known.min()), middle(known)),
        "norm_constant": float(np.ptp(known) <= 1e-3 * abs(middle(known))),
    }
    if len(before) >= 3 and len(there):
        found["norm_jump"] = log_ratio(float(there.max()), middle(before))
        found["norm_before"] = log_ratio(middle(before[-5:]), middle(known))
        found["norm_dip"] = log_ratio(float(before.min()), middle(before))
        after = finite(values[at + 3 : at + 3 + norm.near])
        if len(after):
            found["norm_after"] = log_ratio(middle(after), middle(before))
    return found
