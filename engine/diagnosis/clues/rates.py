"""Clues of the learning rate's column, where there is one."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.clues.view import TINY, View, log_ratio, middle


def rates(lr: View | None, loss: View) -> dict[str, float]:
    """Level, jump, ramp, restarts and decay of the rate, and whether the loss follows it."""
    if lr is None:
        return {}
    values = lr.values[np.isfinite(lr.values)]
    if len(values) < 3:
        return {}
    near, at, top = max(3, len(values) // 50), min(lr.start, len(values) - 1), float(values.max())
    before, after = values[max(0, at - near) : max(1, at)], values[at : at + near]
    steps = np.diff(np.log10(np.maximum(values, 1e-30)))
    early = float(values[max(0, at - len(values) // 8)])
    return {
        "lr_level": float(np.log10(max(values[at], 1e-30))),
        "lr_top": float(np.log10(max(top, 1e-30))),
        "lr_of_top": log_ratio(float(values[at]), top),
        "lr_jump": log_ratio(middle(after), middle(before)) if len(after) and len(before) else 0.0,
        "lr_ramp": log_ratio(float(values[at]), early),
        "lr_constant": float(np.ptp(values) <= 1e-9 * top),
        "lr_rises": float((steps > 0.1).sum() > 0),
        "lr_rise_count": float(min(20, (steps > 0.1).sum())),
        "lr_falls": float((steps < -0.1).sum() > 0),
        "lr_fall_count": float(min(20, (steps < -0.1).sum())),
        "lr_end": log_ratio(float(values[-1]), top),
        "lr_top_at": float(np.argmax(values >= top * 0.999)) / len(values),
        "rough_with_lr": _follows(values, loss),
    }


def _follows(rate: np.ndarray, loss: View) -> float:
    """Correlation of the logarithms of the rate and of the loss' scatter, over eight parts of the run."""
    if len(rate) < 40 or np.ptp(rate) <= 1e-9 * rate.max() or len(loss.all) != len(rate):
        return float("nan")
    parts = [
        (middle(a), middle(np.abs(np.diff(b)))) for a, b in zip(np.array_split(rate, 8), np.array_split(loss.all, 8))
    ]
    x, y = (np.log(np.array(column) + TINY) for column in zip(*parts, strict=True))
    if np.std(x) < 1e-6 or np.std(y) < 1e-6:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
