"""Inputs or labels contain NaN."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="not_finite_data",
    text=N_("Inputs or labels contain NaN, infinity or nothing at all, so the very first loss is not a number"),
    confirm=N_("One pass over the data finds values that are not finite, or an empty batch"),
    refute=N_("All inputs and labels are finite, and the first loss is not a number all the same"),
    source="definition",
    weights={K.DIVERGED: 0.03},
    remedies=("check_data", "check_precision"),
    signals=(
        (s.is_throughout, 15.0),  # all but proof: nothing was learned before it
        (s.is_abrupt, 1.5),  # one bad sample late in an epoch
        (s.goes_on_in_numbers, 0.0),  # weights that were no numbers once stay none
        (p.grew_before_nan, 0.1),  # bad values in data do not announce themselves
    ),
)
