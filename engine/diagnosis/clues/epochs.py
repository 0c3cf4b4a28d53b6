"""Clues of what is locked to the epoch."""

from __future__ import annotations

import numpy as np

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis.clues.view import View, log_ratio, middle, noise
from engine.diagnosis.facts import Facts

MOST_EPOCHS = 60


def epochs(facts: Facts, v: View) -> dict[str, float]:
    """The mechanism the detector names, and the mean epoch: its step, its ends, its slope, its repetition."""
    found: dict[str, float] = {}
    mechanism = facts.evidence("mechanism")
    if mechanism is not None:
        found |= {f"mechanism_{m.name.lower()}": float(mechanism == m) for m in Mechanism}
    period = facts.evidence("period_rows")
    if period is None or not 4 <= period < len(v.values) / 2:
        return found
    found["period"] = float(np.log10(period))
    y, offset = v.values, v.start % period
    starts = np.arange(offset if offset > 1 else offset + period, len(y) - 2, period).round().astype(int)[-MOST_EPOCHS:]
    if not len(starts) or not np.isfinite(y).all():
        return found
    unit, width = max(noise(y), 1e-9 * abs(middle(y))), max(1, min(int(period) // 4, 8))
    if unit <= 0:
        return found
    step = [middle(y[s : s + width]) - middle(y[max(0, s - width) : s]) for s in starts]
    single = [
        [(y[s + k] - middle(y[max(0, s + k - 3) : s + k + 4])) / unit for k in (-2, -1, 0, 1)] for s in starts if s > 2
    ]
    half = max(2, int(period) // 2)
    inner = [middle(y[s + half : s + 2 * half]) - middle(y[s : s + half]) for s in starts if s + 2 * half <= len(y)]
    fresh = [np.abs(np.diff(y[s : s + width + 1])).mean() for s in starts if s + width + 1 < len(y)]
    old = [np.abs(np.diff(y[s - width - 1 : s])).mean() for s in starts if s - width - 1 >= 0]
    found["epoch_step"] = float(np.clip(middle(np.array(step)) / unit, -30, 30))
    found["epoch_drift"] = float(np.clip(middle(np.array(inner)) / unit, -30, 30)) if inner else 0.0
    if fresh and old:
        found["epoch_calms"] = log_ratio(float(np.median(fresh)), float(np.median(old)))
    if single:
        each = np.median(np.array(single), axis=0)
        found["epoch_single"] = float(np.clip(each[np.argmax(np.abs(each))], -30, 30))
        found["epoch_single_size"] = float(np.clip(np.median(np.abs(np.array(single)).max(1)), 0, 30))
    return found | _repeats(y, round(period))


def _smooth(row: np.ndarray) -> np.ndarray:
    return np.convolve(np.pad(row, 4, mode="edge"), np.full(9, 1 / 9), "valid")


def _repeats(y: np.ndarray, period: int) -> dict[str, float]:
    rows = min(len(y) // period, MOST_EPOCHS)
    if rows < 3 or period < 8:
        return {}
    table = y[len(y) - rows * period :].reshape(rows, period)
    table = table - np.apply_along_axis(_smooth, 1, table)
    size = table.std(axis=1)
    if (size <= 0).any():
        return {}
    table = (table - table.mean(axis=1, keepdims=True)) / size[:, None]
    return {"epochs_alike": float(np.median((table[1:] * table[:-1]).mean(axis=1)))}
