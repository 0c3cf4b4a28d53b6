"""The loss scale of mixed precision, which is halved whenever a gradient leaves the range of half precision."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import TIMES, Measure
from engine.diagnosis.points import after, before, finite, median, ratio


def _column(facts: Facts) -> str | None:
    for name in facts.run.table.columns:
        plain = name.lower().replace("-", "_").replace(" ", "_")
        if "loss_scale" in plain or "grad_scale" in plain or plain.endswith("scaler"):
            return name
    return None


def fall(facts: Facts) -> float | None:
    """The usual scale before ÷ the smallest from shortly before the onset on."""
    name = _column(facts)
    if name is None:
        return None
    usual = median(before(facts, name, 100)[:-5])
    there = finite(np.concatenate([before(facts, name, 5), after(facts, name, 50)]))
    return ratio(usual, float(there.min())) if len(there) else None


LOSS_SCALE_FALL = Measure(
    "loss_scale_fall_factor",
    "Fall of the loss scale",
    "usual loss scale before ÷ smallest one around and after the onset",
    "above 4, gradients left the range of half precision again and again",
    TIMES,
    fall,
    "mixed_precision",
)
