"""The training loss is a whole multiple of the validation loss throughout."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.diagnosis.remarks.base import RemarkKind
from engine.i18n import N_
from engine.remarks import Remark
from engine.series import Role

COUNTS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 128)  # of steps, devices or terms that are in use
LARGEST_SPREAD = 0.12  # middle half of the logarithm of the factor
LARGEST_ERROR = 0.06  # of the factor, from a whole number


def _find(facts: Facts) -> Iterator[Remark]:
    if any(s.name == facts.event.series and s.role is Role.VALIDATION for s in facts.run.series):
        return
    factor, spread = measured("other_loss_factor", facts), measured("other_loss_factor_spread", facts)
    if factor is None or spread is None or factor < 1.5 or spread > LARGEST_SPREAD:
        return
    whole = min(COUNTS, key=lambda count: abs(factor / count - 1))
    if abs(factor / whole - 1) > LARGEST_ERROR:
        return
    yield Remark(SUMMED_LOSS.value, facts.event.series, 0, facts.event.end, 0.8, {"factor": float(whole)})


SUMMED_LOSS = RemarkKind(
    "summed_loss",
    N_(
        "{series} is {factor} times the validation loss throughout: it is summed over accumulation steps, devices or "
        "terms, which is no fault of training"
    ),
    _find,
)
