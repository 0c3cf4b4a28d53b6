"""Whether the training samples were known long before the validation loss falls, as in delayed generalisation."""

from __future__ import annotations

import numpy as np

from engine.detectors.stream.filters import median_filter
from engine.diagnosis.facts import MOST_POINTS, Facts
from engine.diagnosis.measures.base import LOG, SHARE, Measure, part_of
from engine.diagnosis.measures.other_series import partner
from engine.diagnosis.points import finite, median
from engine.diagnosis.view import TINY, log_ratio, middle
from engine.events import EventKind
from engine.table import Floats, Rows

FEWEST = 8  # losses of each
LEFT = 0.1  # of the training loss's gain: by then the samples are known
FLAT = (EventKind.PLATEAU, EventKind.STALLED)  # kinds after which the loss falls, if at all


def row_of_fall(facts: Facts) -> int:
    """Where the loss begins to fall: the onset, or the end of a flat stretch."""
    return facts.event.end if facts.event.kind in FLAT else facts.event.start


def course(facts: Facts) -> dict[str, float]:
    """What the training loss did up to and across the fall of a validation loss."""
    name = partner(facts) if facts.is_validation else None
    training, held = _points(facts, name), _points(facts, facts.event.series)
    fall = row_of_fall(facts)
    if training is None or held is None or not fall:
        return {}
    rows, values = training
    smooth = median_filter(values, _few(values) | 1)
    lowest = float(smooth.min())
    gain = float(smooth[: max(1, len(smooth) // 30)].max()) - lowest
    known = int(rows[int(np.argmax(smooth <= lowest + LEFT * gain))])
    ends = facts.event.end if fall < facts.event.end else len(facts.run.table) - 1
    (level, after), (held_level, held_after) = (_around(*one, fall, ends) for one in (training, held))
    return {
        "known_before_fall_share": max(0.0, (fall - known) / fall),
        "known_fall_share": float(np.clip((level - after) / max(held_level - held_after, TINY), -5, 5)),
        "known_gap_log": log_ratio(held_level, level) if min(held_level, level) >= 0 else float("nan"),
    }


def _points(facts: Facts, name: str | None) -> tuple[Rows, Floats] | None:
    """Rows and finite values of a series, thinned; None if there are few."""
    if name is None or name not in facts.run.table:
        return None
    series = facts.run.table.series(name)
    stride = max(1, len(series) // MOST_POINTS)
    rows, values = series.rows[::stride], series.values[::stride]
    good = np.isfinite(values)
    return (rows[good], values[good]) if good.sum() >= FEWEST else None


def _few(values: Floats) -> int:
    return max(3, len(values) // 50)


def _around(rows: Rows, values: Floats, fall: int, ends: int) -> tuple[float, float]:
    """Levels before a row and from another one on, or at the end."""
    few, first, last = _few(values), np.searchsorted(rows, fall), np.searchsorted(rows, ends)
    return middle(values[max(0, first - few) : max(1, first)]), middle(values[min(last, len(values) - few) :][:few])


def accuracy_before(facts: Facts) -> float | None:
    """The median training accuracy of the last half before a validation loss falls."""
    fall = row_of_fall(facts)
    return median(finite(facts.values("accuracy", fall // 2, fall - 1))) if facts.is_validation else None


def _measure(name: str, label: str, formula: str, meaning: str, unit: str) -> Measure:
    return Measure(name, label, formula, meaning, unit, part_of(course, name), "grokking", needs="validation")


MEASURES = (
    _measure(
        "known_before_fall_share",
        "How long the training samples were known before validation falls",
        "(row where L(validation) begins to fall − first row with L(training) ≤ its lowest + a tenth of its gain) ÷ "
        "row of the fall, at least 0",
        "near 1, they were learned by heart long before what was learned holds for others",
        SHARE,
    ),
    _measure(
        "known_fall_share",
        "Fall of training as validation falls",
        "(L(training) before the fall of L(validation) − after it) ÷ the same of L(validation)",
        "near 0, the training loss shows nothing there; near 1, both follow one thing, such as a lowered rate",
        SHARE,
    ),
    _measure(
        "known_gap_log",
        "Validation against training before validation falls",
        "log₁₀(L(validation) ÷ L(training)) before the fall",
        "wide, what had been learned held for the training samples alone",
        LOG,
    ),
    Measure(
        "accuracy_before_fall_share",
        "Training accuracy before validation falls",
        "median training accuracy of the last half before L(validation) falls",
        "near 1, every training sample was known while validation was still poor",
        SHARE,
        accuracy_before,
        "grokking",
        needs="accuracy",
    ),
)
