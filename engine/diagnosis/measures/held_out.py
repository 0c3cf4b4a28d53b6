"""Validation beside training: gap, turn and agreement of the losses, and what the accuracies do."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import LOG, SCATTERS, SHARE, Measure, part_of
from engine.diagnosis.view import TINY, View, finite, log_ratio, middle, noise, view
from engine.series import Role

ACCURACIES = {"accuracy": "training", "val_accuracy": "validation"}


def accuracies(facts: Facts) -> dict[str, float]:
    """End, gain and loss of each accuracy that is logged, as shares of 1."""
    found: dict[str, float] = {}
    for name in ACCURACIES:
        v = view(facts, name)
        values = v.all if v is not None else np.empty(0)
        if len(values) < 4:
            continue
        few, scale = max(1, len(values) // 10), 100.0 if values.max() > 1.5 else 1.0
        end = middle(values[-few:])
        found[f"{name}_end_share"] = end / scale
        found[f"{name}_gain_share"] = (end - middle(values[:few])) / scale
        found[f"{name}_lost_share"] = float(np.clip((values.max() - end) / scale, 0, 1))
    return found


def validation(facts: Facts) -> dict[str, float]:
    """The course of the validation loss against the training loss."""
    train, held = _pair(facts)
    if train is None or held is None:
        return {}
    own, other = train.all, held.all
    if len(own) < 6 or len(other) < 4:
        return {}
    edge, few = max(2, len(own) // 20), max(1, len(other) // 10)
    fall = max(middle(own[:edge]) - middle(own[-edge:]), noise(own), TINY)
    lowest = int(np.argmin(other))
    falling = middle(own[len(own) // 2 :][:edge]) - middle(own[-edge:])
    return {
        "val_gap_first_log": log_ratio(float(other[0]), middle(own[:edge])),
        "val_gap_end_log": log_ratio(middle(other[-few:]), middle(own[-edge:])),
        "val_gap_lowest_log": log_ratio(float(other[lowest]), _beside(own, lowest / len(other))),
        "val_fall_share": (float(other[0]) - float(other.min())) / fall,
        "val_back_share": float(np.clip((middle(other[-few:]) - other[lowest]) / fall, -5, 20)),
        "val_lowest_at_share": lowest / len(other),
        "val_scatter_log": log_ratio(noise(other), noise(own)),
        "val_training_falls_scatters": float(np.clip(falling / max(noise(own), TINY), -20, 20)),
        "val_shape_share": _shape(other),
    }


def _beside(own: np.ndarray, place: float) -> float:
    at, near = int(place * len(own)), max(2, len(own) // 40)
    return middle(own[max(0, at - near) : at + near + 1])


def _pair(facts: Facts) -> tuple[View | None, View | None]:
    own = view(facts, facts.event.series)
    if facts.is_validation:
        partner = next((s.partner for s in facts.run.series if s.name == facts.event.series), None)
        return (view(facts, partner) if partner else None), own
    name = next((s.name for s in facts.run.series if s.role is Role.VALIDATION), None)
    return own, (view(facts, name) if name else None)


def _shape(values: np.ndarray) -> float:
    """How straight the rise after the lowest point is: the share of it made in its first half."""
    rest = finite(values[int(np.argmin(values)) :])
    if len(rest) < 4 or rest[-1] <= rest[0]:
        return float("nan")
    return float(np.clip((rest[len(rest) // 2] - rest[0]) / (rest[-1] - rest[0]), -1, 2))


def _measure(name: str, label: str, formula: str, meaning: str, unit: str) -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(validation, name), "regularisation", "validation")


MEASURES = (
    _measure(
        "val_gap_first_log",
        "Validation against training at the start",
        "log₁₀(first L(validation) ÷ first L(training))",
        "above 0 before anything was learned, the data are of another kind",
        LOG,
    ),
    _measure(
        "val_gap_end_log",
        "Validation against training at the end",
        "log₁₀(L(validation) ÷ L(training)) of the last tenth",
        "wide, memorised",
        LOG,
    ),
    _measure(
        "val_gap_lowest_log",
        "Validation against training at its lowest",
        "log₁₀(lowest L(validation) ÷ L(training) there)",
        "wide already where validation is at its best, the data are of another kind; narrow, it was memorised later",
        LOG,
    ),
    _measure(
        "val_fall_share",
        "Fall of the validation loss",
        "(first − lowest L(validation)) ÷ fall of L(training)",
        "near 1, what was learned held for both; near 0, only for the training data",
        SHARE,
    ),
    _measure(
        "val_back_share",
        "Rise of the validation loss",
        "(L(validation) of the last tenth − lowest) ÷ fall of L(training)",
        "how far it has turned",
        SHARE,
    ),
    _measure(
        "val_lowest_at_share",
        "Where the validation loss is lowest",
        "place of the lowest L(validation) ÷ points",
        "at the start, nothing that is learned holds for it",
        SHARE,
    ),
    _measure(
        "val_scatter_log",
        "Scatter of the validation loss",
        "log₁₀(scatter of L(validation) ÷ of L(training))",
        "above 0, few validation samples or another kind of data",
        LOG,
    ),
    _measure(
        "val_training_falls_scatters",
        "Whether training still falls",
        "(L(training) at the middle − at the end) ÷ scatter",
        "above 0 while validation rises, memorising",
        SCATTERS,
    ),
    _measure(
        "val_shape_share",
        "Shape of the rise",
        "share of the rise of L(validation) made in its first half",
        "½ is straight",
        SHARE,
    ),
    *(
        Measure(
            f"{name}_{part}_share",
            f"{label} of the {of} accuracy",
            formula,
            meaning,
            SHARE,
            part_of(accuracies, f"{name}_{part}_share"),
            needs="accuracy",
        )
        for name, of in ACCURACIES.items()
        for part, label, formula, meaning in (
            ("end", "End", "median of the last tenth", "at chance, nothing was learned whatever the loss says"),
            ("gain", "Gain", "median of the last tenth − of the first", "whether anything was learned"),
            ("lost", "Loss", "best − median of the last tenth", "what was learned and lost again"),
        )
    ),
)
