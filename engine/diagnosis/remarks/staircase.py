"""Steps down at the ends of epochs that no event tells of."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.diagnosis.patterns import is_staircase
from engine.diagnosis.remarks.base import RemarkKind
from engine.events import EventKind
from engine.i18n import N_
from engine.remarks import Remark


def _find(facts: Facts) -> Iterator[Remark]:
    if facts.is_validation or not is_staircase(facts) or facts.has_other(EventKind.EPOCH_BOUNDARY):
        return
    epochs = measured("epochs_compared", facts) or 0.0
    yield Remark(STAIRCASE.value, facts.event.series, 0, facts.event.end, 0.6, {"epochs": epochs})


STAIRCASE = RemarkKind(
    "steps_at_epoch_ends",
    N_(
        "{series} steps down at the ends of epochs and is level within them: every sample is seen once more, which is "
        "usual in fine-tuning; watch the validation loss"
    ),
    _find,
)
