"""Clues of validation and of accuracies beside a loss."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.clues.view import TINY, View, finite, log_ratio, middle, noise


def validation(train: View | None, held: View | None, right: View | None, right_held: View | None) -> dict[str, float]:
    """Gap, turn and agreement of training and validation loss, and what their accuracies do."""
    found: dict[str, float] = {}
    if right is not None and len(finite(right.values)) >= 4:
        found |= _accuracy(right, "accuracy")
    if right_held is not None and len(finite(right_held.values)) >= 4:
        found |= _accuracy(right_held, "held_accuracy")
    if train is None or held is None:
        return found
    own, other = finite(train.values), finite(held.values)
    if len(own) < 6 or len(other) < 4:
        return found
    edge, few = max(2, len(own) // 20), max(1, len(other) // 10)
    fall = max(middle(own[:edge]) - middle(own[-edge:]), noise(own), TINY)
    lowest = int(np.argmin(other))
    falling = middle(own[len(own) // 2 :][:edge]) - middle(own[-edge:])
    return found | {
        "gap_first": log_ratio(float(other[0]), middle(own[:edge])),
        "gap_end": log_ratio(middle(other[-few:]), middle(own[-edge:])),
        "held_fall": (float(other[0]) - float(other.min())) / fall,
        "held_back": float(np.clip((middle(other[-few:]) - other[lowest]) / fall, -5, 20)),
        "held_lowest_at": lowest / len(other),
        "held_rough": log_ratio(noise(other), noise(own)),
        "own_still_falls": float(np.clip(falling / max(noise(own), TINY), -20, 20)),
        "held_shape": _shape(other),
    }


def _accuracy(v: View, name: str) -> dict[str, float]:
    values = finite(v.values)
    few = max(1, len(values) // 10)
    scale = 100.0 if values.max() > 1.5 else 1.0
    return {
        f"{name}_end": middle(values[-few:]) / scale,
        f"{name}_gain": (middle(values[-few:]) - middle(values[:few])) / scale,
        f"{name}_lost": float(np.clip((values.max() - middle(values[-few:])) / scale, 0, 1)),
    }


def _shape(values: np.ndarray) -> float:
    """How straight the rise after the lowest point is: the share of it made in its first half."""
    rest = values[int(np.argmin(values)) :]
    if len(rest) < 4 or rest[-1] <= rest[0]:
        return float("nan")
    return float(np.clip((rest[len(rest) // 2] - rest[0]) / (rest[-1] - rest[0]), -1, 2))
