"""Validation accuracy was better before, although no loss says so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.diagnosis.points import finite
from engine.diagnosis.remarks.base import RemarkKind
from engine.events import EventKind
from engine.i18n import N_
from engine.remarks import Remark
from engine.series import Role

LEAST_FALL = 0.03  # of 1; three in a hundred answers
LEAST_SPREADS = 2.0  # scatters of the accuracy from one evaluation to the next
SAID = 0.5  # of what a validation loss had gained by then: it says so itself where it lost as much, as after a collapse


def _find(facts: Facts) -> Iterator[Remark]:
    fall = measured("val_accuracy_fall_share", facts)
    first = next((s.name for s in facts.run.series), None)
    if fall is None or fall < LEAST_FALL or facts.event.series != first or facts.has_other(EventKind.OVERFITTING):
        return
    accuracies = facts.run.table.series("val_accuracy")
    good = np.isfinite(accuracies.values)
    rows, values = accuracies.rows[good], accuracies.values[good]
    best = int(np.argmax(values))
    spread = float(np.median(np.abs(np.diff(values)))) if len(values) > 1 else 0.0
    if best > 0.9 * len(values) or fall < LEAST_SPREADS * spread or _losses_say_so(facts, int(rows[best])):
        return
    numbers = {"best": float(values[best]), "last": float(np.median(values[-max(1, len(values) // 10) :]))}
    yield Remark(ACCURACY_FALLS.value, facts.event.series, int(rows[best]), int(rows[-1]), 0.7, numbers)


def _losses_say_so(facts: Facts, best: int) -> bool:
    """Whether a validation loss has lost much of what it had gained by the row of the best accuracy."""
    for series in facts.run.series:
        if series.role is not Role.VALIDATION:
            continue
        gained = finite(facts.values(series.name, 0, best))
        after = finite(facts.values(series.name, best + 1, len(facts.run.table) - 1))
        if len(gained) and len(after):
            last = float(np.median(after[-max(1, len(after) // 10) :]))
            if last - gained[-1] > SAID * max(gained[0] - gained[-1], 0.0):
                return True
    return False


ACCURACY_FALLS = RemarkKind(
    "validation_accuracy_falls",
    N_(
        "Validation accuracy is best at {where} ({best}) and ends at {last}: overfitting, although the loss does not "
        "say so; keep the weights of {where}"
    ),
    _find,
)
