"""Accuracies beside the losses: a validation accuracy that falls while the loss does not say so."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SHARE, Measure
from engine.diagnosis.points import finite, median

FEWEST = 6


def _fall(facts: Facts, name: str) -> float | None:
    values = finite(facts.values(name, 0, len(facts.run.table) - 1))
    if len(values) < FEWEST:
        return None
    last = float(np.median(values[-max(1, len(values) // 10) :]))
    return float(np.sort(values)[-2] - last)  # the second best: one lucky evaluation is no fall


def validation_fall(facts: Facts) -> float | None:
    """Best validation accuracy but one − the median of its last tenth."""
    return _fall(facts, "val_accuracy")


def gap(facts: Facts) -> float | None:
    """Training accuracy − validation accuracy at the end."""
    ends = [finite(facts.values(name, 0, len(facts.run.table) - 1)) for name in ("accuracy", "val_accuracy")]
    upper, lower = (median(e[-max(1, len(e) // 10) :]) if len(e) >= FEWEST else None for e in ends)
    return None if upper is None or lower is None else upper - lower


def during(facts: Facts) -> float | None:
    """Validation accuracy around the onset − at the end of the event."""
    first = median(facts.values("val_accuracy", facts.event.start - 3, facts.event.start + 3))
    last = median(facts.values("val_accuracy", facts.event.end - 6, facts.event.end))
    return None if first is None or last is None else first - last


ACCURACY_FALL = Measure(
    "val_accuracy_fall_share",
    "Fall of the validation accuracy",
    "second best validation accuracy − median of its last tenth",
    "above 0.02 while training improves: overfitting, whatever the loss says",
    SHARE,
    validation_fall,
    "early_stopping",
    needs="accuracy",
)
ACCURACY_GAP = Measure(
    "accuracy_gap_share",
    "Training accuracy over validation accuracy",
    "accuracy − validation accuracy, medians of the last tenth",
    "wide, the network has memorised; none, it has not learned or the data are alike",
    SHARE,
    gap,
    "regularisation",
    needs="accuracy",
)
ACCURACY_DURING = Measure(
    "val_accuracy_fall_in_event_share",
    "Fall of the validation accuracy during the event",
    "validation accuracy around the onset − at the end of the event",
    "0 while the validation loss rises, the answers stay right and become overconfident",
    SHARE,
    during,
    "regularisation",
    needs="accuracy",
)
