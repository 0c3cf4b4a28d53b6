"""The mean epoch of a loss that is locked to the epoch: its step, its ends, its slope, its repetition."""

from __future__ import annotations

import numpy as np

from engine.detectors.epochs.mechanism import MECHANISMS, Mechanism
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import LOG, SCATTERS, Measure, part_of
from engine.diagnosis.view import View, log_ratio, middle, noise, view

MOST_EPOCHS = 60


def epochs(facts: Facts) -> dict[str, float]:
    """The mechanism the detector names, and the mean epoch."""
    found: dict[str, float] = {}
    if (mechanism := facts.evidence("mechanism")) is not None:
        found |= {_name(m): float(mechanism == m) for m in Mechanism}
    v, period = view(facts, facts.event.series), facts.evidence("period_rows")
    if v is None or period is None or not 4 <= period < len(v.values) / 2:
        return found
    return found | {"epoch_period_log": float(np.log10(period))} | _mean_epoch(v, period)


def _name(mechanism: Mechanism) -> str:
    return f"epoch_is_{mechanism.name.lower()}"


def _mean_epoch(v: View, period: float) -> dict[str, float]:
    y, offset = v.values, v.start % period
    starts = np.arange(offset if offset > 1 else offset + period, len(y) - 2, period).round().astype(int)[-MOST_EPOCHS:]
    if not len(starts) or not np.isfinite(y).all():
        return {}
    unit, width = max(noise(y), 1e-9 * abs(middle(y))), max(1, min(int(period) // 4, 8))
    if unit <= 0:
        return {}
    step = [middle(y[s : s + width]) - middle(y[max(0, s - width) : s]) for s in starts]
    half = max(2, int(period) // 2)
    inner = [middle(y[s + half : s + 2 * half]) - middle(y[s : s + half]) for s in starts if s + 2 * half <= len(y)]
    found = {
        "epoch_end_step_scatters": float(np.clip(middle(np.array(step)) / unit, -30, 30)),
        "epoch_inner_drift_scatters": float(np.clip(middle(np.array(inner)) / unit, -30, 30)) if inner else 0.0,
    }
    return found | _calm(y, starts, width) | _single(y, starts, unit) | _repeats(y, round(period))


def _calm(y: np.ndarray, starts: np.ndarray, width: int) -> dict[str, float]:
    fresh = [np.abs(np.diff(y[s : s + width + 1])).mean() for s in starts if s + width + 1 < len(y)]
    old = [np.abs(np.diff(y[s - width - 1 : s])).mean() for s in starts if s - width - 1 >= 0]
    return {"epoch_calms_log": log_ratio(float(np.median(fresh)), float(np.median(old)))} if fresh and old else {}


def _single(y: np.ndarray, starts: np.ndarray, unit: float) -> dict[str, float]:
    """Single points around the ends of epochs against their neighbours."""
    single = [
        [(y[s + k] - middle(y[max(0, s + k - 3) : s + k + 4])) / unit for k in (-2, -1, 0, 1)] for s in starts if s > 2
    ]
    if not single:
        return {}
    each = np.median(np.array(single), axis=0)
    return {
        "epoch_single_scatters": float(np.clip(each[np.argmax(np.abs(each))], -30, 30)),
        "epoch_single_size_scatters": float(np.clip(np.median(np.abs(np.array(single)).max(1)), 0, 30)),
    }


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
    return {"epochs_alike_correlation": float(np.median((table[1:] * table[:-1]).mean(axis=1)))}


def _measure(name: str, label: str, formula: str, meaning: str, unit: str) -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(epochs, name))


MEASURES = (
    _measure("epoch_period_log", "Points of an epoch", "log₁₀(points)", "how much the measures of epochs rest on", LOG),
    _measure(
        "epoch_end_step_scatters",
        "Step at the found ends of epochs",
        "median of (L just after − L just before) ÷ scatter",
        "below 0, every sample is seen once more; above, a mean restarts or the rate changes",
        SCATTERS,
    ),
    _measure(
        "epoch_inner_drift_scatters",
        "Drift within the found epochs",
        "median of (second half − first half of an epoch) ÷ scatter",
        "against the step at the ends: a staircase or a saw",
        SCATTERS,
    ),
    _measure(
        "epoch_calms_log",
        "Scatter just after an epoch's end",
        "log₁₀(mean abs ΔL just after ÷ just before)",
        "above 0, a running mean that has just restarted rests on few points",
        LOG,
    ),
    _measure(
        "epoch_single_scatters",
        "Single point at an epoch's end",
        "median of the point that stands out most, in scatters",
        "far from 0, the last mini-batch is smaller than the others",
        SCATTERS,
    ),
    _measure(
        "epoch_single_size_scatters",
        "Size of single points at ends of epochs",
        "median of the largest abs distance from neighbours, in scatters",
        "high with either sign, a last mini-batch of few samples",
        SCATTERS,
    ),
    _measure(
        "epochs_alike_correlation",
        "Likeness of one epoch and the next",
        "median correlation of the detail of neighbouring epochs",
        "near 1, the samples come in one order",
        "",
    ),
    *(
        _measure(
            _name(m),
            f"The detector names: {MECHANISMS[m] if m in MECHANISMS else m.name.lower()}",
            "whether it is that",
            "what repeats with the epoch",
            "",
        )
        for m in Mechanism
    ),
)
